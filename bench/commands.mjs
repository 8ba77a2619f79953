/** What each operation costs, in tables of all sizes, while one reader listens. */
import {inTurns, undisturbed} from './in-turns.mjs'
import {subjects} from './subjects.mjs'

const sizes = [10, 100, 1000, 10_000, 100_000]
const operations = [
  'update',
  'incoming',
  'incoming + close',
  'connect + close',
  'getState',
  'entries',
  'update + entries',
]
/** What the least hubs can do. */
const least = ['update', 'incoming', 'incoming + close', 'connect + close']

export async function commands({shortTurns}) {
  const rows = []
  for (const size of sizes) {
    const make = subjects(size)
    const of = {}
    // `same` is ours once more: by how much it differs from ours is the noise.
    for (const name of ['ours', 'same', 'old']) {
      of[name] = (make[name] ?? make.ours)()
      of[name].read({listen: 1})
    }
    for (const name of ['least', 'immer', 'bare']) of[name] = make[name]()
    for (const operation of operations) {
      const tasks = {ours: of.ours[operation], same: of.same[operation], old: of.old[operation]}
      if (least.includes(operation)) {
        tasks.least = of.least[operation]
        tasks.immer = of.immer[operation]
      }
      if (of.bare[operation]) tasks.bare = of.bare[operation]
      const taken = await inTurns(tasks, shortTurns)
      const times = Object.fromEntries(Object.entries(taken).map(([name, each]) => [name, undisturbed(each)]))
      rows.push({operation, size, ...times})
    }
  }
  return rows
}
