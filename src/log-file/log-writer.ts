import {lstat} from 'node:fs/promises'
import {Fold} from '../../reducers/fold'
import type {Checkpoint, LogItem} from '../events'
import {encodeLine, encodeStart, maxLine} from '../log/codec'
import {foldInto} from '../log/fold'
import {ConnHubError} from '../values/errors'
import {ignoreMissing} from './file-errors'
import {resolveLogPath} from './log-path'
import {OutputFile} from './output-file'
import {deleteOldest, rotateAway} from './rotation'

/** When to begin a new file, and how many of the old ones to keep. */
export interface Limits {
  readonly maxBytes: number
  readonly maxAge: number
  readonly keep: number
}

/** How much text is gathered before it is written. */
const batch = 65_536

/**
 * Writes a log to a file, and to the next one when that is full or old. It folds what it writes, so
 * that each file begins with the state it begins at, and can be read alone.
 */
export class LogWriter {
  /** Our own public key: the first line of each file has it. */
  readonly #id: string | undefined
  readonly #limits: Limits
  readonly #onRotate: (path: string) => void
  readonly #fold = new Fold()
  #path: string
  #file: OutputFile | undefined
  #rotates = true
  #seq: number | undefined
  /** What is not written yet. */
  #text = ''
  /** How long the file will be when that is written, and how long its beginning is. */
  #bytes = 0
  #startBytes = 0
  /** The time of the first event in the file, where there is one. */
  #firstTime: number | undefined

  constructor(path: string, id: string | undefined, limits: Limits, onRotate: (path: string) => void) {
    this.#id = id
    this.#path = path
    this.#limits = limits
    this.#onRotate = onRotate
  }

  /** The `seq` of the last item that was written. */
  get seq(): number | undefined {
    return this.#seq
  }

  /** Begins a new file. A device is written to as it is. */
  async begin(checkpoint: Checkpoint): Promise<void> {
    foldInto(this.#fold, [checkpoint])
    this.#path = await resolveLogPath(this.#path)
    const present = await lstat(this.#path).catch(ignoreMissing)
    this.#rotates = present?.isFile() ?? true
    if (present && this.#rotates) await this.#rotateAway()
    await this.#start()
  }

  /** Gathers an item, and writes what is gathered when it is enough. */
  async write(item: LogItem): Promise<void> {
    const line = readable(encodeLine(item))
    const bytes = Buffer.byteLength(line)
    if (this.#isOver(bytes, item.time)) await this.#rotate()
    foldInto(this.#fold, [item])
    this.#text += line
    this.#bytes += bytes
    this.#firstTime ??= item.time
    if (this.#text.length >= batch) await this.flush()
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    const text = this.#text
    if (text === '') return
    this.#text = ''
    await this.#file?.write(text)
    this.#seq = this.#fold.seq
  }

  /** Resolves when all is on disk. */
  async end(): Promise<void> {
    await this.flush()
    await this.#file?.close()
    this.#file = undefined
  }

  /** Lets go of the file, however that ends. */
  async abandon(): Promise<void> {
    await this.#file?.abandon()
    this.#file = undefined
  }

  /**
   * Whether the file is full or too old for an event. It never is before it has one; and its events have at least as
   * much room as the state that it begins with, or a large state would leave them none.
   */
  #isOver(bytes: number, time: number): boolean {
    if (!this.#rotates || this.#firstTime === undefined) return false
    const room = Math.max(this.#limits.maxBytes, 2 * this.#startBytes)
    return this.#bytes + bytes > room || time - this.#firstTime >= this.#limits.maxAge
  }

  async #rotate(): Promise<void> {
    await this.end()
    await this.#rotateAway()
    await this.#start()
  }

  async #rotateAway(): Promise<void> {
    const rotated = await rotateAway(this.#path)
    if (rotated !== undefined) this.#onRotate(rotated)
  }

  /** The first line and the state, in one write. Only then are older files deleted. */
  async #start(): Promise<void> {
    const path = this.#path
    const file = this.#rotates ? await OutputFile.create(path) : await OutputFile.openDevice(path)
    this.#file = file
    const text = readable(encodeStart(this.#fold.checkpoint(), this.#id))
    await file.write(text)
    this.#seq = this.#fold.seq
    this.#startBytes = Buffer.byteLength(text)
    this.#bytes = this.#startBytes
    this.#firstTime = undefined
    if (this.#rotates && this.#limits.keep < Infinity) {
      await deleteOldest(path, this.#limits.keep)
    }
  }
}

/** The text, where it can be read again: `readLog()` refuses a line that is longer. Throws ERR_LOG_FORMAT. */
function readable(text: string): string {
  if (text.length <= maxLine) return text
  throw new ConnHubError(
    'ERR_LOG_FORMAT',
    `a line of ${text.length} characters, and at most ${maxLine} can be read`,
  )
}
