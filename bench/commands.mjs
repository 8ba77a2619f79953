/** What each operation costs, in tables of all sizes, while nobody reads. */
import {inTurns, median, ratio} from './in-turns.mjs'
import {subjects} from './subjects.mjs'

const sizes = [10, 100, 1000, 10_000, 100_000]
const operations = [
  'update',
  'connect + close',
  'incoming',
  'incoming + close',
  'getState',
  'entries',
  'update + entries',
]

export async function commands(options) {
  const rows = []
  for (const size of sizes) {
    const {ours, old, bare} = subjects(size)
    for (const operation of operations) {
      const tasks = {ours: ours[operation], old: old[operation]}
      if (bare[operation]) tasks.bare = bare[operation]
      const taken = await inTurns(tasks, options)
      rows.push({
        operation,
        size,
        ours: median(taken.ours),
        old: median(taken.old),
        ratio: ratio(taken.old, taken.ours),
        ...(taken.bare && {bare: median(taken.bare)}),
      })
    }
  }
  return rows
}
