import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Digest} from '../../src/timeline/digest'
import {ends, kinds, tablesOf} from '../../src/timeline/digest'
import {straight} from '../../src/timeline/page/axis'
import {drawn} from '../../src/timeline/page/drawn'
import {inks, PixelRow, pixelOf} from '../../src/timeline/page/paint'

interface Bar {
  readonly lane: number
  readonly begin: number
  readonly length: number
  readonly state: number
  readonly isFailed: boolean
}

/** A digest of bars, each of a life of its own. */
function digestOf(all: readonly Bar[], lanes: number): Digest {
  const tables = tablesOf()
  for (const [i, {lane, begin, length, state, isFailed}] of all.entries()) {
    tables.lives.lane.push(lane)
    tables.bars.life.push(i)
    tables.bars.beginTime.push(begin)
    tables.bars.end.push(i)
    tables.bars.endTime.push(begin + length)
    tables.bars.kind.push(kinds.of(state, 0, 0, isFailed ? ends.failed : ends.gone, false))
  }
  const texts = {addresses: [], codes: [], marks: [], runs: []}
  return {
    ...tables,
    ...texts,
    count: all.length,
    events: all.length,
    from: 0,
    to: 1000,
    lanes: Array(lanes).fill({addresses: []}),
  }
}

const bars = fc.array(
  fc.record({
    lane: fc.nat(2),
    begin: fc.nat(1000),
    length: fc.nat(300),
    state: fc.nat(2),
    isFailed: fc.boolean(),
  }),
  {maxLength: 40},
)
const view = fc
  .tuple(fc.nat(1000), fc.integer({min: 1, max: 600}))
  .map(([from, length]) => ({from, to: from + length}))

describe('a row of pixels', () => {
  test('has every bar and every failure of its lane that is in view, however the bars overlap', () => {
    fc.assert(
      fc.property(bars, view, fc.integer({min: 1, max: 200}), (all, {from, to}, width) => {
        const scale = width / (to - from)
        const known = drawn(digestOf(all, 3), straight, 1000)
        for (let lane = 0; lane < 3; lane++) {
          const row = new PixelRow(width)
          row.paint(lane, known, {from, to})
          const seen = all.filter(
            (bar) => bar.lane === lane && bar.begin <= to && bar.begin + bar.length >= from,
          )
          const failures = seen.filter(({isFailed, begin, length}) => isFailed && begin + length <= to)
          const red = new Set(failures.map(({begin, length}) => pixelOf(begin + length, from, scale, width)))
          expect([...row.failures.keys()].filter((x) => row.failures[x])).toEqual(
            [...red].sort((a, b) => a - b),
          )
          const painted = Array.from({length: width}, (_, x) =>
            Math.max(0, ...seen.filter(({begin, length}) => isOn(x, begin, length)).map(inkOf)),
          )
          expect([...row.states]).toEqual(painted)
        }

        function isOn(x: number, begin: number, length: number): boolean {
          const first = Math.max(0, Math.floor((begin - from) * scale))
          return x >= first && x <= Math.max(first, Math.ceil((begin + length - from) * scale) - 1)
        }
      }),
    )
  })

  test('looks only at the bars that are in view, of a hundred thousand', () => {
    const all = Array.from({length: 100_000}, (_, i) => ({
      lane: 0,
      begin: i,
      length: 1,
      state: 1,
      isFailed: i % 2 === 0,
    }))
    const {bars, reserves} = drawn(digestOf(all, 1), straight, 1000)
    let looks = 0
    const begin = new Proxy(bars.begin, {
      get(target, name) {
        looks++
        return Reflect.get(target, name)
      },
    })
    new PixelRow(1000).paint(0, {bars: {...bars, begin}, reserves}, {from: 50_000, to: 50_100})
    expect(looks).toBeLessThan(110)
  })
})

function inkOf({state}: Bar): number {
  return [inks.connecting, inks.outbound, inks.disconnecting][state] ?? 0
}
