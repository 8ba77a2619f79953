import type {Clock} from '../util/clock'

/**
 * The time of events: that of the clock, but never less than what a monotonic clock says has passed. Where the clock
 * was set back, the time of events goes on at that pace until the clock has caught up, so that durations stay true.
 */
export class EventTime {
  readonly #clock: Required<Clock>
  #now = 0
  /** The latest time that was the clock's own, and what the monotonic clock showed then. */
  #shown = 0
  #shownAt = Number.NaN

  constructor(clock: Required<Clock>) {
    this.#clock = clock
  }

  /** The time as `read()` found it last, in ms since the epoch. */
  get now(): number {
    return this.#now
  }

  /** Reads the clock. That runs code of the clock's, which may call the hub. */
  read(): void {
    const shown = this.#clock.now()
    const monotonic = this.#clock.monotonic()
    const passed = this.#shown + Math.floor(monotonic - this.#shownAt)
    // Without a monotonic clock, and at the first time, it is NaN.
    const least = passed > this.#now ? passed : this.#now
    if (shown >= least && Number.isFinite(shown)) {
      this.#shown = shown
      this.#shownAt = monotonic
      this.#now = shown
    } else {
      this.#now = least
    }
  }
}
