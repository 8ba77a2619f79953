/**
 * First in, first out, at a cost that does not grow with what waits. A list whose items point to the next: of the
 * queues of a hub most hold one item for a moment, for which an array that grows would be made anew each time.
 */
export class Fifo<T> {
  #first: Waiting<T> | undefined
  #last: Waiting<T> | undefined

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  push(item: T): void {
    const waiting: Waiting<T> = {item, next: undefined}
    if (this.#last) this.#last.next = waiting
    else this.#first = waiting
    this.#last = waiting
  }

  /** Takes the oldest one out; `undefined` where none is left. */
  shift(): T | undefined {
    const waiting = this.#first
    if (!waiting) return undefined
    this.#first = waiting.next
    if (!waiting.next) this.#last = undefined
    return waiting.item
  }
}

interface Waiting<T> {
  readonly item: T
  next: Waiting<T> | undefined
}
