import type {LogItem} from '../../events'
import {LogDecoder} from '../../log/codec'
import {Spans} from '../../spans/spans'
import {BlockCutter, itemsOf} from '../blocks'
import type {Digest} from '../digest'
import {digestOf} from '../digest-of'
import {Events} from './events'

/** A log that is read in the page: item by item as it happens, or in the pieces of a file. */
export class Intake {
  readonly events = new Events()
  id: string | undefined
  /** Why no more is taken. */
  #fault: string | undefined
  #spans = new Spans()
  readonly #cutter = new BlockCutter()
  readonly #decoder = new LogDecoder()

  constructor() {
    this.events.growing = () => this.#cutter.begun
  }

  get digest(): Digest {
    return digestOf(this.#spans, {id: this.id, faults: this.#fault === undefined ? [] : [this.#fault]})
  }

  /** The `seq` of the latest item, and since when its hub is, in ms since the epoch. */
  get latest(): {readonly seq: number; readonly since: number | undefined} {
    return {seq: this.#spans.seq, since: this.#spans.runs.at(-1)?.since}
  }

  /** The next piece of a file, in bytes or in text. */
  pushPiece(piece: Uint8Array): void {
    for (const item of this.#decoder.push(piece)) this.push(item)
    this.id = this.#decoder.header?.id
  }

  /** The file has ended. */
  end(): void {
    this.#attempt(() => {
      if (this.#decoder.end() !== undefined) this.#fault ??= 'its end is torn'
    })
  }

  push(item: LogItem): void {
    if (this.#fault !== undefined) return
    this.#attempt(() => {
      this.#spans.apply(item)
      const ended = this.#cutter.push(item, this.#spans.run)
      if (!ended) return
      // Not in the memory of the page: the browser may keep it on the disk.
      const {run, after, text} = ended
      const blob = new Blob([text])
      this.events.add({run, after, open: async () => itemsOf(await blob.text())})
    })
  }

  #attempt(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#fault ??= error instanceof Error ? error.message : String(error)
    }
  }
}
