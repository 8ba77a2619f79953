/** What one of the runtimes has. None of the standard libraries of TypeScript declares any of it. */
interface Runtime {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly setTimeout: (callback: () => void, ms: number) => unknown
  readonly MessageChannel?: new () => {
    readonly port1: {onmessage: (() => void) | null; close(): void}
    readonly port2: {postMessage(message: unknown): void}
  }
}

/**
 * How to be called in the next turn of the event loop.
 *
 * Jest, Vitest and Sinon can fake `setImmediate` before anything is loaded: such a fake waits for the test, and has its
 * clock with it.
 */
export function nextTurnOf({
  setImmediate,
  setTimeout,
  MessageChannel,
}: Runtime): (callback: () => void) => void {
  const isFaked = setImmediate !== undefined && 'clock' in setImmediate
  if (setImmediate && !(isFaked && MessageChannel)) return (callback) => void setImmediate(callback)
  if (!MessageChannel) return (callback) => void setTimeout(callback, 0)
  return (callback) => {
    const {port1, port2} = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(null)
  }
}

// Looked up once, early: a test framework may put fake timers in their place.
const atNextTurn = nextTurnOf(globalThis as unknown as Runtime)

/**
 * Resolves when all has happened that can happen without time passing: promises are settled, and what
 * waits for them, or for the end of the tick, was called. It takes one turn of the event loop, and no timer
 * where the runtime can do without: Node.js, React Native and browsers can.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => atNextTurn(resolve))
}
