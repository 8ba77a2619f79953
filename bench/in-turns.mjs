/**
 * Times tasks against each other: in CPU time of the process, which is the same whether or not the
 * machine does other things meanwhile, and in which collecting the garbage counts, on whichever thread.
 */
import {Bench} from 'tinybench'

/** How long a task runs before it is timed, in ms: until V8 has compiled it. */
const warmUpTime = 100
/** How long one sample takes at least, in ms: many calls, so that the timer's own cost vanishes. */
const sampleTime = 1

/**
 * Times each of the tasks for a while, in turns, in another order each time, so that what disturbs one disturbs the
 * other. A turn's time is the mean of its calls.
 *
 * @param tasks functions by name; what one does is undone by its `undo()`, which is not timed, after `most` calls
 * @param options.turns how many turns each gets
 * @param options.time how long a turn lasts at least, in ms
 * @param options.before called before each turn, and not timed
 * @returns the time of one call in each turn, in µs, by name
 */
export async function inTurns(tasks, {turns, time, before = () => {}}) {
  const bench = new Bench({now: cpuTime, time, iterations: 1, warmup: false, throws: true})
  for (const [name, task] of Object.entries(tasks)) {
    before()
    bench.add(name, inBatches(task, await warmUp(task), bench))
  }
  const taken = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
  for (let turn = 0; turn < turns; turn++) {
    for (const task of shuffled(bench.tasks)) {
      before()
      task.reset()
      await task.run()
      taken[task.name].push(task.result.latency.mean * 1000)
    }
  }
  return taken
}

/** How many times longer one took than the other: the median of what the turns say. */
export function ratio(one, other) {
  return median(one.map((time, turn) => time / other[turn]))
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The 10th percentile: of many short turns, what one takes that nothing disturbed. */
export function undisturbed(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 10)]
}

function shuffled(items) {
  const order = new Map(items.map((item) => [item, Math.random()]))
  return items.toSorted((a, b) => order.get(a) - order.get(b))
}

/** In ms, of all threads of this process. */
export function cpuTime() {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

/** Returns how many calls make a sample. */
async function warmUp(task) {
  const start = cpuTime()
  let calls = 0
  do {
    await task()
    calls++
    if (task.undo && calls % task.most === 0) task.undo()
  } while (cpuTime() - start < warmUpTime)
  task.undo?.()
  const size = Math.max(1, Math.round((sampleTime * calls) / (cpuTime() - start)))
  return Math.min(size, task.most ?? size)
}

function inBatches(task, size, bench) {
  const sample = (start) => {
    const taken = bench.now() - start
    return {overriddenDuration: taken / size, overriddenIterationCost: taken}
  }
  if (task.constructor.name === 'AsyncFunction') {
    return async () => {
      const start = bench.now()
      for (let i = 0; i < size; i++) await task()
      return sample(start)
    }
  }
  return () => {
    const start = bench.now()
    for (let i = 0; i < size; i++) task()
    const taken = sample(start)
    task.undo?.()
    return taken
  }
}
