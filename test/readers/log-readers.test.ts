import {describe, expect, test} from 'vitest'
import {Log} from '../../src/log/log'
import {LogReaders} from '../../src/readers/log-readers'
import {fold, ReplayHub} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {logOf} from '../kit/reading'
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

  test('get the same object: an event is marked and frozen once, however many read it', () => {
    const {hub} = setup()
    const readings = [1, 2].map(() => new Reading(hub.log({live: true})))
    hub.connect(`${bob}:${'A'.repeat(43)}=`).catch(() => {})
    readings.push(new Reading(hub.log()), new Reading(hub.log({live: true})))
    const [first, ...others] = readings.map(({items}) => items[0])
    expect(first).toMatchObject({seq: 1, address: expect.stringContaining(':seed-')})
    expect(Object.isFrozen(first)).toBe(true)
    for (const other of others) expect(other).toBe(first)
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

  test.each(['left', 'come to the end'])('look at no event where all have %s', (gone) => {
    const log = new Log(1, 0)
    const readers = new LogReaders(log)
    const read = readers.source({live: true})
    read(null, () => {})
    if (gone === 'left') read(true, () => {})
    else readers.end()
    readers.restart()
    const event = {
      type: 'reset' as const,
      cause: 'caller' as const,
      seq: 1,
      get time(): number {
        throw new Error('looked at')
      },
    }
    log.append(event)
    expect(() => readers.tell(event)).not.toThrow()
  })
})

describe('a live reader of the log of a replay that goes back', () => {
  function replayed(seq = 0) {
    const {hub} = hubOf(9)
    const replay = new ReplayHub(logOf(hub))
    replay.seek(seq)
    const read = replay.log({live: true})
    const items: LogItem[] = []
    const ask = () => read(null, (_end, item) => item && items.push(item))
    return {replay, items, ask}
  }

  test('goes on after it where it waits', () => {
    const {replay, items, ask} = replayed()
    replay.stepTo(5)
    for (let i = 0; i < 6; i++) ask()
    replay.seek(2)
    replay.step()
    expect(names(items.slice(5))).toEqual(['event 3'])
  })

  test('goes on after it where it does not wait, once, and where the replay went on meanwhile', () => {
    const {replay, items, ask} = replayed()
    replay.stepTo(5)
    for (let i = 0; i < 5; i++) ask()
    replay.seek(2)
    ask()
    replay.step()
    expect(names(items.slice(5))).toEqual(['event 3'])
    replay.seek(1)
    replay.seek(8)
    for (let i = 0; i < 7; i++) ask()
    replay.step()
    ask()
    expect(names(items.slice(6))).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((seq) => `event ${seq}`))
  })

  test('gives what lies between where it waits and the replay goes forward', () => {
    const {replay, items, ask} = replayed()
    replay.stepTo(2)
    for (let i = 0; i < 3; i++) ask()
    replay.seek(4)
    replay.step()
    for (let i = 0; i < 3; i++) ask()
    expect(names(items)).toEqual([1, 2, 3, 4, 5].map((seq) => `event ${seq}`))
  })

  test('waits for what follows also where the replay goes back from its end', () => {
    const {hub} = hubOf(2)
    hub.close()
    const replay = new ReplayHub(logOf(hub))
    while (replay.step());
    replay.seek(1)
    const {items, end} = new Reading(replay.log({live: true}))
    replay.step()
    expect([names(items), end]).toEqual([['event 1', 'event 2'], undefined])
  })

  test('gives nothing up to its gt again', () => {
    const {replay} = replayed(9)
    const {items} = new Reading(replay.log({live: true, gt: 4}))
    replay.seek(2)
    replay.stepTo(6)
    expect(names(items.slice(5))).toEqual(['event 5', 'event 6'])
  })

  test('gives no event that was not told again, though it was there when the reader began', () => {
    const {replay, items, ask} = replayed(9)
    ask()
    replay.seek(3)
    for (let i = 0; i < 3; i++) ask()
    expect(names(items)).toEqual(['event 1', 'event 2', 'event 3'])
    replay.step()
    expect(names(items.slice(3))).toEqual(['event 4'])
  })
})
