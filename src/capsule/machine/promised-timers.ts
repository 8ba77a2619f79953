import type {TimerKind, World} from './world'

/** The timers of `node:timers/promises`, on those of a plugin's world. */

interface Options {
  readonly signal?: AbortSignal
  readonly ref?: boolean
}

export function after(
  world: World,
  kind: TimerKind,
  ms: number,
  value: unknown,
  options?: unknown,
): Promise<unknown> {
  const {signal, ref = true} = (options ?? {}) as Options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal))
    const timer = world.setTimer({kind, ms, callback: done, args: []}) as {unref?(): void}
    if (!ref) timer.unref?.()
    const abort = () => {
      world.clearTimer(timer)
      if (signal) reject(abortError(signal))
    }
    signal?.addEventListener('abort', abort, {once: true})
    function done() {
      signal?.removeEventListener('abort', abort)
      resolve(value)
    }
  })
}

export async function* every(
  world: World,
  ms: number,
  value: unknown,
  options?: unknown,
): AsyncGenerator<unknown> {
  const {signal} = (options ?? {}) as Options
  let due = 0
  let wake = () => {}
  const timer = world.setTimer({
    kind: 'interval',
    ms,
    args: [],
    callback() {
      due++
      wake()
    },
  })
  const abort = () => wake()
  signal?.addEventListener('abort', abort, {once: true})
  try {
    for (;;) {
      if (signal?.aborted) throw abortError(signal)
      if (due === 0) await new Promise<void>((resolve) => (wake = resolve))
      for (; due > 0; due--) yield value
    }
  } finally {
    world.clearTimer(timer)
    signal?.removeEventListener('abort', abort)
  }
}

export function timeoutSignal(world: World, ms: number): AbortSignal {
  const controller = new AbortController()
  const callback = () =>
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  const timer = world.setTimer({kind: 'timeout', ms, callback, args: []}) as {unref?(): void}
  timer.unref?.()
  return controller.signal
}

/** As Node's own: it has the reason of the signal as its cause. */
function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', {cause: signal.reason})
  return Object.assign(error, {name: 'AbortError', code: 'ABORT_ERR'})
}
