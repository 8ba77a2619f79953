/** Records the plugin once, on real peers of which one can be reached and one cannot: node record.mjs FILE */
import {existsSync} from 'node:fs'
import '../built.mjs'

const {default: pull} = await import('pull-stream')
const {default: ConnHub} = await import('ssb-conn-hub')
const {recordLog} = await import('ssb-conn-hub/log-file')
const {absentPeer, startDialler, startPeer, stopStack} = await import('../demo/peers.mjs')
const {forgetful} = await import('./forgetful.mjs')

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: node record.mjs FILE')
if (existsSync(path)) throw new Error(`${path} is there already, and a recording is never written over`)

const [ssb, good, dead] = [startDialler(), await startPeer(), await absentPeer()]
const hub = new ConnHub(ssb)
const recording = recordLog(hub, path)

const failures = pull(
  hub.listen(),
  pull.filter(({type}) => type === 'connecting-failed'),
  pull.take(3),
)
forgetful(
  hub,
  new Map([
    [good.address, 'who answers'],
    [dead.address, 'who does not'],
  ]),
)
await new Promise((resolve) => pull(failures, pull.onEnd(resolve)))

await recording.close()
hub.close()
await Promise.all([stopStack(ssb), stopStack(good.ssb)])
