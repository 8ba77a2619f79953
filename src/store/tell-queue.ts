import {Fifo} from '../util/fifo'
import {throwUncaught} from '../util/microtask'

/**
 * Apply now, tell in order: what is pushed while something is being told waits its turn, however deep the calls
 * are nested in which it came about.
 */
export class TellQueue<T> {
  readonly #tell: (item: T) => void
  readonly #untold = new Fifo<T>()
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
    return !this.#untold.isEmpty
  }

  /** Tells the item now, or after those that came before it. */
  push(item: T): void {
    this.#untold.push(item)
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
    const untold: T[] = []
    for (let item = this.#untold.shift(); item !== undefined; item = this.#untold.shift()) untold.push(item)
    return untold
  }

  #tellAll(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let item = this.#untold.shift(); item !== undefined; item = this.#untold.shift()) {
      this.#current = item
      try {
        this.#tell(item)
      } catch (error) {
        throwUncaught(error)
      }
    }
    this.#current = undefined
    this.#isTelling = false
  }
}
