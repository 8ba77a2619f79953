import type {Clock} from '../util/clock'

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/**
 * Time that goes on only when the test says so: for the option `clock` of a hub, and for a plugin that
 * takes its time and timers from outside. `now`, `setTimeout` and `clearTimeout` may be passed on alone.
 */
export class VirtualClock implements Clock {
  /** How long it has run, in ms: timers go by it, whatever the clock shows. */
  #elapsed = 0
  #offset: number
  /** In the order in which they are due. */
  readonly #timers: Timer[] = []

  /** @param start what it shows first, in ms since the epoch */
  constructor(start = 1_700_000_000_000) {
    this.#offset = start
  }

  /** What it shows, in ms since the epoch. */
  readonly now = (): number => this.#offset + this.#elapsed

  /** How long it has run, in ms, whatever it shows. */
  readonly monotonic = (): number => this.#elapsed

  /** Calls back once, when so many ms have passed: at least one, as everywhere. */
  readonly setTimeout = (callback: () => void, ms: number): unknown => {
    const timer = {due: this.#elapsed + (ms >= 1 ? ms : 1), callback}
    this.#timers.splice(this.#placeOf(timer), 0, timer)
    return timer
  }

  /** The timer will not call back. */
  readonly clearTimeout = (timer: unknown): void => {
    const index = this.#timers.indexOf(timer as Timer)
    if (index >= 0) this.#timers.splice(index, 1)
  }

  /** How many timers are set. A hub that is closed leaves none. */
  get pending(): number {
    return this.#timers.length
  }

  /** In how many ms the next timer is due; undefined without a timer. */
  get untilNextTimer(): number | undefined {
    const [next] = this.#timers
    return next && next.due - this.#elapsed
  }

  /** Lets so many ms pass. Timers call back at their times, in their order, also those that are set meanwhile. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time cannot pass by ${ms} ms; a clock that is set back is a jump()`)
    const end = this.#elapsed + ms
    for (let [next] = this.#timers; next && next.due <= end; [next] = this.#timers) this.#ring(next)
    this.#elapsed = end
  }

  /** Lets time pass until the next timer has called back. Returns how many ms these were; undefined without a timer. */
  advanceToNextTimer(): number | undefined {
    const [next] = this.#timers
    if (!next) return undefined
    const ms = next.due - this.#elapsed
    this.#ring(next)
    return ms
  }

  /** Sets the clock by so many ms, forward or back, as people and NTP do. No time passes: timers stay as far off. */
  jump(ms: number): void {
    this.#offset += ms
  }

  #ring(timer: Timer): void {
    this.#elapsed = timer.due
    this.clearTimeout(timer)
    timer.callback()
  }

  /** Behind those that are due at the same time. Searched by halves, because a simulation has many timers. */
  #placeOf({due}: Timer): number {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#timers[middle]
      if (other && other.due <= due) low = middle + 1
      else high = middle
    }
    return low
  }
}
