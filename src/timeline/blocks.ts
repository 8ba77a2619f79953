import {Fold} from '../../reducers/fold'
import type {Checkpoint, LogItem} from '../events'

/** How many characters of JSON a block has at most, but for its last line. */
const maxLength = 2 ** 22

/** Some items of one run of a log, in order. Whoever cuts the log keeps them. */
export interface Block {
  /** That of the run in `Spans.runs`. */
  readonly run: number
  /** The `seq` of what comes before its first item. */
  readonly after: number
  /** What came before it, where its first item is no checkpoint. It is put before the items. */
  readonly start: Checkpoint | undefined
  /** How many items there are, and how long they are as JSON, in characters. */
  count: number
  length: number
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

  /**
   * Takes the next item, which follows from the one before it.
   *
   * @param run the run that it is of
   * @param length how long it is as JSON, in characters
   * @returns the block that it is the latest of, which has begun with it, or grows
   */
  push(item: LogItem, run: number, length: number): Block {
    let block = this.#begun
    if (block?.run !== run || block.count >= this.#maxItems || block.length > maxLength) {
      const place =
        item.type === 'checkpoint'
          ? {after: item.seq, start: undefined}
          : {after: item.seq - 1, start: this.#fold.checkpoint()}
      block = {run, ...place, count: 0, length: 0}
      this.#begun = block
    }
    this.#fold.apply(item)
    block.count++
    block.length += length
    return block
  }
}
