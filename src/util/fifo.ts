/** First in, first out, at a cost that does not grow with what waits: `Array.shift()` moves all that is left. */
export class Fifo<T> {
  #items: T[] = []
  /** Where the oldest one is. Those before it are gone; they are cut off when they are half of the array. */
  #start = 0

  push(item: T): void {
    this.#items.push(item)
  }

  /** Takes the oldest one out; `undefined` where none is left. */
  shift(): T | undefined {
    if (this.#start === this.#items.length) return undefined
    const item = this.#items[this.#start++]
    if (2 * this.#start >= this.#items.length) {
      this.#items = this.#items.slice(this.#start)
      this.#start = 0
    }
    return item
  }
}
