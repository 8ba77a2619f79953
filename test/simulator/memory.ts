import v8 from 'node:v8'
import vm from 'node:vm'
import {Session} from '../../src/connections/session'

export interface MemoryUse {
  /** Of the heap, in bytes, after the garbage was collected. */
  readonly heap: number
  /** How many sessions there are of what is live. Undefined where this version of Node cannot count them. */
  readonly sessions: number | undefined
}

let gc: (() => void) | undefined

/** What is in memory that somebody still holds. */
export function measureMemory(): MemoryUse {
  if (!gc) {
    v8.setFlagsFromString('--expose-gc')
    gc = vm.runInNewContext('gc') as () => void
  }
  gc()
  return {heap: process.memoryUsage().heapUsed, sessions: countOf(Session)}
}

function countOf(made: unknown): number | undefined {
  // New in Node 20.13, and not yet in all declarations of it.
  const {queryObjects} = v8 as {queryObjects?: (made: unknown, options: {format: 'count'}) => number}
  return queryObjects?.(made, {format: 'count'})
}

/** How much more is held than before counts as grown: less is what one hour differs from the next. */
const factor = 1.2
const slack = 4_000_000

/**
 * Returns how the memory has grown, if it has: whether even the least of the last quarter is more than
 * the most of the second. Both have hours of much and of little activity where a day is simulated.
 */
export function growthOf(heaps: readonly number[]): string | undefined {
  const quarter = Math.floor(heaps.length / 4)
  if (quarter < 2) return undefined
  const most = Math.max(...heaps.slice(quarter, 2 * quarter))
  const least = Math.min(...heaps.slice(-quarter))
  if (least <= most * factor + slack) return undefined
  return `the heap has grown from ${most} to ${least} bytes`
}
