// Peers as apps make them: secret-stack 6 with the plugins from npm.
const {mkdtempSync} = require('node:fs')
const {tmpdir} = require('node:os')
const {join} = require('node:path')
const {once} = require('node:events')
const {createServer} = require('node:net')
const pull = require('pull-stream')
const SecretStack = require('secret-stack')
const ssbKeys = require('ssb-keys')

/** A network of our own: no other program's peer speaks with ours. */
const shs = Buffer.alloc(32, 'ssb-conn-hub').toString('base64')

/** A peer that listens on loopback. Its address has no DNS name. */
async function startPeer(plugins, conn = {}) {
  const port = await freePort()
  const stack = plugins.reduce((all, plugin) => all.use(plugin), SecretStack({appKey: shs}))
  const ssb = stack({
    path: mkdtempSync(join(tmpdir(), 'ssb-conn-hub-')),
    keys: ssbKeys.generate(),
    caps: {shs},
    timers: {inactivity: 600_000, handshake: 15_000},
    connections: {
      incoming: {
        net: [{scope: ['device', 'public'], transform: 'shs', host: '127.0.0.1', port}],
        tunnel: [{scope: 'public', transform: 'shs'}],
      },
      outgoing: {net: [{transform: 'shs'}], tunnel: [{transform: 'shs'}]},
    },
    conn: {autostart: false, populatePubs: false, ...conn},
  })
  await once(ssb, 'multiserver:listening')
  return {ssb, address: `net:127.0.0.1:${port}~shs:${keyOf(ssb)}`}
}

function keyOf(ssb) {
  return ssb.id.slice(1, -'.ed25519'.length)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Calls a method that takes a callback. */
function ask(method, ...args) {
  return new Promise((resolve, reject) => {
    method(...args, (error, value) => (error ? reject(error) : resolve(value)))
  })
}

/** What a source gives first. */
function first(source) {
  return new Promise((resolve, reject) => {
    pull(
      source,
      pull.take(1),
      pull.collect((error, [value]) => (error ? reject(error) : resolve(value))),
    )
  })
}

async function until(condition) {
  const end = Date.now() + 10_000
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`it never came true that ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

module.exports = {startPeer, keyOf, ask, first, until}
