// Real peers on loopback.
const {once} = require('node:events')
const {mkdtempSync} = require('node:fs')
const {createServer} = require('node:net')
const {tmpdir} = require('node:os')
const {join} = require('node:path')
const ssbKeys = require('ssb-keys')

/** A network of our own: no other program's peer speaks with ours. */
const shs = Buffer.alloc(32, 'ssb-conn-hub').toString('base64')

/**
 * Answers each time with its own. Not pull-ping, which keeps the time in a global variable: here others run in the
 * process of the plugin that is recorded.
 */
function ping() {
  const source = require('pull-pushable')()
  return {
    source,
    sink: require('pull-stream').drain(
      () => source.push(Date.now()),
      () => source.end(),
    ),
  }
}

/** Answers the pings of others, as every peer with ssb-conn does. */
const gossip = {
  name: 'gossip',
  version: '1.0.0',
  manifest: {ping: 'duplex', hello: 'async'},
  permissions: {anonymous: {allow: ['ping', 'hello']}},
  init: () => ({
    ping,
    hello: (name, callback) => callback(null, `hello ${name}`),
  }),
}

/** Who follows whom: ssb-conn dials nobody without. */
const friends = (hops) => ({
  name: 'friends',
  version: '1.0.0',
  manifest: {},
  init: () => ({hopStream: () => require('pull-stream').values([hops])}),
})

/** A peer that listens on loopback: of secret-stack 8 (`secret-stack`) or 6.4 (`secret-stack-6`). */
async function startPeer(version, plugins = [gossip], options = {}) {
  const port = options.port ?? (await freePort())
  const config = {
    path: mkdtempSync(join(tmpdir(), 'capsule-peer-')),
    caps: {shs},
    keys: options.keys ?? ssbKeys.generate(),
    timers: {handshake: 5000, inactivity: options.inactivity ?? 600_000},
    connections: {
      incoming: {net: [{scope: 'device', transform: 'shs', host: '127.0.0.1', port}]},
      outgoing: {net: [{transform: 'shs'}]},
    },
    conn: {populatePubs: false},
    ...options.config,
  }
  const create = require(version)({})
  for (const plugin of plugins) create.use(plugin)
  const ssb = create(version === 'secret-stack' ? {global: config, conn: config.conn} : config)
  await once(ssb, 'multiserver:listening')
  return {
    ssb,
    port,
    keys: config.keys,
    address: `net:127.0.0.1:${port}~shs:${ssb.id.slice(1, -'.ed25519'.length)}`,
  }
}

/** Ends it, as when its process ends: nobody waits for anybody. */
function stopPeer({ssb}) {
  for (const rpc of Object.values(ssb.peers).flat()) rpc.close(true, () => {})
  return new Promise((resolve) => ssb.close(true, () => resolve()))
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

module.exports = {startPeer, stopPeer, freePort, gossip, friends}
