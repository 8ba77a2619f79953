import {chanceOf} from '../../util/chance'
import {seedOf} from './chance'

/** What the clocks of the machine say, in ms: since the epoch, and that of `performance.now()`. */
export interface ClockTimes {
  readonly time: number
  readonly at: number
}

/** After so many looks at the clock in one turn, the plugin is taken to wait for time to pass. */
const maxLooks = 1000

/**
 * The clocks and the chance of a plugin that is recorded or replayed. In a turn the time stands still, and each turn has
 * a chance of its own: so it matters to nothing else how often the plugin asks for either.
 */
export class TurnClock {
  readonly #seed: number
  readonly #lateLook: (look: number) => ClockTimes | undefined
  #times: ClockTimes = {time: 0, at: 0}
  #looks = 0
  #chance = chanceOf(0)

  /**
   * @param seed of the recording: it decides the chance of all turns
   * @param lateLook called at every look in a turn after the first 1,000, with its number. It gives the time from then on, or
   * undefined where no time has passed
   */
  constructor(seed: number, lateLook: (look: number) => ClockTimes | undefined) {
    this.#seed = seed
    this.#lateLook = lateLook
  }

  /** Begins a turn, by its number. */
  begin(turn: number, times: ClockTimes): void {
    this.#times = times
    this.#looks = 0
    this.#chance = chanceOf(seedOf(this.#seed, turn))
  }

  /** What the clocks say in this turn. To ask this is no look of the plugin's. */
  get times(): ClockTimes {
    return this.#times
  }

  /** The plugin looks at the time, in ms since the epoch. */
  now(): number {
    this.#look()
    return this.#times.time
  }

  /** The plugin looks at the clock that never goes back, in ms. */
  uptime(): number {
    this.#look()
    return this.#times.at
  }

  /** A number from 0 up to 1, which is not reached. */
  random(): number {
    return this.#chance()
  }

  #look(): void {
    if (++this.#looks <= maxLooks) return
    this.#times = this.#lateLook(this.#looks) ?? this.#times
  }
}
