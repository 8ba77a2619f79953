import {Fold} from '../../reducers/fold'
import type {LogItem} from '../events'
import {encodeLine} from '../log/codec'

/** How many characters a block has at most, but for its last line. */
const maxLength = 2 ** 22

/** Some items of one run of a log: a checkpoint of what came before them, and then each of them. */
export interface Block {
  /** That of the run in `Spans.runs`, and the `seq` of the checkpoint. */
  readonly run: number
  readonly after: number
  readonly items: LogItem[]
  /** A line for each item, in which seeds are marked. */
  text: string
}

/** Cuts a log into blocks, each of which can be read alone. */
export class BlockCutter {
  readonly #fold = new Fold()
  readonly #maxItems: number
  #begun: Block | undefined

  /** @param maxItems how many items a block has at most, beside its checkpoint */
  constructor(maxItems = 10_000) {
    this.#maxItems = maxItems
  }

  /** The block that has begun, if one has: it grows. */
  get begun(): Block | undefined {
    return this.#begun
  }

  /**
   * Takes the next item, which follows from the one before it.
   *
   * @param run the run that it is of
   * @returns the block that ended before it, if one did
   */
  push(item: LogItem, run: number): Block | undefined {
    const before = this.#begun
    const isFull = before && (before.items.length > this.#maxItems || before.text.length > maxLength)
    const ended = isFull || before?.run !== run ? before : undefined
    if (!before || ended) {
      const after = item.type === 'checkpoint' ? item.seq : item.seq - 1
      this.#begun = {run, after, items: [], text: ''}
      if (item.type !== 'checkpoint') this.#add(this.#fold.checkpoint())
    }
    this.#fold.apply(item)
    this.#add(item)
    return ended
  }

  #add(item: LogItem): void {
    if (!this.#begun) return
    this.#begun.items.push(item)
    this.#begun.text += encodeLine(item)
  }
}

/** The items of a block. */
export function itemsOf(text: string): LogItem[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
