import type {Connected, Recorded} from '../events'
import type {RPC} from '../readers/listen-event'

/** What the constructor of a `ReplayHub` may be told. */
export interface ReplayOptions<R = RPC> {
  /** Our own public key: `connect()` to it resolves with `false`, and is not looked for in the recording. */
  readonly id?: string
  /** The rpc of a replayed `connected` event. Default: an inert one with `id`, `on` and `close`. */
  readonly rpc?: (event: Recorded<Connected>) => R
  /**
   * What a call that the recording does not have does: `throw` (the default) raises a DivergenceError;
   * `collect` answers the call from the state. Either way the error is among the `divergences`.
   */
  readonly onDivergence?: 'throw' | 'collect'
  /** Names of metadata whose values are not compared, such as `stateChange`: a time is another in every run. */
  readonly ignore?: readonly string[]
}

/** How to play a recording. */
export interface PlayOptions {
  /** How many times faster than it was recorded. Default: 1. */
  readonly speed?: number
}
