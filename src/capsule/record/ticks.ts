/** How many turns of the microtask queue are counted: by then, hardly anything goes on. */
const limit = 32

const settled = Promise.resolve()

/** Counts the turns of the microtask queue, until it is empty. */
export class Ticks {
  #run = 0
  #count: number | undefined

  /** How many there were since the last start; undefined once the event loop has gone on. */
  get count(): number | undefined {
    return this.#count
  }

  start(): void {
    const run = ++this.#run
    this.#count = 0
    const step = () => {
      if (run !== this.#run || this.#count === undefined) return
      this.#count++
      if (this.#count < limit) settled.then(step)
      else this.#count = undefined
    }
    settled.then(step)
  }
}
