import {firstIndex} from '../../util/sorted'
import type {Moment} from './recorded'

interface Item extends Moment {
  readonly work: () => void
}

/** What will happen in the world: by its time, and at the same time in the order of the log. */
export class Agenda {
  readonly #items: Item[] = []

  /** When the next thing happens, in ms since the epoch; undefined where nothing does. */
  get next(): number | undefined {
    return this.#items[0]?.time
  }

  add(time: number, order: number, work: () => void): void {
    const place = firstIndex(this.#items.length, (i) => {
      const other = this.#items[i]
      return other !== undefined && (other.time - time || other.order - order) <= 0
    })
    this.#items.splice(place, 0, {time, order, work})
  }

  /** Lets the next thing happen. */
  happen(): void {
    this.#items.shift()?.work()
  }
}
