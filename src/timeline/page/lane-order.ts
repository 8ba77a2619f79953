import type {Digest} from '../digest'

/** The bars of each lane, in the order in which they began: those of lane i are `rows[starts[i]]` to `rows[starts[i + 1] - 1]`. */
export interface ByLane {
  readonly starts: Int32Array
  readonly rows: Int32Array
}

export function byLane({lanes}: Digest, lane: ArrayLike<number>): ByLane {
  const starts = new Int32Array(lanes.length + 1)
  for (let i = 0; i < lane.length; i++) add(starts, (lane[i] ?? 0) + 1, 1)
  for (let i = 1; i < starts.length; i++) add(starts, i, starts[i - 1] ?? 0)
  const next = starts.slice()
  const rows = new Int32Array(lane.length)
  for (let i = 0; i < lane.length; i++) {
    const at = lane[i] ?? 0
    rows[next[at] ?? 0] = i
    add(next, at, 1)
  }
  return {starts, rows}
}

export function add(numbers: Int32Array, at: number, number: number): void {
  numbers[at] = (numbers[at] ?? 0) + number
}
