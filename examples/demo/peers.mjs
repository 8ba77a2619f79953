/** Real secret-stack peers, all in this process, that meet on the loopback interface only. */
import {subscribe} from 'node:diagnostics_channel'
import {once} from 'node:events'
import {createRequire} from 'node:module'
import {createServer} from 'node:net'
import {setImmediate} from 'node:timers/promises'
import ssbKeys from 'ssb-keys'

const require = createRequire(import.meta.url)
// These two cannot be imported, only required.
const SecretStack = require('secret-stack')
const caps = require('ssb-caps')

const host = '127.0.0.1'

/**
 * @typedef {object} Peer
 * @property {any} ssb the secret-stack peer
 * @property {string} key its public key
 * @property {string} address where to dial it
 * @property {number} port where it listens
 */

/** Starts a peer that others can dial. @returns {Promise<Peer>} */
export async function startPeer() {
  const port = await freePort()
  const before = await countServers()
  const incoming = {net: [{scope: 'device', transform: 'shs', host, port}]}
  const ssb = startStack({incoming, outgoing: {net: [{transform: 'shs'}]}})
  await once(ssb, 'multiserver:listening')
  // secret-stack says that it listens even where it could not.
  if ((await countServers()) === before) throw new Error(`port ${port} could not be bound`)
  return {ssb, key: ssb.id, address: ssb.getAddress('device'), port}
}

/** Starts a peer that only dials others, and opens no port, with a plugin and its configuration if given. */
export function startDialler(plugin, config) {
  return startStack({incoming: {}, outgoing: {net: [{transform: 'shs'}]}}, plugin, config)
}

/** The address of a peer that is not running. */
export async function absentPeer() {
  const {id, public: publicKey} = ssbKeys.generate()
  const address = `net:${host}:${await freePort()}~shs:${publicKey.replace('.ed25519', '')}`
  return {key: id, address}
}

/** Closes what the peer listens on, and its connections. */
export function stopStack(ssb) {
  if (ssb.closed) return Promise.resolve()
  return new Promise((resolve) => ssb.close(true, resolve))
}

function startStack(connections, plugin, config) {
  const {shs} = caps
  // Without inactivity: nobody hangs up only because nothing was said for a while.
  const timers = {inactivity: -1, handshake: 5000}
  const global = {caps: {shs}, keys: ssbKeys.generate(), timers, connections}
  const create = SecretStack({appKey: shs, caps: {shs}})
  if (plugin) create.use(plugin)
  return create({global, ...config})
}

/** A port that nobody listens on, chosen by the operating system. */
async function freePort() {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function countServers() {
  // A server that is being closed still counts until the turn after next.
  await setImmediate()
  await setImmediate()
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
}

// secret-stack does not hand out its sockets, but Node tells of every new one.
const accepted = new Set()
const dialled = new Set()
subscribe('net.server.socket', ({socket}) => keep(accepted, socket))
subscribe('net.client.socket', ({socket}) => keep(dialled, socket))

function keep(sockets, socket) {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

/** Cuts every connection that was made to these ports, without a goodbye: as when a process crashes. */
export function cutWires(...ports) {
  for (const socket of accepted) {
    if (ports.includes(socket.localPort)) socket.resetAndDestroy()
  }
}

/** Gives up what is still being dialled: no stack does that by itself, and it would keep the process alive. */
export function hangUpDials() {
  for (const socket of dialled) socket.destroy()
}
