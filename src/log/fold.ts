import {Fold} from '../../reducers/fold'
import {VersionedTable} from '../../reducers/versioned-table'
import type {LogItem, Snapshot} from '../events'
import {LogOrderError} from './errors'
import {assertItems} from './items'

/**
 * The state after the last of these events: of a log from its start, or from a checkpoint on. Throws
 * a LogOrderError for events that do not follow from each other, and ERR_INVALID_OPTION for what is no items of a log.
 */
export function fold(items: Iterable<LogItem>): Snapshot {
  assertItems(items)
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
  assertItems(items)
  const table = new VersionedTable()
  for (const item of items) {
    const expected = table.apply(item)
    if (expected !== undefined) throw new LogOrderError(item, expected)
    yield table.snapshot()
  }
}
