/** Time and timers. A test gives its own to the constructor, and drives all of the hub with it. */
export interface Clock {
  /** ms since the epoch */
  now(): number
  /** Calls back once after so many ms, and returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

// Every runtime of JavaScript has these, but none of the standard libraries of TypeScript declares them.
declare function setTimeout(callback: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/** The clock of the machine. Looked up at each call, so that fake timers of a test framework work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
}

/** The longest time that timers of JavaScript can measure, in ms. */
export const maxTimeout = 2 ** 31 - 1

export function isClock(value: unknown): value is Clock {
  const {now, setTimeout, clearTimeout} = Object(value)
  return [now, setTimeout, clearTimeout].every((method) => typeof method === 'function')
}
