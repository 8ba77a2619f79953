import type {LogItem} from '../../events'
import {Spans} from '../../spans/spans'
import {BlockCutter} from '../blocks'
import {digestOf} from '../digest-of'
import {Events} from './events'
import {KeptBlock} from './kept-block'
import {LogView} from './log-view'

/** What an item of a hub that runs has, in characters of JSON. */
const usualLength = 300

/** A log that grows while it is shown: that of a hub that runs, or of a file while it is read. */
export class GrowingLog {
  readonly name: string
  /** The public key of the peer whose log it is. */
  id: string | undefined
  readonly #spans = new Spans()
  readonly #cutter = new BlockCutter()
  readonly #events = new Events()
  #kept: KeptBlock | undefined

  constructor(name: string) {
    this.name = name
  }

  /**
   * Takes in what comes next. Throws a LogOrderError for an item that does not follow from the one before; those before
   * it are in.
   *
   * @param lines where the lines of these items are kept, and of no others; without it, they are kept here
   */
  push(items: readonly LogItem[], lines?: Blob): void {
    const length = lines ? lines.size / items.length : usualLength
    // What was read of a block that grows is not all of it any more.
    if (lines && this.#kept) this.#events.forget(this.#kept)
    for (const [index, item] of items.entries()) {
      this.#spans.apply(item)
      const block = this.#cutter.push(item, this.#spans.run, length)
      if (this.#kept?.block !== block) {
        this.#kept?.end()
        this.#kept = new KeptBlock(block)
        this.#events.add(this.#kept)
      }
      if (lines) this.#kept.note(lines, index)
      else this.#kept.keep(item)
    }
  }

  /** The log as it is by now, to be drawn. */
  view(): LogView {
    return new LogView(this.name, digestOf(this.#spans, this.id), this.#events)
  }
}
