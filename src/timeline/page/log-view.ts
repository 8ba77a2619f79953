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
  /** By how much its clock is ahead of that of the first log, in ms, where that is known. */
  readonly ahead: number
  /** By how much its times are drawn earlier than they are, in ms. */
  readonly shift: number
  /** The lanes that the filter lets through, in the order in which they are shown. */
  lanes: LaneFacts[] = []
  #shown = new Set<number>()
  #drawn: Drawn | undefined
  #axis: Axis | undefined

  constructor(name: string, digest: Digest, events: Events, ahead = 0, shift = 0) {
    this.name = name
    this.events = events
    this.digest = digest
    this.ahead = ahead
    this.shift = shift
    this.moments = new Moments(digest)
    this.facts = laneFacts(digest)
  }

  /** The same log, by its own clock or by that of the first log. */
  byClock(isAligned: boolean): LogView {
    const shift = isAligned ? this.ahead : 0
    if (shift === this.shift) return this
    return new LogView(this.name, later(this.digest, this.shift - shift), this.events, this.ahead, shift)
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

/** The same digest so many ms later. */
function later(digest: Digest, by: number): Digest {
  const {lives, bars, reserves, marks} = digest
  const moved = (times: readonly number[]) => times.map((time) => time + by)
  return {
    ...digest,
    from: digest.from + by,
    to: digest.to + by,
    lives: {...lives, birth: moved(lives.birth)},
    bars: {...bars, beginTime: moved(bars.beginTime), endTime: moved(bars.endTime)},
    reserves: {...reserves, beginTime: moved(reserves.beginTime), endTime: moved(reserves.endTime)},
    marks: marks.map((mark) => ({...mark, time: mark.time + by})),
  }
}
