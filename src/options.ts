import {isClock, maxTimeout, systemClock} from './clock'
import {ConnHubError} from './errors'
import type {Options} from './types'

const defaultCloseTimeout = 10_000
const defaultLogLimit = 10_000

/** The options of a hub, checked, with their defaults. Throws ERR_INVALID_OPTION. */
export function checked(options: Options | null | undefined): Required<Options> {
  const {clock = systemClock, closeTimeout = defaultCloseTimeout, logLimit = defaultLogLimit} = options ?? {}
  if (!(typeof closeTimeout === 'number' && closeTimeout > 0 && closeTimeout <= maxTimeout)) {
    throw new ConnHubError('ERR_INVALID_OPTION', 'closeTimeout is not a time in ms')
  }
  if (!(Number.isInteger(logLimit) && logLimit >= 0)) {
    throw new ConnHubError('ERR_INVALID_OPTION', 'logLimit is not a number of events')
  }
  if (!isClock(clock)) throw new ConnHubError('ERR_INVALID_OPTION', 'clock is not a clock')
  return {clock, closeTimeout, logLimit}
}
