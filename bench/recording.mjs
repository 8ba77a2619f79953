/** What an update costs while its log is read, or recorded in a file, beside one whose log nobody reads. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pull from 'pull-stream'
import {inTurns, median, ratio} from './in-turns.mjs'
import {recordLog} from './packages.mjs'
import {subjects} from './subjects.mjs'

const size = 1000

export async function recording(options) {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-bench-'))
  const [unread, read, recorded] = Array.from({length: 3}, () => subjects(size).ours())
  pull(read.hub.log({old: false, live: true}), pull.drain())
  const recording = recordLog(recorded.hub, join(folder, 'log.jsonl'))
  try {
    const tasks = {unread: unread.update, read: read.update, recorded: paced(recorded.update)}
    const taken = await inTurns(tasks, options)
    return [
      {
        what: 'a live reader of the log',
        size,
        cost: ratio(taken.read, taken.unread),
        time: median(taken.read),
      },
      {
        what: 'the log recorded in a file',
        size,
        cost: ratio(taken.recorded, taken.unread),
        time: median(taken.recorded),
      },
    ]
  } finally {
    await recording.close()
    rmSync(folder, {recursive: true})
  }
}

/** Lets the file be written now and then, as there would be time for in a running peer. */
function paced(update) {
  let count = 0
  return async () => {
    update()
    if (++count % 1000 === 0) await new Promise(setImmediate)
  }
}
