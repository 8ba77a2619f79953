import type {Digest} from '../digest'
import type {Axis} from './axis'

/** What is drawn of a digest: by lane, and by its places on the axis. */
export interface Drawn {
  readonly bars: LaneBars
  readonly reserves: LaneBars
}

/** The bars of all lanes, lane by lane, in the order in which they began. Those of lane i are from `starts[i]` to before `starts[i + 1]`. */
export interface LaneBars {
  readonly starts: Int32Array
  /** Places on the axis. What goes on ends where the log does. */
  readonly begin: Float64Array
  readonly end: Float64Array
  /** The greatest `end` of its lane so far. */
  readonly latest: Float64Array
  /** See `kinds`; 0 for links in reserve. */
  readonly kind: Uint16Array
}

/** What has a begin and an end, in columns. */
interface Columns {
  readonly beginTime: readonly number[]
  readonly end: readonly number[]
  readonly endTime: readonly number[]
  readonly kind?: readonly number[]
}

/** @param now the time to which what goes on is drawn */
export function drawn({lanes, lives, bars, reserves}: Digest, axis: Axis, now: number): Drawn {
  const lane = Int32Array.from(bars.life)
  for (let i = 0; i < lane.length; i++) lane[i] = lives.lane[lane[i] ?? 0] ?? 0
  return {
    bars: byLane(bars, lane, lanes.length, axis, now),
    reserves: byLane(reserves, reserves.lane, lanes.length, axis, now),
  }
}

function byLane(
  {beginTime, end: ends, endTime, kind: kindOf}: Columns,
  lane: ArrayLike<number>,
  lanes: number,
  axis: Axis,
  now: number,
): LaneBars {
  const {length} = lane
  const starts = new Int32Array(lanes + 1)
  for (let i = 0; i < length; i++) add(starts, (lane[i] ?? 0) + 1, 1)
  for (let i = 1; i < starts.length; i++) add(starts, i, starts[i - 1] ?? 0)
  const next = starts.slice()
  const begin = new Float64Array(length)
  const end = new Float64Array(length)
  const kind = new Uint16Array(length)
  for (let row = 0; row < length; row++) {
    const of = lane[row] ?? 0
    const first = starts[of] ?? 0
    const from = axis.place(beginTime[row] ?? 0)
    let i = next[of] ?? 0
    add(next, of, 1)
    // Rows come almost in this order: only entries of one peer that overlap do not.
    for (; i > first && (begin[i - 1] ?? 0) > from; i--) {
      begin[i] = begin[i - 1] ?? 0
      end[i] = end[i - 1] ?? 0
      kind[i] = kind[i - 1] ?? 0
    }
    begin[i] = from
    end[i] = axis.place((ends[row] ?? -1) < 0 ? now : (endTime[row] ?? 0))
    kind[i] = kindOf?.[row] ?? 0
  }
  return {starts, begin, end, latest: latestOf(starts, end), kind}
}

function latestOf(starts: Int32Array, end: Float64Array): Float64Array {
  const latest = end.slice()
  for (let lane = 0; lane + 1 < starts.length; lane++) {
    for (let i = (starts[lane] ?? 0) + 1; i < (starts[lane + 1] ?? 0); i++) {
      latest[i] = Math.max(latest[i] ?? 0, latest[i - 1] ?? 0)
    }
  }
  return latest
}

export function add(numbers: Int32Array, at: number, number: number): void {
  numbers[at] = (numbers[at] ?? 0) + number
}
