import {chanceOf} from '../../util/chance'
import {firstIndex} from '../../util/sorted'
import type {Outcome, RecordedDial} from './recorded'

/** What the world does with a dial. */
export interface Answer {
  /** After how long, in ms. */
  readonly delay: number
  readonly outcome: Outcome
}

/** The dials that were recorded to one address, and chance that is the address's own. */
export class DialBook {
  /** In the order in which they began. */
  readonly #dials: readonly RecordedDial[]
  /** Those whose turn it was. */
  readonly #taken = new Set<RecordedDial>()
  readonly #random: () => number

  constructor(dials: readonly RecordedDial[], seed: number) {
    this.#dials = dials
    this.#random = chanceOf(seed)
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#dials.length === 0
  }

  /**
   * How a dial at this time ends: as the recorded one that is next to it in time. Undefined: it has no end.
   *
   * Of a dial that was called off, only this is known: that it took longer. So what comes after that is taken from the
   * next one in time that took longer and did end.
   */
  answer(time: number): Answer | undefined {
    let longerThan = -1
    let isNearest = true
    for (const dial of this.#byDistance(time)) {
      const {outcome, lasted, begin} = dial
      const isItself = isNearest && begin.time === time && !this.#taken.has(dial)
      if (isNearest) this.#taken.add(dial)
      isNearest = false
      if (lasted <= longerThan) continue
      // A plugin that dials again whenever a dial has failed must not do so for ever within one ms.
      if (outcome) return {outcome, delay: isItself ? lasted : Math.max(1, lasted)}
      longerThan = lasted
    }
    return undefined
  }

  /** A factor of 1, give or take so much. */
  spread(jitter: number): number {
    return jitter === 0 ? 1 : 1 + jitter * (2 * this.#random() - 1)
  }

  /** The recorded dials, those first that began next to this time. */
  *#byDistance(time: number): Generator<RecordedDial, void> {
    const timeOf = (i: number) => this.#dials[i]?.begin.time ?? Number.NaN
    let after = firstIndex(this.#dials.length, (i) => timeOf(i) < time)
    let before = after - 1
    const now: RecordedDial[] = []
    for (; timeOf(after) === time; after++) now.push(...this.#dials.slice(after, after + 1))
    // Several that began within one ms are taken one after the other.
    yield* now.filter((dial) => !this.#taken.has(dial))
    yield* now.filter((dial) => this.#taken.has(dial))
    for (;;) {
      const older = this.#dials[before]
      const newer = this.#dials[after]
      if (!older && !newer) return
      const nearer = Math.abs(timeOf(before) - time) - Math.abs(timeOf(after) - time)
      const isOlder = newer === undefined || nearer < 0 || (nearer === 0 && this.#random() < 0.5)
      if (isOlder && older) {
        before--
        yield older
      } else if (newer) {
        after++
        yield newer
      }
    }
  }
}
