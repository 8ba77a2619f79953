import type {Life} from '../spans/life'
import {habitOf, shapeOf, typical} from './sentences'
import {duration} from './times'

/** Lives in a row of which so many, or so many pairs or triples, go alike are a pattern. */
const least = 3
const longest = 3

/** Lives in a row: those of a pattern, or one that is in none. */
export interface Stretch {
  readonly lives: readonly Life[]
  /** How many lives make one round of the pattern; 0: it is none. */
  readonly round: number
}

/** Divides lives into patterns and what lies between. */
export function stretchesOf(lives: readonly Life[]): Stretch[] {
  const shapes = lives.map(shapeOf)
  const stretches: Stretch[] = []
  for (let at = 0; at < lives.length; ) {
    let [best, round] = [1, 0]
    for (let size = 1; size <= longest; size++) {
      let rounds = 1
      while (isRepeated(shapes, at, size, rounds)) rounds++
      if (rounds >= least && rounds * size > best) [best, round] = [rounds * size, size]
    }
    stretches.push({lives: lives.slice(at, at + best), round})
    at += best
  }
  return stretches
}

/** "connects to us every 60 s and is hung up on after 20 s by the remote, 39 times" */
export function patternOf({lives, round}: Stretch, now: number): string {
  const rounds = lives.length / round
  const rhythm = rhythmOf(lives.filter((_, i) => i % round === 0).map(({start}) => start))
  const habits = Array.from({length: round}, (_, i) => {
    const alike = lives.filter((_, j) => j % round === i)
    return habitOf(alike, i === 0 ? ` ${rhythm}` : '', now)
  })
  return `${habits.join('; then it ')}, ${rounds} times`
}

/** How the beginnings lie apart: `every 60 s`, or ever longer. */
export function rhythmOf(starts: readonly number[]): string {
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] ?? 0))
  const [first = 0, last = 0] = [gaps[0], gaps.at(-1)]
  const grows = gaps.length > 2 && last > 3 * first && gaps.every((gap, i) => gap >= (gaps[i - 1] ?? 0) * 0.9)
  return grows
    ? `at first after ${duration(first)}, then ever later, up to ${duration(last)}`
    : `every ${typical(gaps)}`
}

function isRepeated(shapes: readonly string[], at: number, size: number, rounds: number): boolean {
  for (let i = 0; i < size; i++) {
    if (shapes[at + i] === undefined || shapes[at + i] !== shapes[at + rounds * size + i]) return false
  }
  return true
}
