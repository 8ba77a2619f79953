import {Fold} from '../reducers/fold'
import {ConnHubError} from './errors'
import type {Snapshot} from './events'
import {History} from './history'
import type {LogItem} from './types'

/**
 * A log whose items do not follow from each other: says at which `seq`, and what was expected there.
 * The table is as it was before it.
 */
export class LogOrderError extends ConnHubError {
  /** That of the event that does not follow. */
  readonly seq: number
  /** What could have followed, in words. */
  readonly expected: string

  constructor({seq, type}: LogItem, expected: string) {
    super('ERR_LOG_ORDER', `at event ${seq} (${type}), expected ${expected}`)
    this.seq = seq
    this.expected = expected
  }
}

/**
 * The state after the last of these events: of a log from its start, or from a checkpoint on. Throws
 * a LogOrderError for events that do not follow from each other.
 */
export function fold(items: Iterable<LogItem>): Snapshot {
  const state = new Fold()
  foldInto(state, items)
  return state.snapshot()
}

/** Folds further items into a state. Throws as `fold` does. */
export function foldInto(state: Fold, items: Iterable<LogItem>): void {
  for (const item of items) {
    const expected = state.apply(item)
    if (expected !== undefined) throw new LogOrderError(item, expected)
  }
}

/**
 * The state after each of these events, in order. What did not change is shared: a snapshot that is
 * kept costs one step back, and its `entries` are made when they are first read. Throws as `fold` does.
 */
export function* snapshots(items: Iterable<LogItem>): Generator<Snapshot, void> {
  const history = new History()
  for (const item of items) {
    const expected = history.apply(item)
    if (expected !== undefined) throw new LogOrderError(item, expected)
    yield history.snapshot()
  }
}
