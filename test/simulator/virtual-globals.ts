import type {Clock} from '../../src/types'
import type {Random} from './random'

/**
 * Puts virtual time, and randomness of a seed, in place of the globals: for code that takes neither from
 * outside. `setImmediate`, `performance` and the microtasks stay as they are. Returns how to put the real ones back.
 */
export function virtualize(clock: Clock, random: Random): () => void {
  const real = {setTimeout, clearTimeout, setInterval, clearInterval}
  const {now} = Date
  const {random: realRandom} = Math
  const set = (callback: (...args: unknown[]) => void, ms: number, repeats: boolean, args: unknown[]) =>
    new VirtualTimer(clock, () => callback(...args), ms, repeats)
  const clear = (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.stop()
  }
  Object.assign(globalThis, {
    setTimeout: (callback: () => void, ms = 1, ...args: unknown[]) => set(callback, ms, false, args),
    setInterval: (callback: () => void, ms = 1, ...args: unknown[]) => set(callback, ms, true, args),
    clearTimeout: clear,
    clearInterval: clear,
  })
  Date.now = () => clock.now()
  Math.random = random.next
  return () => {
    Object.assign(globalThis, real)
    Date.now = now
    Math.random = realRandom
  }
}

/** What Node's timers return, as far as it is used. */
class VirtualTimer {
  #stopped = false
  #timer: unknown
  readonly #clock: Clock

  constructor(clock: Clock, callback: () => void, ms: number, repeats: boolean) {
    this.#clock = clock
    const fire = () => {
      callback()
      if (repeats && !this.#stopped) this.#timer = clock.setTimeout(fire, Math.max(1, ms))
    }
    this.#timer = clock.setTimeout(fire, Math.max(1, ms))
  }

  stop(): void {
    this.#stopped = true
    this.#clock.clearTimeout(this.#timer)
  }

  ref(): this {
    return this
  }

  /** Nothing waits for it anyway. */
  unref(): this {
    return this
  }
}
