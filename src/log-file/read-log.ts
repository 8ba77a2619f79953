import {Fold} from '../../reducers/fold'
import type {LogItem, Snapshot} from '../events'
import {foldInto} from '../log/fold'
import {BatchedIterator} from './batched-iterator'
import type {Batches, WatchedReading} from './file-items'
import {itemsOf} from './file-items'
import {filesOf, isSameFile} from './log-files'
import {resolveLogPath} from './log-path'
import type {ReadOptions} from './read-options'
import {checked} from './read-options'
import {openRotated} from './rotated-files'
import {TimeRange} from './time-range'

/**
 * The items of a log that was recorded to this path: those of the rotated files, then those of the current one. Each
 * file begins with a checkpoint. Files may be gzipped: rotated ones with `.gz` after their number, or the path itself.
 *
 * A torn end is reported, and costs only itself; of a file that is torn before its first line was whole
 * (an empty one, too), nothing is left. A log may be read while it is being recorded: then it ends with
 * what was written so far, and where `keep` has a file deleted that was not read yet, the checkpoint at the
 * beginning of the next stands for it.
 *
 * With `since` or `until`, wherever events are left out between others a checkpoint stands for them, so that what is
 * given can be folded. Where the log begins after `until`, nothing is given. It is read from its beginning all the same.
 *
 * Rejects with a LogFileError (ERR_LOG_FORMAT) where a line is not what its version of the format knows, or a file cannot
 * be unzipped; with the error of the file system, which is ENOENT where there is no such file and no rotated one; and,
 * with `since` or `until`, with a LogOrderError (ERR_LOG_ORDER) for events that do not follow from each other.
 *
 * @throws ConnHubError ERR_INVALID_OPTION
 */
export function readLog(path: string, options?: ReadOptions): AsyncIterableIterator<LogItem> {
  return new BatchedIterator(batchesOf(path, checked(options ?? {})))
}

/**
 * The state that the log which was recorded to this path folds to, at its end or at the time `until`: as `fold` makes it
 * of the items of `readLog()`, but several times as fast, and never holding more than a piece of a file. Rejects as
 * `readLog()` does, and with a LogOrderError (ERR_LOG_ORDER) for events that do not follow from each other.
 */
export async function foldLog(path: string, options?: ReadOptions): Promise<Snapshot> {
  const state = new Fold()
  for await (const items of batchesOf(path, checked(options ?? {}))) foldInto(state, items)
  return state.snapshot()
}

/** The items, as many at a time as come with one piece of a file. */
export async function* batchesOf(path: string, options: WatchedReading): Batches {
  const {since, until} = options
  const all = allBatchesOf(path, options)
  if (since === undefined && until === undefined) return yield* all
  const range = new TimeRange(since, until)
  for await (const items of all) yield range.push(items)
  yield range.end()
}

async function* allBatchesOf(path: string, options: WatchedReading): Batches {
  const current = await resolveLogPath(path)
  const {older, newest} = await filesOf(current)
  try {
    for (const number of older) {
      // One that is not there any more was the oldest, and was deleted.
      const file = await openRotated(current, number)
      if (!file) continue
      try {
        if (!(await isSameFile(file, newest))) yield* itemsOf(file, options)
      } finally {
        await file.handle.close()
      }
    }
    yield* itemsOf(newest, options)
  } finally {
    await newest.handle.close()
  }
}
