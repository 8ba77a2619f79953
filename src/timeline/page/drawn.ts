import type {Digest} from '../digest'
import type {Axis} from './axis'
import type {ByLane} from './lane-order'
import {byLane} from './lane-order'

/** A digest, ready to be drawn: its bars by lane, and their places on the axis. */
export interface Drawn {
  readonly digest: Digest
  /** The lane of each bar. */
  readonly barLane: Int32Array
  readonly barsByLane: ByLane
  readonly barBegin: Float64Array
  readonly barEnd: Float64Array
  readonly reservesByLane: ByLane
  readonly reserveBegin: Float64Array
  readonly reserveEnd: Float64Array
}

/** @param now the time to which what goes on is drawn */
export function drawn(digest: Digest, axis: Axis, now: number): Drawn {
  const {bars, reserves} = digest
  const places = (times: readonly number[]) => Float64Array.from(times, axis.place)
  const upToNow = (ends: readonly number[], times: readonly number[]) =>
    Float64Array.from(times, (time, i) => axis.place((ends[i] ?? -1) < 0 ? now : time))
  const barLane = Int32Array.from(bars.life, (life) => digest.lives.lane[life] ?? 0)
  return {
    digest,
    barLane,
    barsByLane: byLane(digest, barLane),
    barBegin: places(bars.beginTime),
    barEnd: upToNow(bars.end, bars.endTime),
    reservesByLane: byLane(digest, reserves.lane),
    reserveBegin: places(reserves.beginTime),
    reserveEnd: upToNow(reserves.end, reserves.endTime),
  }
}
