// Makes one recording: a plugin among real peers. Arguments: plugin, version of secret-stack, path, ms.
require('./hub-module.cjs')
const os = require('node:os')
const {recordPlugin} = require('ssb-conn-hub/capsule')
const {freePort, friends, gossip, startPeer, stopPeer} = require('./peers.cjs')

const [, , name, version, path, ms = '5000'] = process.argv
// ssb-conn dials only where there is a network, and loopback is none.
os.networkInterfaces = () => ({eth0: [{address: '192.0.2.7', internal: false}]})
process.on('uncaughtException', (error) => console.error('uncaught', error))
process.on('unhandledRejection', (error) => console.error('unhandled', error))
console.error = (
  (print) =>
  (...args) =>
    /server_net|server error/.test(String(args[0])) || print(...args)
)(console.error)

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time))
const pick = (list) => list[Math.floor(Math.random() * list.length)]

async function main() {
  const others = []
  for (let i = 0; i < 5; i++) others.push(await startPeer(version))
  const dead = []
  for (let i = 0; i < 2; i++) dead.push(others[i].address.replace(/:\d+~/, `:${await freePort()}~`))
  const hops = Object.fromEntries(others.map(({ssb}, i) => [ssb.id, 1 + (i % 3)]))

  const isConn = name === 'ssb-conn'
  const load = isConn ? require('./ssb-conn.cjs') : () => require('./plugins.cjs')[name]
  const plugin = recordPlugin(load, path)
  const {ssb, address: own} = await startPeer(version, [...(isConn ? [] : [gossip]), friends(hops), plugin])
  const api = isConn ? ssb.conn : ssb[name]
  const hub = api.hub()
  const all = [...others.map(({address}) => address), ...dead]
  for (const [i, address] of all.entries()) {
    if (isConn)
      api.remember(address, {
        type: i % 2 === 0 ? 'room' : 'internet',
        key: others[i]?.ssb.id,
        autoconnect: true,
      })
    else api.add(address)
    await sleep(30)
  }
  if (isConn) api.stage(others[3].address, {type: 'lan', key: others[3].ssb.id})

  const end = Date.now() + Number(ms)
  const finish = async () => {
    await plugin.recording.close()
    process.exit()
  }
  // Whatever a peer still waits for.
  setTimeout(finish, Number(ms))
  let isShared = false
  while (Date.now() < end) {
    await sleep(100 + Math.random() * 200)
    const other = pick(others)
    const what = Math.random()
    if (what < 0.2) for (const rpc of Object.values(other.ssb.peers).flat()) rpc.close(true, () => {})
    else if (what < 0.35) other.ssb.connect(own, () => {})
    else if (what < 0.45) {
      await stopPeer(other)
      await sleep(50)
      others[others.indexOf(other)] = await startPeer(version, [gossip], other)
    } else if (what < 0.5) {
      // The event loop is blocked.
      for (const until = Date.now() + 150; Date.now() < until; );
    } else if (isConn && what < 0.6) api.connect(other.address, {asked: 'by the app'}, () => {})
    else if (isConn && what < 0.65) api.disconnect(other.address, () => {})
    // In the second half, other code uses the same hub.
    isShared ||= Date.now() > end - Number(ms) / 2
    if (!isShared || what < 0.65) continue
    if (what < 0.75) hub.connect(other.address, {by: 'others'}).catch(() => {})
    else if (what < 0.85) hub.disconnect(other.address).catch(() => {})
    else if (what < 0.9) hub.update(other.address, {noted: 'by others'})
    else if (what < 0.93) hub.reset()
  }
  await finish()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
