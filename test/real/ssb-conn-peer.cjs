// A peer with ssb-conn (without its scheduler, which dials by itself), for which long times pass 300 times as fast:
// its pings come each second, and the stack ends what was not used for two. Arguments: the version of secret-stack.
const hurry = 300
for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name]
  globalThis[name] = (callback, ms, ...args) => real(callback, ms >= 60_000 ? ms / hurry : ms, ...args)
}
require('../capsule/field/hub-module.cjs')
const pull = require('pull-stream')
const {startPeer} = require('../capsule/field/peers.cjs')

const plugins = require('../capsule/field/ssb-conn.cjs')().filter(({name}) => name !== 'connScheduler')

async function main() {
  const {ssb, address} = await startPeer(process.argv[2], plugins, {inactivity: 600_000})
  const hub = ssb.conn.hub()
  pull(
    hub.listen(),
    pull.drain(({type, details}) => process.send({event: type, isClient: details?.isClient})),
  )
  process.on('message', (other) => ssb.conn.connect(other, () => {}))
  process.send({address})
}

main()
