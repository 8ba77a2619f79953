// What ssb-conn does with its hub. Prints what was seen, a line of JSON each.
// Where there is no network but loopback, the scheduler of ssb-conn would wait for one.
require('has-network2')
require.cache[require.resolve('has-network2')].exports = () => true

const conn = require('ssb-conn')
const ConnQuery = require('ssb-conn-query')
const {ask, first, startPeer, until} = require('./peers.cjs')

const see = (what, value) => console.log(JSON.stringify([what, value]))

async function main() {
  const {ssb: alice} = await startPeer(conn)
  const {ssb: bob, address} = await startPeer(conn)
  const hub = alice.conn.hub()
  const told = []
  require('pull-stream')(
    hub.listen(),
    require('pull-stream').drain(({type}) => told.push(type)),
  )
  const {address: db} = await startPeer(conn)
  alice.conn.remember(address, {note: 'a friend'})

  const rpc = await ask(alice.conn.connect, address, {note: 'asked for'})
  see('connect', rpc.id === bob.id)
  const [[, data]] = await first(alice.conn.peers())
  see('peers', {state: data.state, note: data.note, inferredType: data.inferredType})
  const [entry] = await until(() => {
    const found = [...alice.conn.dbPeers()].filter(([at]) => at === address)
    return found.some(([, {stateChange}]) => stateChange > 0) && found
  })
  see('database', {
    note: entry[1].note,
    hasBirth: entry[1].birth > 0,
    hasStateChange: entry[1].stateChange > 0,
  })
  const query = alice.conn.query()
  see('query', [query instanceof ConnQuery, query.peersConnected().map(([at]) => at === address)])
  const pinged = () => [...alice.conn.dbPeers()].find(([at]) => at === address)[1].ping
  see('ping', await until(() => pinged()?.rtt.count > 0))
  see('disconnect', await ask(alice.conn.disconnect, address))
  see('peers after', (await first(alice.conn.peers())).length)
  see('told', told.splice(0))

  await ask(alice.conn.stage, db, {type: 'lan', note: 'staged'}).catch(() => {})
  const staged = await until(async () => {
    const all = await first(alice.conn.stagedPeers())
    return all.length > 0 && all
  })
  see(
    'staged',
    staged.map(([at, {note}]) => [at === db, note]),
  )
  await ask(alice.conn.connect, db)
  see('staged when connected', (await first(alice.conn.stagedPeers())).length)

  const {ssb: dave} = await startPeer(conn, {seed: false})
  dave.conn.remember(address, {autoconnect: true, type: 'room', key: bob.id})
  dave.conn.start()
  see('the scheduler dials', await until(() => dave.conn.hub().getState(address) === 'connected'))
  dave.conn.stop()

  const failed = await ask(alice.conn.connect, address.replace(/:\d+~/, ':1~')).catch(({code}) => code)
  see('refused', failed)
  await ask(alice.close, true)
  see('closed', told.slice(-2))
  process.exit()
}

main()
