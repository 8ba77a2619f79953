import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {replayPlugin} from 'ssb-conn-hub/capsule'
import {snapshots} from 'ssb-conn-hub/replay'

const require = createRequire(import.meta.url)
const field = fileURLToPath(new URL('field.jsonl', import.meta.url))

const {events} = await replayPlugin(() => require('./as-it-was.cjs'), field)

for (const {seq, entries} of snapshots(events)) {
  const {type, cause = '-'} = events[seq]
  console.log(seq, type, cause, JSON.stringify(entries.map(([, {state}]) => state)))
}
