import {describe, expect, test} from 'vitest'
import {fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {setup} from '../kit/setup'
import {bob, names} from '../log/items'
import {asking, hubOf, onEvent, Reading} from '../log/reading'

describe('a reader of the log that dispatches in its callback', () => {
  test.each([100, 1, 0])('hears of every event in order, from a memory of %i events', (logLimit) => {
    const {hub, told} = setup({logLimit})
    const heard: number[] = []
    const {items} = new Reading(hub.log({live: true}), ({seq}) => {
      heard.push(seq)
      if (seq < 4) for (const n of [1, 2]) hub.update(bob, {n: seq * 10 + n})
    })
    hub.connect(bob).catch(() => {})
    expect(heard).toEqual([...heard].sort((a, b) => a - b))
    expect(new Set(heard).size).toBe(heard.length)
    expect(fold(items)).toEqual(hub.snapshot())
    expect(told.snapshots.at(-1)).toEqual(hub.snapshot().entries)
    if (logLimit === 100) expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('sees it applied at once, and hears of it afterwards', () => {
    const {hub} = setup()
    const order: string[] = []
    onEvent(hub, ({seq}) => {
      order.push(`${seq} begins`)
      if (seq === 1) {
        hub.update(bob, {n: 1})
        order.push(`the state is ${hub.snapshot().seq}, ${hub.snapshot().entries[0]?.[1].n}`)
      }
      order.push(`${seq} ends`)
    })
    hub.connect(bob).catch(() => {})
    expect(order).toEqual(['1 begins', 'the state is 2, 1', '1 ends', '2 begins', '2 ends'])
  })

  test('closes the hub, and reads to the end', () => {
    const {hub} = hubOf(1)
    const reading = onEvent(hub, () => hub.close())
    hub.update(bob, {n: 2})
    expect(reading.items.map(({type}) => type)).toEqual([
      'updated',
      'reset',
      'disconnecting',
      'disconnected',
      'closed',
    ])
    expect(reading.end).toBe(true)
  })
})

describe('readers of the log', () => {
  test('hear of an event after the readers of listen(), and before any reader hears of the next', () => {
    const {hub} = setup()
    const order: string[] = []
    const told = (who: string) => (what: {type: string}) => {
      order.push(`${who} ${what.type}`)
    }
    new Reading(hub.log({live: true}), told('log'))
    new Reading(hub.listen(), told('listen'))
    new Reading(hub.listen(), ({type}) => {
      if (type === 'connecting') void hub.disconnect(bob)
    })
    new Reading(hub.log({live: true}), told('second log'))
    hub.connect(bob).catch(() => {})
    expect(order).toEqual(
      ['connecting', 'disconnecting', 'disconnected'].flatMap((type) => [
        `listen ${type}`,
        `log ${type}`,
        `second log ${type}`,
      ]),
    )
  })

  test('that come in a notification get each event once', () => {
    const {hub} = setup()
    const late: Reading<LogItem>[] = []
    new Reading(hub.listen(), ({type}) => {
      if (type !== 'connecting') return
      hub.update(bob, {n: 1})
      late.push(new Reading(hub.log()))
      late.push(new Reading(hub.log({live: true})))
      late.push(new Reading(hub.log({old: false, live: true})))
      hub.update(bob, {n: 2})
    })
    hub.connect(bob).catch(() => {})
    hub.update(bob, {n: 3})
    const seqs = late.map(({items}) => items.map(({seq}) => seq))
    expect(seqs).toEqual([
      [1, 2],
      [1, 2, 3, 4],
      [3, 4],
    ])
  })

  test('that come in the notification of a reader of the log get each event once', () => {
    const {hub} = setup()
    const late: Reading<LogItem>[] = []
    onEvent(hub, ({seq}) => {
      if (seq !== 1) return
      hub.update(bob, {n: 1})
      late.push(new Reading(hub.log({live: true})))
      late.push(new Reading(hub.log({old: false, live: true})))
    })
    hub.connect(bob).catch(() => {})
    hub.update(bob, {n: 2})
    expect(late.map(({items}) => items.map(({seq}) => seq))).toEqual([[1, 2, 3], [3]])
  })

  test('that abort themselves or each other in a notification cost no neighbour an event', () => {
    const {hub} = setup()
    const heard: string[] = []
    const victim = asking(hub, {live: true})
    onEvent(hub, ({seq}) => heard.push(`a ${seq}`))
    onEvent(hub, ({seq}) => {
      heard.push(`b ${seq}`)
      victim.abort()
      return false
    })
    const after = asking(hub, {live: true})
    onEvent(hub, ({seq}) => heard.push(`c ${seq}`))
    victim.ask()
    after.ask()
    hub.connect(bob).catch(() => {})
    hub.update(bob, {n: 2})
    expect(heard).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'c 2'])
    expect([names(victim.items), victim.ends]).toEqual([[], [true, true]])
    expect(names(after.items)).toEqual(['event 1'])
  })

  test('are forgotten when they abort', () => {
    const {hub} = hubOf(1)
    const gone = Array.from({length: 1000}, () => {
      const reader = asking(hub, {old: false, live: true})
      reader.ask()
      reader.abort()
      return reader
    })
    hub.update(bob, {n: 2})
    hub.close()
    for (const {items, ends} of gone) expect([items, ends]).toEqual([[], [true, true]])
  })
})
