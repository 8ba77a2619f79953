import type {LogItem} from '../../events'
import {isOfPlugin} from '../../log/codec'
import type {Block} from '../blocks'
import type {ClosedBlock} from './events'

/** A block of a log that grows. Lines of a file stay there; other items are kept until the block ends, and then their lines. */
export class KeptBlock implements ClosedBlock {
  readonly block: Block
  readonly #parts: Part[] = []
  #items: LogItem[] | undefined

  constructor(block: Block) {
    this.block = block
  }

  get run(): number {
    return this.block.run
  }

  get after(): number {
    return this.block.after
  }

  /** An item without a line somewhere. */
  keep(item: LogItem): void {
    this.#items ??= this.#start()
    this.#items.push(item)
  }

  /** The line of an item stands in this blob, and it is the one with this index there. */
  note(lines: Blob, index: number): void {
    const part = this.#parts.at(-1)
    if (part?.lines === lines) part.to = index + 1
    else this.#parts.push({lines, from: index, to: index + 1})
  }

  /** Nothing is added any more. The browser keeps a blob outside of the memory of the page. */
  end(): void {
    if (!this.#items) return
    const items = this.#items.slice(this.#start().length)
    const lines = new Blob(items.map((item) => `${JSON.stringify(item)}\n`))
    this.#parts.push({lines, from: 0, to: items.length})
    this.#items = undefined
  }

  /** Rejects where the file has changed meanwhile. */
  async open(): Promise<LogItem[]> {
    if (this.#items) return this.#items
    const items = this.#start()
    for (const {lines, from, to} of this.#parts) {
      items.push(...itemsOf(await lines.text()).slice(from, to))
    }
    return items
  }

  #start(): LogItem[] {
    const {start} = this.block
    return start ? [start] : []
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
