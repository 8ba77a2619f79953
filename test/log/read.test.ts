import {describe, expect, test} from 'vitest'
import {fold} from '../../src/replay'
import type {LogOptions} from '../../src/types'
import {logOf} from '../kit/reading'
import {settled, setup} from '../kit/setup'
import {bob, names} from './items'
import {asking, hubOf, Reading} from './reading'

describe('log()', () => {
  const options: LogOptions[] = [undefined, true, false].flatMap((old) =>
    [undefined, true, false].flatMap((live) =>
      [undefined, 0, 2, 5, 9].map((gt) => ({
        ...(old !== undefined && {old}),
        ...(live !== undefined && {live}),
        ...(gt !== undefined && {gt}),
      })),
    ),
  )

  test.each([100, 2, 0])('gives what its options ask for, of a memory of %i events', (logLimit) => {
    for (const option of options) {
      const {old = true, live = false, gt = 0} = option
      const {hub} = hubOf(5, logLimit)
      const {items, end} = new Reading(hub.log(option))
      const dropped = Math.max(0, 5 - logLimit)
      const isThere = [1, 2, 3, 4, 5].filter((seq) => old && seq > gt)
      const isKept = isThere.filter((seq) => seq > dropped).map((seq) => `event ${seq}`)
      const expected = isKept.length < isThere.length && gt < dropped ? [`checkpoint ${dropped}`] : []
      expected.push(...isKept)
      expect(names(items), JSON.stringify(option)).toEqual(expected)
      expect(end, JSON.stringify(option)).toBe(live ? undefined : true)

      for (let n = 6; n <= 10; n++) hub.update(bob, {n})
      // It keeps up: it is given every event, also where the log keeps none.
      if (live) expected.push(...[6, 7, 8, 9, 10].filter((seq) => seq > gt).map((seq) => `event ${seq}`))
      expect(names(items), JSON.stringify(option)).toEqual(expected)
    }
  })

  test('without options gives all that was there at the call, and ends', () => {
    const {hub} = hubOf(3)
    const source = hub.log()
    hub.update(bob, {n: 4})
    const {items, end} = new Reading(source)
    expect(names(items)).toEqual(['event 1', 'event 2', 'event 3'])
    expect(end).toBe(true)
  })

  test('of a hub that nothing has happened to is empty', () => {
    const {hub} = setup()
    expect(new Reading(hub.log())).toMatchObject({items: [], end: true})
    expect(hub.snapshot()).toEqual({seq: 0, time: 0, entries: []})
    expect(fold(logOf(hub))).toEqual(hub.snapshot())
  })

  test('gives each reader its own cursor', () => {
    const {hub} = hubOf(3)
    const one = asking(hub, {})
    const two = asking(hub, {})
    one.ask()
    one.ask()
    two.ask()
    one.ask()
    expect([names(one.items), names(two.items)]).toEqual([['event 1', 'event 2', 'event 3'], ['event 1']])
  })
})

describe('a reader that aborts', () => {
  test('before its first ask gets the end', () => {
    const {hub} = hubOf(3)
    const {abort, ends, items} = asking(hub, {live: true})
    abort()
    hub.update(bob, {n: 4})
    expect([items, ends]).toEqual([[], [true]])
  })

  test('while it waits gets the end for both, and nothing more', () => {
    const {hub} = hubOf(3)
    const {ask, abort, ends, items} = asking(hub, {old: false, live: true})
    ask()
    abort()
    hub.update(bob, {n: 4})
    expect([items, ends]).toEqual([[], [true, true]])
  })

  test('in the middle, with an error, gets that error', () => {
    const {hub} = hubOf(3)
    const {ask, abort, ends, items} = asking(hub, {})
    const error = new Error('enough')
    ask()
    abort(error)
    expect([names(items), ends]).toEqual([['event 1'], [error]])
  })

  test('twice gets the end twice', () => {
    const {hub} = hubOf(3)
    const {ask, abort, ends} = asking(hub, {old: false, live: true})
    ask()
    abort()
    abort()
    hub.close()
    expect(ends).toEqual([true, true, true])
  })

  test('after the end gets the end', () => {
    const {hub} = hubOf(0)
    const {ask, abort, ends} = asking(hub, {})
    ask()
    abort()
    expect(ends).toEqual([true, true])
  })
})

describe('on a closed hub', () => {
  test('the log stays readable, and ends after the last event', async () => {
    const {hub} = hubOf(2)
    const live = new Reading(hub.log({live: true}))
    hub.close()
    expect(live.items.at(-1)).toMatchObject({type: 'closed', cause: 'caller'})
    expect(live.end).toBe(true)
    await settled()
    for (const option of [{}, {live: true}, {old: true, live: true, gt: 0}]) {
      const later = new Reading(hub.log(option))
      expect(later).toMatchObject({items: live.items, end: true})
    }
    expect(new Reading(hub.log({old: false, live: true}))).toMatchObject({items: [], end: true})
    expect(new Reading(hub.log({gt: live.items.length - 1})).items.map(({type}) => type)).toEqual(['closed'])
    expect(fold(live.items)).toEqual(hub.snapshot())
    expect(hub.snapshot()).toMatchObject({seq: live.items.length, entries: []})
  })

  test('a reader that fell behind reads the rest, and then the end', () => {
    const {hub} = hubOf(2)
    const {ask, items, ends} = asking(hub, {live: true})
    ask()
    hub.close()
    for (let i = 0; i < 6; i++) ask()
    expect(items.map(({type}) => type)).toEqual([
      'connecting',
      'updated',
      'reset',
      'disconnecting',
      'disconnected',
      'closed',
    ])
    expect(ends).toEqual([true])
  })
})
