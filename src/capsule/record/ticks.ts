import {maxTicks} from '../format/lines'

const settled = Promise.resolve()

/** Counts the turns of the microtask queue after a turn of the plugin's. */
export class Ticks {
  #run = 0
  #count: number | undefined

  /** How many there were since `start()`; undefined after the last that is counted. */
  get count(): number | undefined {
    return this.#count
  }

  start(): void {
    const run = ++this.#run
    this.#count = 0
    const step = () => {
      if (run !== this.#run || this.#count === undefined) return
      this.#count++
      // Who waits longer is rare, and counts as if the event loop had gone on.
      if (this.#count < maxTicks) settled.then(step)
      else this.#count = undefined
    }
    settled.then(step)
  }
}
