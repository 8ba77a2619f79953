import type {LogItem} from '../events'
import type {Source} from '../util/stream'

/**
 * Takes the items of a log one by one, whenever the taker has time. What it has not asked for stays
 * with the log, which bounds it.
 */
export class SourceReader {
  #source: Source<LogItem>
  #seq: number
  #asked = false
  #answer: Answer | undefined
  #wake = () => {}

  /** @param seq that of the item before the first */
  constructor(source: Source<LogItem>, seq: number) {
    this.#source = source
    this.#seq = seq
  }

  /** The `seq` of the latest item that the log gave. */
  get seq(): number {
    return this.#seq
  }

  /** Whether the log has given the next item already, or its end. */
  get isReady(): boolean {
    if (!this.#asked && !this.#answer) this.#ask()
    return this.#answer !== undefined
  }

  /** The next item; `undefined` at the end. Rejects with the error that the log ended with, if it did. */
  async next(): Promise<LogItem | undefined> {
    while (!this.isReady) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const {end, item} = this.#answer ?? {}
    if (end && end !== true) throw end
    this.#answer = undefined
    return item
  }

  /** Goes on with another source, and aborts the present one. */
  switchTo(source: Source<LogItem>): void {
    this.abort()
    this.#source = source
    this.#asked = false
    this.#wake()
  }

  /** Aborts the source. What it still answers is ignored. */
  abort(): void {
    const source = this.#source
    this.#source = (_abort, callback) => callback(true)
    source(true, () => {})
  }

  /** What is called back runs in a call of the hub, so it does nothing but wake the taker. */
  #ask(): void {
    const source = this.#source
    this.#asked = true
    source(null, (end, item) => {
      // A source that was aborted answers, too.
      if (source !== this.#source) return
      this.#asked = false
      this.#answer = {end, item: end ? undefined : item}
      if (item && !end) this.#seq = item.seq
      this.#wake()
    })
  }
}

interface Answer {
  readonly end: unknown
  readonly item: LogItem | undefined
}
