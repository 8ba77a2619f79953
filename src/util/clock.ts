import {throwUncaught} from './microtask'

/** Time and timers. A test gives its own to the constructor, and drives all of the hub with it. */
export interface Clock {
  /** ms since the epoch */
  now(): number
  /**
   * ms since some moment, whatever people or NTP do to the clock. While `now()` is set back, the time of events
   * goes on by it; without it, the time of events stands still until `now()` has caught up.
   */
  monotonic?(): number
  /** Calls back once after so many ms, and returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

// Every runtime of JavaScript has the timers, but none of the standard libraries of TypeScript declares them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void
// Old versions of React Native lack it.
declare const performance: {now(): number} | undefined

/** The clock of the machine. Looked up at each call, so that fake timers of a test framework work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => (typeof performance === 'object' ? performance.now() : Number.NaN),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
}

/** The longest time that timers of JavaScript can measure, in ms. */
export const maxTimeout = 2 ** 31 - 1

export function isClock(value: unknown): value is Clock {
  const {now, setTimeout, clearTimeout} = Object(value)
  return [now, setTimeout, clearTimeout].every((method) => typeof method === 'function')
}

/**
 * A clock whose exceptions harm nobody: each becomes an uncaught exception of its own. Where its `setTimeout` throws,
 * a timer of the machine is set in its place, so that what waits for it does not wait for ever.
 */
export function contained(clock: Clock): Required<Clock> {
  const machines = new Set<unknown>()
  return {
    now() {
      try {
        return clock.now()
      } catch (error) {
        throwUncaught(error)
        return Number.NaN
      }
    },
    monotonic() {
      try {
        return clock.monotonic?.() ?? Number.NaN
      } catch (error) {
        throwUncaught(error)
        return Number.NaN
      }
    },
    setTimeout(callback, ms) {
      try {
        return clock.setTimeout(callback, ms)
      } catch (error) {
        throwUncaught(error)
        const timer = systemClock.setTimeout(() => {
          machines.delete(timer)
          callback()
        }, ms)
        machines.add(timer)
        return timer
      }
    },
    clearTimeout(timer) {
      const owner = machines.delete(timer) ? systemClock : clock
      try {
        owner.clearTimeout(timer)
      } catch (error) {
        throwUncaught(error)
      }
    },
  }
}
