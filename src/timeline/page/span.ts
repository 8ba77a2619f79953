import type {Axis} from './axis'
import {straight, withoutPauses} from './axis'
import type {LogView} from './log-view'
import type {View} from './view'

/** The axis of some logs, and all that there is on it. */
export function spanOf(logs: readonly LogView[], isFolded: boolean): {axis: Axis; all: View} {
  const some = logs.filter(({digest}) => digest.to > 0)
  const axis = isFolded ? withoutPauses(allTimes(logs)) : straight
  if (some.length === 0) return {axis, all: {from: 0, to: 1}}
  const from = Math.min(...some.map(({digest}) => digest.from))
  const to = Math.max(...some.map(({digest}) => digest.to))
  return {axis, all: {from: axis.place(from), to: axis.place(Math.max(to, from + 20))}}
}

function allTimes(logs: readonly LogView[]): Float64Array {
  const times = logs.map(({moments}) => moments.times)
  const all = new Float64Array(times.reduce((sum, {length}) => sum + length, 0))
  let at = 0
  for (const some of times) {
    all.set(some, at)
    at += some.length
  }
  return all
}
