import {open} from 'node:fs/promises'
import {Fold} from '../../reducers/fold'
import type {LogItem, Snapshot} from '../events'
import {LogDecoder} from '../log/codec'
import {LogFormatError} from '../log/errors'
import {foldInto} from '../log/fold'
import {BatchedIterator} from './batched-iterator'
import {filesOf, ignoreMissing, type OpenFile} from './log-files'
import {resolveLogPath} from './rotation'

/** The end of a file that is not a whole line: whoever wrote it was stopped, or has not finished. */
export interface Torn {
  /** The path of the file. */
  readonly path: string
  /** What there is of the line, with marks in place of seeds. */
  readonly torn: string
}

/** How to read a log in files. */
export interface ReadOptions {
  /** Called for every file whose end is torn, in order. */
  readonly onTorn?: (torn: Torn) => void
}

/** A file that is not a log that can be read: says in which file and line, what was found, and what was expected. */
export class LogFileError extends LogFormatError {
  /** The path of the file. */
  readonly path: string

  constructor(path: string, {line, found, expected}: LogFormatError) {
    super(line, found, expected)
    this.path = path
    this.message = `${path}: ${this.message}`
  }
}

const chunk = 65_536

/**
 * The items of a log that was recorded to this path: those of the rotated files, then those of the
 * current one. Each file begins with a checkpoint.
 *
 * A torn end is reported, and costs only itself; of a file that is torn before its first line was whole
 * (an empty one, too), nothing is left. A log may be read while it is being recorded: then it ends with
 * what was written so far, and where `keep` has a file deleted that was not read yet, the checkpoint at the
 * beginning of the next stands for it.
 *
 * Rejects with a LogFileError (ERR_LOG_FORMAT) where a line is not what version 1 of the format knows, and
 * with the error of the file system, which is ENOENT where there is no such file and no rotated one.
 */
export function readLog(path: string, options?: ReadOptions): AsyncIterableIterator<LogItem> {
  return new BatchedIterator(batchesOf(path, options ?? {}))
}

/**
 * The state that the log which was recorded to this path folds to: as `fold` makes it of the items of `readLog()`,
 * but several times as fast, and never holding more than a piece of a file. Rejects as `readLog()` does, and with
 * a LogOrderError (ERR_LOG_ORDER) for events that do not follow from each other.
 */
export async function foldLog(path: string, options?: ReadOptions): Promise<Snapshot> {
  const state = new Fold()
  for await (const items of batchesOf(path, options ?? {})) foldInto(state, items)
  return state.snapshot()
}

/** The items, as many at a time as come with one piece of a file. */
async function* batchesOf(path: string, options: ReadOptions): AsyncGenerator<LogItem[], void, void> {
  const {onTorn = () => {}} = options
  const {older, newest} = await filesOf(await resolveLogPath(path))
  try {
    for (const path of older) {
      // One that is not there any more was the oldest, and was deleted.
      const handle = await open(path).catch(ignoreMissing)
      if (!handle) continue
      try {
        yield* itemsOf({path, handle}, onTorn)
      } finally {
        await handle.close()
      }
    }
    yield* itemsOf(newest, onTorn)
  } finally {
    await newest.handle.close()
  }
}

/** The items of a file, as many at a time as come with one piece of it. */
async function* itemsOf({path, handle}: OpenFile, onTorn: (torn: Torn) => void): AsyncGenerator<LogItem[]> {
  const decoder = new LogDecoder()
  const bytes = Buffer.allocUnsafe(chunk)
  for (;;) {
    const {bytesRead} = await handle.read(bytes)
    if (bytesRead === 0) break
    yield decoder.push(bytes.subarray(0, bytesRead))
    if (decoder.error) throw new LogFileError(path, decoder.error)
  }
  const torn = tornOf(decoder)
  if (torn !== undefined) onTorn({path, torn})
}

/** What is torn off a file that is read, if anything is: all of it, where its first line is not whole. */
function tornOf(decoder: LogDecoder): string | undefined {
  try {
    return decoder.end()
  } catch (error) {
    if (error instanceof LogFormatError) return error.found
    throw error
  }
}
