import {TimerHandle} from '../../util/timer-handle'
import type {VirtualClock} from '../virtual-clock'

type Callback = (...args: unknown[]) => void

/**
 * Puts virtual time and chance in the place of the globals: of `Date`, `performance.now()`, `setTimeout`,
 * `setInterval`, of what clears these, and of `Math.random()`. Returns how to put the real ones back.
 */
export function replaceGlobals(clock: VirtualClock, random: () => number): () => void {
  const restores: (() => void)[] = []
  const replace = (owner: object, name: string, value: unknown) => {
    const before = Reflect.getOwnPropertyDescriptor(owner, name)
    Reflect.defineProperty(owner, name, {value, configurable: true, enumerable: true, writable: true})
    restores.push(() => {
      if (before) Reflect.defineProperty(owner, name, before)
      else Reflect.deleteProperty(owner, name)
    })
  }
  const set =
    (repeats: boolean) =>
    (callback: Callback, ms?: number, ...args: unknown[]): VirtualTimer =>
      new VirtualTimer(clock, () => callback(...args), Number(ms), repeats)
  const clear = (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.close()
  }
  replace(globalThis, 'Date', virtualDate(clock))
  replace(globalThis, 'setTimeout', set(false))
  replace(globalThis, 'setInterval', set(true))
  replace(globalThis, 'clearTimeout', clear)
  replace(globalThis, 'clearInterval', clear)
  replace(Math, 'random', random)
  const performance: unknown = Reflect.get(globalThis, 'performance')
  if (typeof performance === 'object' && performance !== null) replace(performance, 'now', clock.monotonic)
  return () => {
    for (const restore of restores.splice(0).reverse()) restore()
  }
}

function virtualDate({now}: VirtualClock): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}

class VirtualTimer extends TimerHandle {
  readonly #clock: VirtualClock
  readonly #callback: () => void
  readonly #ms: number
  readonly #repeats: boolean
  #timer: unknown

  constructor(clock: VirtualClock, callback: () => void, ms: number, repeats: boolean) {
    super()
    this.#clock = clock
    this.#callback = callback
    this.#ms = ms
    this.#repeats = repeats
    this.refresh()
  }

  refresh(): this {
    this.close()
    this.#timer = this.#clock.setTimeout(() => {
      if (this.#repeats) this.refresh()
      this.#callback()
    }, this.#ms)
    return this
  }

  close(): this {
    this.#clock.clearTimeout(this.#timer)
    return this
  }
}
