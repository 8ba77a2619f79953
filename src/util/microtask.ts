// Every runtime of JavaScript has it, but none of the standard libraries of TypeScript declares it.
declare function queueMicrotask(callback: () => void): void

if (typeof queueMicrotask !== 'function') {
  throw new Error(
    'ssb-conn-hub needs queueMicrotask, which this runtime does not have (React Native does from 0.66 on). ' +
      'Load a polyfill of it before ssb-conn-hub.',
  )
}

/** Kept from the beginning: a test framework may put a fake in its place, which calls back when the test says so. */
const enqueue = queueMicrotask

const now = Promise.resolve()

/** Calls back at the end of the tick. By a promise, which nobody fakes. */
export function atEndOfTick(callback: () => void): void {
  now.then(() => {
    try {
      callback()
    } catch (error) {
      throwUncaught(error)
    }
  })
}

/** Makes a foreign error an uncaught exception of its own, so that it ends nobody else's work. */
export function throwUncaught(error: unknown): void {
  enqueue(() => {
    throw error
  })
}
