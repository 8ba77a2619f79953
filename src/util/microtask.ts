// Every runtime of JavaScript has it, but none of the standard libraries of TypeScript declares it.
declare function queueMicrotask(callback: () => void): void

/** Calls back at the end of the tick. */
export function atEndOfTick(callback: () => void): void {
  queueMicrotask(callback)
}

/** Makes a foreign error an uncaught exception of its own, so that it ends nobody else's work. */
export function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
