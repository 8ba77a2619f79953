import type {LogItem} from '../../events'
import {isOfPlugin} from '../../log/codec'
import type {Block} from '../blocks'
import type {ClosedBlock} from './events'

/** A block of a log that grows. When it has ended, its items are let go: their lines stand in blobs, which the browser keeps. */
export class KeptBlock implements ClosedBlock {
  readonly run: number
  readonly after: number
  /** The checkpoint that was put before the items of the log, where one was. */
  readonly #start: readonly LogItem[]
  readonly #parts: Part[] = []
  #items: LogItem[] | undefined

  /** @param block which has its first item */
  constructor({run, after, items}: Block) {
    this.run = run
    this.after = after
    this.#items = items
    this.#start = items.slice(0, -1)
  }

  /** The lines of the latest item stand in this blob, and it is the one with this index there. */
  note(lines: Blob, index: number): void {
    const part = this.#parts.at(-1)
    if (part?.lines === lines) part.to = index + 1
    else this.#parts.push({lines, from: index, to: index + 1})
  }

  end(): void {
    if (this.#parts.length === 0 && this.#items) {
      const items = this.#items.slice(this.#start.length)
      const lines = new Blob(items.map((item) => `${JSON.stringify(item)}\n`))
      this.#parts.push({lines, from: 0, to: items.length})
    }
    this.#items = undefined
  }

  /** Rejects where the file has changed meanwhile. */
  async open(): Promise<LogItem[]> {
    if (this.#items) return this.#items
    const items = [...this.#start]
    for (const {lines, from, to} of this.#parts) {
      items.push(...itemsOf(await lines.text()).slice(from, to))
    }
    return items
  }
}

/** Some of the lines in a blob. */
interface Part {
  readonly lines: Blob
  readonly from: number
  to: number
}

/** The items of a log, or of a part of one. */
export function itemsOf(text: string): LogItem[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !isOfPlugin(line) && !line.startsWith('{"format":'))
    .map((line) => JSON.parse(line))
}
