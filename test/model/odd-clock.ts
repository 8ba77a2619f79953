import type {Clock} from '../../src/types'

type OddMoment = 'now' | 'set timer' | 'clear timer'

/** A clock that runs code of others when it is asked, and whose timers break when these want it. */
export class OddClock implements Clock {
  /** Returns whether something was done. */
  act = (_moment: OddMoment): boolean => false
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    this.act('now')
    return this.#clock.now()
  }

  setTimeout(callback: () => void, ms: number): unknown {
    if (this.act('set timer')) throw new Error('no more timers')
    return this.#clock.setTimeout(callback, ms)
  }

  clearTimeout(timer: unknown): void {
    if (this.act('clear timer')) throw new Error('no such timer')
    this.#clock.clearTimeout(timer)
  }
}
