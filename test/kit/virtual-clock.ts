import type {Clock} from '../../src/types'

/** Time that goes on only when the test says so. */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000
  #timers: {readonly at: number; readonly callback: () => void}[] = []

  now = (): number => this.#now

  setTimeout = (callback: () => void, ms: number): unknown => {
    const timer = {at: this.#now + ms, callback}
    this.#timers.push(timer)
    return timer
  }

  clearTimeout = (timer: unknown): void => {
    this.#timers = this.#timers.filter((other) => other !== timer)
  }

  get pending(): number {
    return this.#timers.length
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#now = next.at
      this.clearTimeout(next)
      next.callback()
    }
    this.#now = end
  }

  /** A clock that was set wrong is set right, or the reverse. */
  jump(ms: number): void {
    this.#now += ms
  }
}
