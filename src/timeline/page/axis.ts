import {firstIndex} from '../../util/sorted'

/**
 * Time as it is drawn. Idle time may be folded away: where nothing happened for long, a stretch of a fixed width stands
 * in its place. Then a place on the axis is no time any more, but it still grows with time.
 */
export interface Axis {
  /** The place of a time. */
  readonly place: (time: number) => number
  /** The time at a place. */
  readonly time: (place: number) => number
  /** The stretches that were folded, as times. */
  readonly folds: readonly Fold[]
}

interface Fold {
  readonly from: number
  readonly to: number
}

export const straight: Axis = {place: (time) => time, time: (place) => place, folds: []}

/**
 * An axis on which each pause that is longer than a fiftieth of all stands as a two hundredth of what is left.
 *
 * @param times when something happened, in any order
 */
export function withoutPauses(times: Float64Array): Axis {
  const sorted = times.slice().sort()
  const all = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)
  const folds: Fold[] = []
  let folded = 0
  for (let i = 1; i < sorted.length; i++) {
    const from = sorted[i - 1] ?? 0
    const to = sorted[i] ?? 0
    if (to - from <= Math.max(1000, all / 50)) continue
    folds.push({from, to})
    folded += to - from
  }
  const width = Math.max(1, (all - folded) / 200)
  // Where each fold begins on the axis.
  const places: number[] = []
  let removed = 0
  for (const {from, to} of folds) {
    places.push(from - removed)
    removed += to - from - width
  }
  const before = (i: number) => (places[i - 1] ?? 0) + width - (folds[i - 1]?.to ?? 0)
  return {
    folds,
    place(time) {
      const i = firstIndex(folds.length, (at) => (folds[at]?.from ?? 0) <= time)
      const fold = folds[i - 1]
      if (!fold) return time
      if (time >= fold.to) return time + before(i)
      return (places[i - 1] ?? 0) + ((time - fold.from) / (fold.to - fold.from)) * width
    },
    time(place) {
      const i = firstIndex(places.length, (at) => (places[at] ?? 0) <= place)
      const fold = folds[i - 1]
      if (!fold) return place
      const into = place - (places[i - 1] ?? 0)
      if (into >= width) return place - before(i)
      return fold.from + (into / width) * (fold.to - fold.from)
    },
  }
}
