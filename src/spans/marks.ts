import type {Cause} from '../events'

/** What happened to the hub as a whole. */

/** One run of a hub, as far as the log tells of it: when a hub is made anew, its numbers begin again. */
export interface Run {
  /** When the hub was made, in ms since the epoch, where the log tells. */
  readonly since?: number | undefined
  /** The first and the last moment that the log tells of, in ms since the epoch; undefined where nothing happened. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** The first and the last `seq`. */
  readonly first: number
  readonly last: number
  /** The `seq` of the event with which its hub was closed. */
  readonly closed?: number | undefined
}

/** A reset of the hub. */
export interface ResetMark {
  readonly run: number
  readonly seq: number
  /** In ms since the epoch. */
  readonly time: number
  readonly cause: Cause
}

/** A checkpoint in the log. */
export interface CheckpointMark {
  readonly run: number
  readonly seq: number
  /** In ms since the epoch; undefined for one of before the first event that does not tell it. */
  readonly time: number | undefined
  readonly entries: number
  /** How many events are missing before it. At the beginning of a run nothing is missing. */
  readonly missing: number
}
