import {Fold} from '../../reducers/fold'
import type {LogItem} from '../events'

/** How many characters of JSON a block has at most, but for its last line. */
const maxLength = 2 ** 22

/** Some items of one run of a log: a checkpoint of what came before them, and then each of them. */
export interface Block {
  /** That of the run in `Spans.runs`, and the `seq` of the checkpoint. */
  readonly run: number
  readonly after: number
  readonly items: LogItem[]
  /** How long they are as JSON, in characters. */
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
    if (block?.run !== run || block.items.length > this.#maxItems || block.length > maxLength) {
      const isCheckpoint = item.type === 'checkpoint'
      block = {
        run,
        after: isCheckpoint ? item.seq : item.seq - 1,
        items: isCheckpoint ? [] : [this.#fold.checkpoint()],
        length: 0,
      }
      this.#begun = block
    }
    this.#fold.apply(item)
    block.items.push(item)
    block.length += length
    return block
  }
}
