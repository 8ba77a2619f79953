import {firstIndex} from '../../util/sorted'
import type {Digest} from '../digest'
import {kinds} from '../digest'

/** When the items of a log happened, as far as its digest tells: where entries changed state, and the hub itself. */
export class Moments {
  /** In the order of the log. */
  readonly #at: Int32Array
  readonly #time: Float64Array
  /** Where a clock was set back between them, the places in `#at` where time begins anew. */
  readonly #restarts: number[] = [0]

  constructor(digest: Digest) {
    const times = new Float64Array(digest.count + 1).fill(Number.NaN)
    const note = (at: number, time: number) => {
      if (at >= 0) times[at] = time
    }
    const {bars, reserves, marks} = digest
    for (const {begin, beginTime, end, endTime} of [bars, reserves]) {
      for (let i = 0; i < begin.length; i++) {
        note(begin[i] ?? -1, beginTime[i] ?? 0)
        note(end[i] ?? -1, endTime[i] ?? 0)
      }
    }
    for (const {at, time} of marks) note(at, time)
    if (digest.count > 0 && digest.to > 0) {
      if (Number.isNaN(times[0])) times[0] = digest.from
      if (Number.isNaN(times[digest.count - 1])) times[digest.count - 1] = digest.to
    }
    let known = 0
    for (let at = 0; at < times.length; at++) if (!Number.isNaN(times[at])) known++
    this.#at = new Int32Array(known)
    this.#time = new Float64Array(known)
    let i = 0
    for (let at = 0; at < times.length; at++) {
      const time = times[at] ?? Number.NaN
      if (Number.isNaN(time)) continue
      if (i > 0 && time < (this.#time[i - 1] ?? 0)) this.#restarts.push(i)
      this.#at[i] = at
      this.#time[i] = time
      i++
    }
  }

  get times(): Float64Array {
    return this.#time
  }

  /** The time of the latest item up to this one of which it is known. */
  timeAt(at: number): number {
    const i = firstIndex(this.#at.length, (i) => (this.#at[i] ?? 0) <= at)
    return this.#time[Math.max(0, i - 1)] ?? 0
  }

  /** The latest known item at this time or before it; the first one where all came later. */
  atTime(time: number): number {
    let end = this.#at.length
    for (let r = this.#restarts.length - 1; r >= 0; r--) {
      const start = this.#restarts[r] ?? 0
      if (r === 0 || (this.#time[start] ?? 0) <= time) {
        const length = firstIndex(end - start, (i) => (this.#time[start + i] ?? 0) <= time)
        return this.#at[Math.max(0, start + length - 1)] ?? 0
      }
      end = start
    }
    return 0
  }

  /** The next known item after this one, or the one before it; undefined where there is none. */
  next(at: number, direction: 1 | -1): number | undefined {
    const i = firstIndex(this.#at.length, (i) => (this.#at[i] ?? 0) < at)
    if (direction < 0) return this.#at[i - 1]
    return this.#at[this.#at[i] === at ? i + 1 : i]
  }
}

/** The next failure after an item, or the one before it, in the lanes that are shown. */
export function nextFailure(
  digest: Digest,
  at: number,
  direction: 1 | -1,
  isShown: (lane: number) => boolean,
) {
  const {bars, lives} = digest
  return nearest(at, direction, bars.end, (row) => {
    return kinds.isFailed(bars.kind[row] ?? 0) && isShown(lives.lane[bars.life[row] ?? 0] ?? 0)
  })
}

/** The next change of a peer after an item, or the one before it. */
export function nextOfLane(digest: Digest, at: number, direction: 1 | -1, lane: number): number | undefined {
  const {bars, lives} = digest
  const isOfLane = (row: number) => lives.lane[bars.life[row] ?? 0] === lane
  const began = nearest(at, direction, bars.begin, isOfLane)
  const ended = nearest(at, direction, bars.end, isOfLane)
  if (began === undefined || ended === undefined) return began ?? ended
  return direction > 0 ? Math.min(began, ended) : Math.max(began, ended)
}

function nearest(
  at: number,
  direction: 1 | -1,
  items: readonly number[],
  is: (row: number) => boolean,
): number | undefined {
  let best: number | undefined
  for (let row = 0; row < items.length; row++) {
    const item = items[row] ?? -1
    if (item < 0 || (direction > 0 ? item <= at : item >= at)) continue
    if (best !== undefined && (direction > 0 ? item >= best : item <= best)) continue
    if (is(row)) best = item
  }
  return best
}
