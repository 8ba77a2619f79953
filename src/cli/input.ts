import {open, stat} from 'node:fs/promises'
import type {LogItem} from '../events'
import {isOfPlugin} from '../log/codec'
import {LogOrderError} from '../log/errors'
import type {Batches} from '../log-file/file-items'
import {itemsOfBytes} from '../log-file/file-items'
import {bytesOf, unzipped} from '../log-file/log-bytes'
import {batchesOf} from '../log-file/read-log'
import type {FileHeader, ReadOptions} from '../log-file/read-options'
import {numbersOf, rotatedAt} from '../log-file/rotated-files'
import {TimeRange} from '../log-file/time-range'
import type {Screen} from './progress'
import {progressOn} from './progress'
import {UsageError} from './usage-error'

/** What is called standard input. */
const stdin = '-'

export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean | undefined
}

/** A log that cannot be read. The message tells where. */
export class LogError extends Error {}

/** The logs that a command was given: one after the other, each with its rotated files. */
export class Logs {
  readonly paths: readonly string[]
  readonly range: Pick<ReadOptions, 'since' | 'until'>
  readonly #input: Input
  readonly #screen: Screen
  /** The file that is being read, and how many of its items were given. */
  #file: FileHeader | undefined
  #count = 0

  constructor(
    paths: readonly string[],
    range: Pick<ReadOptions, 'since' | 'until'>,
    input: Input,
    screen: Screen,
  ) {
    if (paths.length === 0 && input.isTTY) throw new UsageError('which log?')
    // The shell gives the rotated files of a log, too: they are read with it.
    this.paths = paths.length === 0 ? [stdin] : paths.filter((path) => !isRotatedOf(path, paths))
    this.range = range
    this.#input = input
    this.#screen = screen
  }

  /** The items, as many at a time as come at once. Rejects with a LogError. */
  async *batches(onHeader: (header: FileHeader) => void = () => {}): Batches {
    const progress = progressOn(this.#screen, 'reading')
    let all = 0
    for (const path of this.paths) all += await sizeOf(path)
    let done = 0
    const watched = {
      ...this.range,
      onHeader: (header: FileHeader) => {
        this.#file = header
        this.#count = 0
        onHeader(header)
      },
      onTorn: ({path, torn}: {readonly path: string; readonly torn: string}) => {
        this.#screen.write(
          `${path}: the end is torn (${torn.length} characters), as where a recorder was killed\n`,
        )
      },
      onBytes: (count: number) => {
        done += count
        progress.tell(done, all)
      },
    }
    try {
      for (const path of this.paths) {
        const batches = path === stdin ? this.#fromInput(watched) : batchesOf(path, watched)
        for await (const items of batches) {
          yield items
          this.#count += items.length
        }
      }
    } catch (error) {
      throw this.#readable(error)
    } finally {
      progress.end()
    }
  }

  /** Gives each item to the function. Rejects with a LogError, also where an item does not follow from the one before. */
  async each(take: (item: LogItem) => void, onHeader?: (header: FileHeader) => void): Promise<void> {
    for await (const items of this.batches(onHeader)) {
      let index = 0
      try {
        for (; index < items.length; index++) take(items[index] as LogItem)
      } catch (error) {
        if (!(error instanceof LogOrderError)) throw error
        throw new LogError(`${await this.#place(this.#count + index)}: ${error.message}`)
      }
    }
  }

  async *#fromInput(options: ReadOptions): Batches {
    const all = itemsOfBytes('standard input', unzipped(pieces(this.#input)), options)
    const {since, until} = options
    if (since === undefined && until === undefined) return yield* all
    const range = new TimeRange(since, until)
    for await (const items of all) yield range.push(items)
    yield range.end()
  }

  /** Where the item with this index stands: its file is read once more, for the number of its line. */
  async #place(index: number): Promise<string> {
    const path = this.#file?.path ?? 'the log'
    const {since, until} = this.range
    if (since !== undefined || until !== undefined) return path
    const handle = await open(path).catch(() => undefined)
    if (!handle) return path
    try {
      let text = ''
      let line = 0
      let items = -1
      for await (const bytes of bytesOf(handle)) {
        const lines = (text + bytes.toString('latin1')).split('\n')
        text = lines.pop() ?? ''
        for (const each of lines) {
          line++
          if (line > 1 && !isOfPlugin(each)) items++
          if (items === index) return `${path}: line ${line}`
        }
      }
      return path
    } finally {
      await handle.close()
    }
  }

  #readable(error: unknown): unknown {
    const {code, path, syscall, message} = error as NodeJS.ErrnoException
    if (code === 'ERR_LOG_FORMAT') return new LogError(message)
    if (code === 'ERR_LOG_ORDER') return new LogError(`${this.#file?.path ?? 'the log'}: ${message}`)
    if (code === 'ENOENT') return new LogError(`${path}: there is no such file, and none that was rotated`)
    return typeof code === 'string' && syscall !== undefined ? new LogError(message) : error
  }
}

function isRotatedOf(path: string, paths: readonly string[]): boolean {
  const [, log] = /^(.+)\.[1-9]\d{0,6}(?:\.gz)?$/.exec(path) ?? []
  return log !== undefined && paths.includes(log)
}

/** How many bytes there are to be read. */
async function sizeOf(path: string): Promise<number> {
  if (path === stdin) return 0
  const files = [path]
  for (const number of await numbersOf(path)) files.push(...(await rotatedAt(path, number)).slice(0, 1))
  let sum = 0
  for (const file of files) sum += (await stat(file).catch(() => undefined))?.size ?? 0
  return sum
}

/** The first is so long that it tells whether it is gzipped. */
async function* pieces(input: Input): AsyncGenerator<Buffer, void, void> {
  let start = Buffer.alloc(0)
  let isStarted = false
  for await (const bytes of input) {
    if (isStarted) {
      yield Buffer.from(bytes)
      continue
    }
    start = Buffer.concat([start, bytes])
    if (start.length < 2) continue
    isStarted = true
    yield start
  }
  if (!isStarted && start.length > 0) yield start
}
