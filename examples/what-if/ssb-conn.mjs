/** ssb-conn as it comes from npm, in a world of `recordedWorld()`, with one line of its scheduler changed. */
import {readFileSync} from 'node:fs'
import Module, {createRequire} from 'node:module'
import os, {tmpdir} from 'node:os'
import {join} from 'node:path'
import '../built.mjs'

const {default: pull} = await import('pull-stream')

// In an app, `overrides` in package.json puts this hub in the place of the older one that ssb-conn brings.
const require = createRequire(import.meta.url)
const ofSsbConn = createRequire(require.resolve('ssb-conn'))
require('ssb-conn-hub')
require.cache[ofSsbConn.resolve('ssb-conn-hub')] = require.cache[require.resolve('ssb-conn-hub')]

// Its database of addresses is not written to a file.
const ofDatabase = createRequire(ofSsbConn.resolve('ssb-conn-db'))
ofDatabase('atomic-file-rw').writeFile = (_path, _text, _encoding, callback) => callback()

const file = ofSsbConn.resolve('./conn-scheduler')
const source = readFileSync(file, 'utf8')

/** How long the scheduler of ssb-conn waits before it dials a peer again, as its source has it. */
export const [, asItIs] = /const retryCooldown = (.*);/.exec(source)

/** The scheduler with another expression in that place. It draws a number when it is loaded, so it is loaded anew. */
function loadScheduler(retryCooldown) {
  const module = new Module(file)
  module.paths = Module._nodeModulePaths(file)
  module._compile(
    source.replace(asItIs, () => retryCooldown),
    file,
  )
  return module.exports.ConnScheduler
}

/**
 * Lets ssb-conn live through a world, up to its end or so long (ms since the epoch), and returns its hub, and how to
 * end it.
 *
 * @param book the peers that it knows, a Map with their addresses as keys: `{key, type}`
 */
export async function liveThrough(world, book, retryCooldown, until = world.end) {
  const putBack = replaceMachine(world)
  const ssb = stackFor(world, book)
  const config = {
    path: join(tmpdir(), 'there is no such folder'),
    conn: {autostart: false, populatePubs: false},
  }
  ssb.conn = require('ssb-conn/core').init(ssb, config)
  ssb.connScheduler = loadScheduler(retryCooldown).init(ssb, config)
  await ssb.conn.db().loaded()
  for (const [address, data] of book) ssb.conn.remember(address, data)
  ssb.conn.start()
  try {
    await world.play(until)
  } finally {
    putBack()
  }
  return {hub: ssb.conn.hub(), end: ssb.end}
}

/** The stack of the world, with what else ssb-conn asks of one. */
function stackFor({stack}, book) {
  const friends = Array.from(book.values(), ({key}) => [key, 1])
  stack.on('rpc:connect', (rpc) => {
    rpc.gossip = {ping: () => ({source() {}, sink() {}})}
  })
  return Object.assign(stack, {
    friends: {hopStream: () => pull.values([Object.fromEntries(friends)])},
    close: {
      hook(hook) {
        stack.end = () => hook.call(stack, () => {}, [])
      },
    },
  })
}

/** Time and chance are the world's. The machine has a network: ssb-conn dials nobody where there is only loopback. */
function replaceMachine(world) {
  const {networkInterfaces} = os
  const putBack = world.replaceGlobals()
  os.networkInterfaces = () => ({eth0: [{address: '192.0.2.7', internal: false}]})
  return () => {
    putBack()
    os.networkInterfaces = networkInterfaces
  }
}
