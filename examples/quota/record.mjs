/** Records the plugin as it was, on real peers: node record.mjs FILE */
import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import '../built.mjs'

const {default: pull} = await import('pull-stream')
const {default: ConnHub} = await import('ssb-conn-hub')
const {recordPlugin} = await import('ssb-conn-hub/capsule')
const {absentPeer, startDialler, startPeer, stopStack} = await import('../demo/peers.mjs')

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: node record.mjs FILE')
if (existsSync(path)) throw new Error(`${path} is there already, and a recording is never written over`)
const require = createRequire(import.meta.url)

const {ssb, address} = await startPeer()
const guests = [startDialler(), startDialler(), startDialler()]
const hub = new ConnHub(ssb)
const quota = recordPlugin(() => require('./as-it-was.cjs'), path)
quota(hub)

/** Resolves when so many are connected, and nobody else comes or goes. */
function connected(count) {
  return new Promise((resolve) =>
    pull(
      hub.liveEntries(),
      pull.filter((all) => all.length === count && all.every(([, {state}]) => state === 'connected')),
      pull.take(1),
      pull.onEnd(resolve),
    ),
  )
}

/** The guests come, one after the other. */
async function welcome() {
  for (const guest of guests) await new Promise((resolve) => guest.connect(address, resolve))
}

await welcome()
await connected(2)
// The app dials somebody, and while it does the network is another one.
hub.connect((await absentPeer()).address).catch(() => {})
hub.reset()
await welcome()
await connected(3)

await quota.recording.close()
hub.close()
await Promise.all([ssb, ...guests].map(stopStack))
