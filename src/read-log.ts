import {type FileHandle, open} from 'node:fs/promises'
import {Fold} from '../reducers/fold'
import {LogDecoder, LogFormatError} from './codec'
import type {Snapshot} from './events'
import {foldInto} from './fold'
import {isMissing, rotatedOf, whereabouts} from './rotated'
import type {LogItem} from './types'

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
  return new Items(batchesOf(path, options ?? {}))
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

/** The items of batches, one by one: most of them are there already, and cost but a promise. */
class Items implements AsyncIterableIterator<LogItem> {
  readonly #batches: AsyncGenerator<LogItem[], void, void>
  #batch: readonly LogItem[] = []
  #next = 0
  /** The latest ask, where it waits for a file: those after it wait for it. */
  #latest: Promise<unknown> | undefined

  constructor(batches: AsyncGenerator<LogItem[], void, void>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<LogItem, undefined>> {
    if (!this.#latest) {
      const value = this.#batch[this.#next]
      if (value) {
        this.#next++
        return Promise.resolve({done: false, value})
      }
    }
    const answer = this.#latest ? this.#latest.then(() => this.#read()) : this.#read()
    const latest = answer
      .catch(() => {})
      .then(() => {
        if (this.#latest === latest) this.#latest = undefined
      })
    this.#latest = latest
    return answer
  }

  async return(): Promise<IteratorResult<LogItem, undefined>> {
    this.#batch = []
    await this.#batches.return()
    return {done: true, value: undefined}
  }

  async #read(): Promise<IteratorResult<LogItem, undefined>> {
    for (;;) {
      const value = this.#batch[this.#next++]
      if (value) return {done: false, value}
      const batch = await this.#batches.next()
      if (batch.done) return {done: true, value: undefined}
      this.#batch = batch.value
      this.#next = 0
    }
  }
}

/** The items, as many at a time as come with one piece of a file. */
async function* batchesOf(path: string, options: ReadOptions): AsyncGenerator<LogItem[], void, void> {
  const {onTorn = () => {}} = options
  const {older, newest} = await filesOf(await whereabouts(path))
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

interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
}

/**
 * The files that a log has now, in order. The newest is open, so that it stays what it is when it is
 * rotated away.
 */
async function filesOf(current: string): Promise<{older: string[]; newest: OpenFile}> {
  for (;;) {
    const before = await rotatedOf(current)
    let missing: unknown
    const handle = await open(current).catch((error) => {
      missing = error
      return ignoreMissing(error)
    })
    const older = await rotatedOf(current)
    const hasRotated = older.at(-1) !== before.at(-1)
    if (handle && !hasRotated) return {older, newest: {path: current, handle}}
    // What is open may be one of the rotated files, or come later than one of them that we do not know.
    await handle?.close()
    if (hasRotated) continue
    const path = older.pop()
    if (path === undefined) throw missing
    const rotated = await open(path).catch(ignoreMissing)
    if (rotated) return {older, newest: {path, handle: rotated}}
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

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
