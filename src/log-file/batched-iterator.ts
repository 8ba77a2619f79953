import type {LogItem} from '../events'

/** The items of batches, one by one: most of them are there already, and cost but a promise. */
export class BatchedIterator implements AsyncIterableIterator<LogItem> {
  readonly #batches: AsyncGenerator<LogItem[], void, void>
  #batch: readonly LogItem[] = []
  #next = 0
  /** The latest ask, where it waits for a file: those after it wait for it. */
  #latest: Promise<unknown> | undefined

  constructor(batches: AsyncGenerator<LogItem[], void, void>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<LogItem, undefined>> {
    if (!this.#latest) {
      const value = this.#batch[this.#next]
      if (value) {
        this.#next++
        return Promise.resolve({done: false, value})
      }
    }
    const answer = this.#latest ? this.#latest.then(() => this.#read()) : this.#read()
    const latest = answer
      .catch(() => {})
      .then(() => {
        if (this.#latest === latest) this.#latest = undefined
      })
    this.#latest = latest
    return answer
  }

  async return(): Promise<IteratorResult<LogItem, undefined>> {
    this.#batch = []
    await this.#batches.return()
    return {done: true, value: undefined}
  }

  async #read(): Promise<IteratorResult<LogItem, undefined>> {
    for (;;) {
      const value = this.#batch[this.#next++]
      if (value) return {done: false, value}
      const batch = await this.#batches.next()
      if (batch.done) return {done: true, value: undefined}
      this.#batch = batch.value
      this.#next = 0
    }
  }
}
