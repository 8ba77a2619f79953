// Two clients that meet through a room. Prints what was seen, a line of JSON each.
const conn = require('ssb-conn')
const roomClient = require('ssb-room-client')
const roomServer = require('ssb-room/tunnel/server')
const pull = require('pull-stream')
const {ask, keyOf, startPeer, until} = require('./peers.cjs')

const see = (what, value) => console.log(JSON.stringify([what, value]))

function toldOf(ssb) {
  const told = []
  pull(
    ssb.conn.hub().listen(),
    pull.drain(({type, address}) => told.push(`${type} ${address.split(':')[0]}`)),
  )
  return told
}

async function main() {
  const {ssb: room, address} = await startPeer([...conn, roomServer])
  const {ssb: alice} = await startPeer([...conn, ...roomClient])
  const {ssb: bob} = await startPeer([...conn, ...roomClient])
  const told = {alice: toldOf(alice), bob: toldOf(bob)}

  await ask(alice.conn.connect, address)
  await ask(bob.conn.connect, address)
  const entry = (ssb) => [...ssb.conn.hub().entries()].find(([at]) => at === address)?.[1]
  await until(() => entry(alice).onlineCount === 2)
  see('the room', {state: entry(alice).state, onlineCount: entry(alice).onlineCount})

  const tunnel = `tunnel:${room.id}:${bob.id}~shs:${keyOf(bob)}`
  const rpc = await until(() => ask(alice.conn.connect, tunnel).catch(() => undefined))
  see('meet', rpc.id === bob.id)
  const at = (ssb) => [...ssb.conn.hub().entries()].filter(([, {inferredType}]) => inferredType === 'tunnel')
  await until(() => at(bob).length === 1)
  see(
    'tunnels',
    [at(alice), at(bob)].map(([[, {state, key}]]) => [state, key === alice.id || key === bob.id]),
  )
  see('disconnect', await ask(alice.conn.disconnect, tunnel))
  await until(() => at(bob).length === 0)
  see('told', told.alice.slice(-4))

  await ask(alice.conn.connect, tunnel)
  told.alice.length = 0
  await ask(room.close, true)
  await until(() => [alice, bob].every((ssb) => [...ssb.conn.hub().entries()].length === 0))
  see('the room goes away', told.alice.sort())
  await ask(alice.close, true)
  await ask(bob.close, true)
  see('closed', true)
  process.exit()
}

main()
