// One of two clients that meet through a room is recorded, and replayed. Prints what came of it, a line of JSON each.
const {recordPlugin, replayPlugin} = require('ssb-conn-hub/capsule')
const conn = require('ssb-conn')
const roomClient = require('ssb-room-client')
const roomServer = require('ssb-room/tunnel/server')
const {ask, keyOf, startPeer, until} = require('./peers.cjs')

const see = (what, value) => console.log(JSON.stringify([what, value]))
const load = () => [...require('ssb-conn'), ...require('ssb-room-client')]
const path = 'room.jsonl'

async function main() {
  const recorded = recordPlugin(load, path)
  const {ssb: room, address} = await startPeer([...conn, roomServer])
  const {ssb: alice} = await startPeer(recorded)
  const {ssb: bob} = await startPeer([...conn, ...roomClient])

  await ask(alice.conn.connect, address)
  await ask(bob.conn.connect, address)
  const entry = (ssb) => [...ssb.conn.hub().entries()].find(([at]) => at === address)?.[1]
  await until(() => entry(alice)?.onlineCount === 2)
  const tunnel = `tunnel:${room.id}:${bob.id}~shs:${keyOf(bob)}`
  const rpc = await until(() => ask(alice.conn.connect, tunnel).catch(() => undefined))
  see('meet', rpc.id === bob.id)
  await ask(alice.conn.disconnect, tunnel)
  // And the other way round: bob comes to alice, through the room.
  await until(() =>
    ask(bob.conn.connect, `tunnel:${room.id}:${alice.id}~shs:${keyOf(alice)}`).catch(() => undefined),
  )
  await ask(room.close, true)
  await until(() => [...alice.conn.hub().entries()].length === 0)
  await recorded.recording.close()

  for (const i of [1, 2, 3]) {
    const {commands, events = [], message} = await replayPlugin(load, path).catch((error) => error)
    const hasTunnel = events.some(({type, address}) => type === 'connected' && address.startsWith('tunnel:'))
    see(`replay ${i}`, message ?? {commands: commands > 3, events: events.length > 8, tunnels: hasTunnel})
  }
  process.exit()
}

main()
