import {ConnHubError, invalidOption} from '../values/errors'

/** What the hub uses of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Who stops when a signal aborts. */
export interface Stoppable {
  stop(): void
}

interface Listening {
  readonly listener: () => void
  readonly waiting: Set<Stoppable>
}

/** One listener a signal, however many wait for it: Node.js warns of a leak at the eleventh. */
const signals = new WeakMap<Signal, Listening>()

/**
 * Stops who waits when the signal aborts. Code of the signal runs here.
 *
 * @returns how to leave again. Throws the reason of a signal that has aborted, and ERR_INVALID_OPTION for what is no
 * signal.
 */
export function stopOn(signal: Signal, waiting: Stoppable): () => void {
  if (typeof signal?.addEventListener !== 'function' || typeof signal.removeEventListener !== 'function') {
    throw invalidOption('signal', signal, 'an AbortSignal')
  }
  assertNotAborted(signal)
  const listening = signals.get(signal) ?? listen(signal)
  listening.waiting.add(waiting)
  const leave = () => {
    listening.waiting.delete(waiting)
    if (listening.waiting.size === 0) unlisten(signal, listening)
  }
  try {
    assertNotAborted(signal)
  } catch (error) {
    leave()
    throw error
  }
  return leave
}

/** Some runtimes have signals without a reason. */
export function reasonOf(signal: Signal): unknown {
  return signal.reason ?? new ConnHubError('ERR_ABORTED')
}

function listen(signal: Signal): Listening {
  const waiting = new Set<Stoppable>()
  const listener = () => {
    for (const one of [...waiting]) one.stop()
  }
  const listening = {listener, waiting}
  signal.addEventListener('abort', listener)
  signals.set(signal, listening)
  return listening
}

function unlisten(signal: Signal, {listener}: Listening): void {
  if (signals.get(signal)?.listener === listener) signals.delete(signal)
  try {
    signal.removeEventListener('abort', listener)
  } catch {
    // The signal keeps the listener, which then finds nobody to stop.
  }
}

function assertNotAborted(signal: Signal): void {
  if (signal.aborted) throw reasonOf(signal)
}
