import {Fold} from '../../reducers/fold'
import {Tally} from '../../reducers/tally'
import type {LogItem} from '../events'
import {LogOrderError} from '../log/errors'
import type {Past} from '../store/peer-store'
import {firstIndex} from '../util/sorted'

interface Kept extends Past {
  /** How many items of the recording come before it. */
  readonly index: number
}

/** The fold of a recording from one point on, with its counts. It changes in place: what it gives is a copy. */
class Course {
  readonly #fold = new Fold()
  #tally: Tally
  #since: number

  constructor({state, since, tally}: Past) {
    this.#fold.apply({type: 'checkpoint', ...state})
    this.#since = since
    this.#tally = tally.copy()
  }

  /** How many entries there are. */
  get size(): number {
    return this.#fold.size
  }

  /** Throws a LogOrderError for an item that does not follow. */
  apply(item: LogItem): void {
    const expected = this.#fold.apply(item)
    if (expected !== undefined) throw new LogOrderError(item, expected)
    if (item.type !== 'checkpoint') return this.#tally.count(item)
    this.#tally = new Tally(item.reserve)
    this.#since = item.since ?? item.time
  }

  past(): Past {
    return {state: this.#fold.snapshot(), since: this.#since, tally: this.#tally.copy()}
  }
}

/**
 * The states that a recording went through, one kept every now and then: from the nearest one, any other is a short
 * fold away.
 *
 * One is kept after some √n events, and never before as many events have passed as there are entries: so all that is
 * kept takes no more memory than the events.
 */
export class Milestones {
  readonly #items: readonly LogItem[]
  readonly #kept: readonly Kept[]

  /** Throws a LogOrderError for items that do not follow from each other. */
  constructor(items: readonly LogItem[]) {
    const start = {index: 0, state: {seq: 0, time: 0, entries: []}, since: 0, tally: new Tally()}
    const kept: Kept[] = [start]
    const distance = 4 * Math.ceil(Math.sqrt(items.length))
    const course = new Course(start)
    let passed = 0
    for (const [i, item] of items.entries()) {
      course.apply(item)
      passed++
      if (passed < distance || passed < course.size) continue
      kept.push({index: i + 1, ...course.past()})
      passed = 0
    }
    this.#items = items
    this.#kept = kept
  }

  /** The state after so many items. */
  at(count: number): Past {
    const place = firstIndex(this.#kept.length, (i) => (this.#kept[i]?.index ?? 0) <= count)
    // The first one is kept from the start.
    const nearest = this.#kept[place - 1] as Kept
    const course = new Course(nearest)
    for (let i = nearest.index; i < count; i++) course.apply(this.#items[i] as LogItem)
    return course.past()
  }
}
