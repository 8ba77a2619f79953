/** What it costs to travel in a long recording: to make a `ReplayHub` of it, and to seek in it. */
import {cpuTime, median} from './in-turns.mjs'
import {churn, updates} from './logs.mjs'
import {mutableFold} from './mutable-fold.mjs'
import {ReplayHub} from './packages.mjs'

const seeks = 200
const makes = 3

export function travel({events}) {
  return [updates, churn].map((log) => {
    const recorded = log(events)
    const folds = Array.from({length: makes}, () => timed(() => mutableFold(recorded)))
    const before = used()
    const made = []
    let hub
    for (let i = 0; i < makes; i++) {
      hub = undefined
      globalThis.gc()
      made.push(timed(() => (hub = new ReplayHub(recorded))))
    }
    const held = (used() - before) / events
    const taken = Array.from({length: seeks}, () => timed(() => hub.seek(Math.floor(Math.random() * events))))
    taken.sort((a, b) => a - b)
    return {
      log: log.name,
      events,
      made: median(made),
      overFold: median(made) / median(folds),
      held,
      seek: median(taken),
      slowestSeek: taken[Math.floor(seeks * 0.95)],
    }
  })
}

/** In ms of CPU time. */
function timed(work) {
  const start = cpuTime()
  work()
  return cpuTime() - start
}

function used() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
