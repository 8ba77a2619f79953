import {throwUncaught} from '../util/microtask'

/**
 * Apply now, tell in order: what is pushed while something is being told waits its turn, however deep the calls
 * are nested in which it came about.
 */
export class TellQueue<T> {
  readonly #tell: (item: T) => void
  #items: T[] = []
  /** How many of these were told. */
  #told = 0
  #current: T | undefined
  #isTelling = false

  /** @param tell tells one item; what it throws becomes an uncaught exception of its own */
  constructor(tell: (item: T) => void) {
    this.#tell = tell
  }

  /** What is being told. */
  get current(): T | undefined {
    return this.#current
  }

  /** Whether something waits to be told. */
  get isWaiting(): boolean {
    return this.#told < this.#items.length
  }

  /** Tells the item now, or after those that came before it. */
  push(item: T): void {
    this.#items.push(item)
    this.#tellAll()
  }

  /** Tells nothing of what the function pushes before the function has returned; then, all of it. */
  hold<R>(work: () => R): R {
    if (this.#isTelling) return work()
    this.#isTelling = true
    try {
      return work()
    } finally {
      this.#isTelling = false
      this.#tellAll()
    }
  }

  /** Takes away what was not told, and returns it: nobody will be told of it. */
  clear(): readonly T[] {
    const untold = this.#items.slice(this.#told)
    this.#items = []
    this.#told = 0
    return untold
  }

  #tellAll(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      this.#current = item
      try {
        this.#tell(item)
      } catch (error) {
        throwUncaught(error)
      }
    }
    this.#current = undefined
    this.clear()
    this.#isTelling = false
  }

  #next(): T | undefined {
    return this.#items[this.#told++]
  }
}
