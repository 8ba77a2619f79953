import type {Link} from './links'

/** Two views of one connection. */
export interface Pair {
  readonly a: Link
  readonly b: Link
}

/** By how much the clock of B is ahead of A's, in ms. */
export interface Offset {
  readonly least: number
  readonly most: number
  /** False: no single offset fits all pairs, because a clock was set, or drifts; then it lies somewhere in between. */
  readonly isSteady: boolean
}

/** How long a dial takes at most, in ms, where the log does not tell when it began. */
const longDial = 60_000
/** By how much a side may be late to note what happened, in ms. */
const slack = 1000

/**
 * Which connections of A are which of B: those of the same direction, in order, by the offset of the clocks that
 * explains the most of them; of offsets that explain as many, the one nearest to 0.
 */
export function pairsOf(a: readonly Link[], b: readonly Link[]): Pair[] {
  const offset = likeliest(a, b)
  if (offset === undefined) return []
  const free = new Set(b)
  return a.flatMap((one) => {
    let best: Link | undefined
    for (const other of free) {
      if (!couldBe(one, other) || !isIn(offset, rangeOf(one, other), slack)) continue
      if (!best || distance(one, other, offset) < distance(one, best, offset)) best = other
    }
    if (!best) return []
    free.delete(best)
    return [{a: one, b: best}]
  })
}

/**
 * The bounds of the offset: who accepts a connection knows of it after the dial began, and before the dialler knows that
 * it is there; and who closes one does so before the other side notes it.
 */
export function offsetOf(pairs: readonly Pair[]): Offset | undefined {
  if (pairs.length === 0) return undefined
  const ranges = pairs.flatMap(({a, b}) => [rangeOf(a, b), ...endRanges(a, b)])
  // A clock is read in whole ms.
  const least = Math.max(...ranges.map(([from]) => from - 1))
  const most = Math.min(...ranges.map(([, to]) => to + 1))
  if (least <= most) return {least, most, isSteady: true}
  const starts = pairs.map(({a, b}) => rangeOf(a, b))
  return {
    least: Math.min(...starts.map(([from]) => from)),
    most: Math.max(...starts.map(([, to]) => to)),
    isSteady: false,
  }
}

type Range = readonly [from: number, to: number]

/** Which offsets two views of one connection allow, by how it began. */
function rangeOf(a: Link, b: Link): Range {
  return a.inbound
    ? [(b.dialled ?? b.from - longDial) - a.from, b.from - a.from]
    : [b.from - a.from, b.from - (a.dialled ?? a.from - longDial)]
}

/** And by how it ended. */
function endRanges(a: Link, b: Link): Range[] {
  if (a.to === undefined || b.to === undefined) return []
  if (a.closing !== undefined && b.closing === undefined)
    return [[Number.NEGATIVE_INFINITY, b.to - a.closing]]
  if (b.closing !== undefined && a.closing === undefined)
    return [[b.closing - a.to, Number.POSITIVE_INFINITY]]
  return []
}

function couldBe(a: Link, b: Link): boolean {
  return a.inbound !== b.inbound
}

/** The middle of where the most ranges overlap. */
function likeliest(a: readonly Link[], b: readonly Link[]): number | undefined {
  const ends = a.flatMap((one) =>
    b.flatMap((other) => {
      if (!couldBe(one, other)) return []
      const [from, to] = rangeOf(one, other)
      return [
        [from - slack, 1],
        [to + slack, -1],
      ] as const
    }),
  )
  ends.sort(([x, up], [y, other]) => x - y || other - up)
  let [depth, most] = [0, 0]
  let best: number | undefined
  for (const [i, [at, change]] of ends.entries()) {
    depth += change
    if (change < 0 || depth < most) continue
    const middle = (at + (ends[i + 1]?.[0] ?? at)) / 2
    if (depth > most || Math.abs(middle) < Math.abs(best ?? Number.POSITIVE_INFINITY)) best = middle
    most = depth
  }
  return best
}

function isIn(offset: number, [from, to]: Range, tolerance: number): boolean {
  return offset >= from - tolerance && offset <= to + tolerance
}

function distance(a: Link, b: Link, offset: number): number {
  return Math.abs(b.from - offset - a.from)
}
