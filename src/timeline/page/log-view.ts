import type {Digest} from '../digest'
import type {Axis} from './axis'
import type {Drawn} from './drawn'
import {drawn} from './drawn'
import type {Events} from './events'
import type {Filter} from './filter'
import type {LaneFacts, Sort} from './lane-facts'
import {laneFacts, sorted} from './lane-facts'
import {Moments} from './moments'

/** One log on the page, and what is worked out of it when it has changed. */
export class LogView {
  readonly name: string
  readonly events: Events
  readonly digest: Digest
  readonly facts: readonly LaneFacts[]
  readonly moments: Moments
  /** The lanes that the filter lets through, in the order in which they are shown. */
  lanes: LaneFacts[] = []
  #shown = new Set<number>()
  #drawn: Drawn | undefined
  #axis: Axis | undefined

  constructor(name: string, digest: Digest, events: Events) {
    this.name = name
    this.events = events
    this.digest = digest
    this.moments = new Moments(digest)
    this.facts = laneFacts(digest)
  }

  arrange(filter: Filter, sort: Sort): void {
    this.lanes = sorted(this.facts, sort).filter(filter.matches)
    this.#shown = new Set(this.lanes.map(({lane}) => lane))
  }

  readonly isShown = (lane: number): boolean => this.#shown.has(lane)

  drawn(axis: Axis): Drawn {
    if (!this.#drawn || this.#axis !== axis) {
      this.#drawn = drawn(this.digest, axis, this.digest.to)
      this.#axis = axis
    }
    return this.#drawn
  }
}
