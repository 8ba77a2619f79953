import type {Clock} from './util/clock'
import {isClock, maxTimeout, systemClock} from './util/clock'
import {invalidOption} from './values/errors'

/** What the constructor of a hub may be told. */
export interface Options {
  /**
   * How long a link may take to close, in ms, before a disconnect has failed: more than 0, and at most
   * 2,147,483,647, which is what timers can measure. Default: 10,000.
   */
  readonly closeTimeout?: number
  /** How many events the log keeps in memory: a whole number, 0 or more. Default: 10,000. */
  readonly logLimit?: number
  /** Time and timers, for tests. Default: those of the machine. */
  readonly clock?: Clock
}

const defaultCloseTimeout = 10_000
const defaultLogLimit = 10_000

/** The options of a hub, checked, with their defaults. Throws ERR_INVALID_OPTION. */
export function checked(options: Options | null | undefined): Required<Options> {
  const {clock = systemClock, closeTimeout = defaultCloseTimeout, logLimit = defaultLogLimit} = options ?? {}
  if (!(typeof closeTimeout === 'number' && closeTimeout > 0 && closeTimeout <= maxTimeout)) {
    throw invalidOption('closeTimeout', closeTimeout, `ms, more than 0 and at most ${maxTimeout}`)
  }
  if (!(Number.isInteger(logLimit) && logLimit >= 0)) {
    throw invalidOption('logLimit', logLimit, 'a number of events: a whole number, 0 or more')
  }
  if (!isClock(clock)) throw invalidOption('clock', clock, 'the functions now, setTimeout and clearTimeout')
  return {clock, closeTimeout, logLimit}
}
