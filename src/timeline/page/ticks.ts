import type {Axis} from './axis'
import type {View} from './view'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 336, 720, 2160, 8760].map((n) => n * hour),
]

export interface Tick {
  readonly time: number
  /** From 0, the left, to 1. */
  readonly share: number
}

/**
 * Round times along the axis.
 *
 * @param least how far they lie apart at least, as a share of what is shown
 * @param offset what local time is ahead of UTC, in ms: days begin at midnight
 */
export function ticks(
  axis: Axis,
  {from, to}: View,
  least: number,
  offset: number,
): {step: number; all: Tick[]} {
  const length = to - from
  const step = steps.find((step) => step >= length * least) ?? (steps.at(-1) as number)
  const all: Tick[] = []
  let place = from
  // Bounded, whatever the axis does.
  for (let i = 0; i < 200 && place <= to; i++) {
    const time = Math.ceil((axis.time(place) + offset) / step) * step - offset
    const share = (axis.place(time) - from) / length
    if (share > 1) break
    if (share >= 0) all.push({time, share})
    place = Math.max(axis.place(time), place) + length * least
  }
  return {step, all}
}
