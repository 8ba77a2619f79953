import {closeSync, openSync, writeSync} from 'node:fs'
import {lstat} from 'node:fs/promises'
import {encodeHeader} from '../../log/header'
import {isMissing} from '../../log-file/file-errors'
import {resolveLogPath} from '../../log-file/log-path'
import {OutputFile} from '../../log-file/output-file'
import {rotateAway} from '../../log-file/rotation'
import type {Line} from '../format/lines'
import {markSecrets} from './secrets'

/** Room that is kept for saying that the recording was ended because it was full. */
const endLine = `${JSON.stringify({plugin: 'end', reason: 'maxBytes'})}\n`

/**
 * The file of a recording. The plugin never waits for it: a line becomes text at once, and goes to the disk when the event
 * loop goes on. The whole lines that are there when the process ends, or is killed, can be replayed.
 */
export class CapsuleFile {
  readonly #maxBytes: number
  readonly #written: Promise<void>
  /** What is to be written; undefined once nothing is any more. */
  #text: string | undefined = encodeHeader()
  #bytes = Buffer.byteLength(encodeHeader())
  #path: string
  #isFull = false
  #isClosing = false
  #isWriting = false
  #wake: (() => void) | undefined

  constructor(path: string, maxBytes: number) {
    this.#path = path
    this.#maxBytes = maxBytes
    this.#written = this.#run()
    // `written` tells of it. The plugin goes on, and no more lines are kept.
    this.#written.catch(() => {
      this.#text = undefined
    })
  }

  /** Resolves when all is on disk and the file is closed; rejects with what kept it from that. */
  get written(): Promise<void> {
    return this.#written
  }

  /** Whether lines are still taken. */
  get isOpen(): boolean {
    return this.#text !== undefined && !this.#isFull && !this.#isClosing
  }

  /** Whether the file has become as large as it may. */
  get isFull(): boolean {
    return this.#isFull
  }

  write(line: Line): void {
    if (!this.isOpen) return
    const text = `${markSecrets(JSON.stringify(line))}\n`
    this.#bytes += Buffer.byteLength(text)
    if (this.#bytes + endLine.length > this.#maxBytes) {
      this.#isFull = true
      this.#text += endLine
    } else this.#text += text
    this.#wake?.()
  }

  /** Nothing is written after this. */
  close(): void {
    this.#isClosing = true
    this.#wake?.()
  }

  /** The process ends, and nothing will be written any more, but what is written now. */
  flushAtExit(): void {
    const text = this.#text
    // A write is under way, of what came before: what is appended now could stand in front of it.
    if (!text || this.#isWriting) return
    this.#text = ''
    try {
      const file = openSync(this.#path, 'a')
      writeSync(file, text)
      closeSync(file)
    } catch {
      // It stays unwritten, as if the process had been killed.
    }
  }

  async #run(): Promise<void> {
    this.#path = await resolveLogPath(this.#path)
    const there = await lstat(this.#path).catch((error) => {
      if (!isMissing(error)) throw error
    })
    if (there?.isFile()) await rotateAway(this.#path)
    const file =
      there && !there.isFile() ? await OutputFile.openDevice(this.#path) : await OutputFile.create(this.#path)
    try {
      while (this.#text || (!this.#isClosing && !this.#isFull)) {
        const text = this.#text
        this.#text = ''
        this.#isWriting = true
        if (text) await file.write(text)
        this.#isWriting = false
        if (!this.#text && !this.#isClosing && !this.#isFull) await this.#more()
      }
      await file.close()
    } catch (error) {
      await file.abandon()
      throw error
    }
  }

  /** Waits for lines, which then are gathered until the event loop has gone on. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        setImmediate(resolve)
      }
    })
  }
}
