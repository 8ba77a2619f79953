import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {setup} from '../kit/setup'
import {bob, carol, names} from '../log/items'
import {asking, hubOf, onEvent, Reading} from '../log/reading'

describe('a reader that falls behind the memory', () => {
  test('gets a checkpoint in mid-stream, and goes on from there', () => {
    const {hub} = hubOf(1, 3)
    const {ask, items} = asking(hub, {live: true})
    ask()
    for (let n = 2; n <= 11; n++) hub.update(bob, {n})
    for (let i = 0; i < 4; i++) ask()
    expect(names(items)).toEqual(['event 1', 'checkpoint 8', 'event 9', 'event 10', 'event 11'])
    expect(items[1]).toMatchObject({entries: [[bob, {state: 'connecting', n: 8}]]})
    expect(fold(items)).toEqual(hub.snapshot())
    ask()
    hub.update(bob, {n: 12})
    expect(names(items.slice(5))).toEqual(['event 12'])
    expect(fold(items)).toEqual(hub.snapshot())
  })

  test('gets a checkpoint also where it was not to read live, and then the end', () => {
    const {hub} = hubOf(5, 2)
    const {ask, items, ends} = asking(hub, {})
    ask()
    expect(names(items)).toEqual(['checkpoint 3'])
    for (let n = 6; n <= 20; n++) hub.update(bob, {n})
    for (let i = 0; i < 2; i++) ask()
    expect(names(items)).toEqual(['checkpoint 3', 'checkpoint 18'])
    expect(ends).toEqual([true])
  })

  test('can fold at any time, however it asks', () => {
    const turns = fc.array(fc.record({updates: fc.nat({max: 6}), asks: fc.nat({max: 6})}), {maxLength: 20})
    fc.assert(
      fc.property(turns, fc.nat({max: 5}), fc.nat({max: 8}), (all, logLimit, before) => {
        const {hub} = hubOf(0, logLimit)
        const {ask, items, waits} = asking(hub, {live: true})
        const states = [hub.snapshot()]
        const last = {updates: 1, asks: Number.POSITIVE_INFINITY}
        for (const {updates, asks} of [{updates: before, asks: 0}, ...all, last]) {
          for (let i = 0; i < updates; i++) {
            if (!hub.update(bob, {i})) hub.connect(bob, {carol}).catch(() => {})
            states.push(hub.snapshot())
          }
          for (let i = 0; i < asks && !waits(); i++) ask()
          const state = fold(items)
          expect(state).toEqual(states.find(({seq}) => seq === state.seq))
        }
        expect(fold(items)).toEqual(hub.snapshot())
      }),
    )
  })
})

describe('a reader of the log that keeps up', () => {
  test('gets a checkpoint for what was, and each event as it happens, from a memory of no events', () => {
    const {hub} = hubOf(3, 0)
    const {items} = new Reading(hub.log({live: true}))
    hub.update(bob, {n: 4})
    hub.update(bob, {n: 5})
    expect(names(items)).toEqual(['checkpoint 3', 'event 4', 'event 5'])
    expect(fold(items)).toEqual(hub.snapshot())
  })

  test.each([
    0,
    10,
    undefined,
  ])('gets every event of a reset that is longer than a memory of %s events', (limit) => {
    const hub = new ConnHub(new FakeStack(), limit === undefined ? {} : {logLimit: limit})
    const peers = limit === undefined ? 6000 : 20
    const {items} = new Reading(hub.log({live: true}))
    for (let n = 0; n < peers; n++) hub.connect(addressOf(`peer-${n}`)).catch(() => {})
    hub.reset()
    expect(items.filter(({type}) => type === 'checkpoint')).toEqual([])
    expect(items.map(({seq}) => seq)).toEqual(Array.from({length: 3 * peers + 1}, (_, i) => i + 1))
    expect(fold(items)).toEqual(hub.snapshot())
  })

  test('gets every event also where it began while others were told', () => {
    const {hub} = setup({logLimit: 0})
    const late: Reading<LogItem>[] = []
    onEvent(hub, ({seq}) => {
      if (seq !== 1) return
      hub.update(bob, {n: 1})
      late.push(new Reading(hub.log({live: true})), new Reading(hub.log({live: true, old: false})))
      hub.update(bob, {n: 2})
    })
    hub.connect(bob).catch(() => {})
    hub.update(bob, {n: 3})
    expect(late.map(({items}) => names(items))).toEqual([
      ['checkpoint 2', 'event 3', 'event 4'],
      ['event 3', 'event 4'],
    ])
  })
})

describe('the log, when the memory has dropped events', () => {
  test('goes on with the next one for who wants no old ones', () => {
    const {hub, stack} = setup({logLimit: 3})
    stack.incoming('bob', bob)
    for (let n = 0; n < 5; n++) hub.update(bob, {n})
    const read = hub.log({old: false, live: true})
    const items: (LogItem | undefined)[] = []
    read(null, (_end, item) => items.push(item))
    hub.update(bob, {n: 'next'})
    expect(items).toMatchObject([{type: 'updated', seq: 7, data: {n: 'next'}}])
  })
})
