/** What an update costs while others read. */
import {inTurns, median, ratio} from './in-turns.mjs'
import {subjects} from './subjects.mjs'

const sizes = [10, 100, 1000, 10_000, 100_000]
const crowds = [
  {liveEntries: 1, listen: 0},
  {liveEntries: 10, listen: 0},
  {liveEntries: 0, listen: 10},
]

export async function readers(options) {
  const rows = []
  for (const size of sizes) {
    for (const crowd of crowds) {
      const made = subjects(size)
      const [ours, old] = [made.ours(), made.old()]
      for (const subject of [ours, old]) subject.read(crowd)
      // listen() tells nothing of an update, and of an incoming connection all.
      const operation = crowd.listen ? 'incoming + close' : 'update'
      const taken = await inTurns({ours: ours[operation], old: old[operation]}, options)
      rows.push({
        ...crowd,
        operation,
        size,
        ours: median(taken.ours),
        old: median(taken.old),
        ratio: ratio(taken.old, taken.ours),
      })
    }
  }
  return rows
}
