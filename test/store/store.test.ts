import {describe, expect, test} from 'vitest'
import type {HubEvent, Recorded} from '../../src/events'
import {Log} from '../../src/log/log'
import {EventTime} from '../../src/store/event-time'
import {Store, type Told} from '../../src/store/store'
import {contained} from '../../src/util/clock'
import {uncaught} from '../kit/setup'
import {VirtualClock} from '../kit/virtual-clock'

const reset: HubEvent = {type: 'reset', cause: 'caller'}
const closed: HubEvent = {type: 'closed', cause: 'caller'}

/** A store of a state that counts. It knows no peers. */
function setup(onTold: (told: Told<number, string>, store: Store<number, string>) => void = () => {}) {
  const clock = new VirtualClock()
  const eventTime = new EventTime(contained(clock))
  eventTime.read()
  const log = new Log(100, 0)
  const state = {
    count: 0,
    allows: (event: HubEvent) => event.type !== 'closed',
    apply: (event: Recorded) => {
      if (event.cause === 'hub') throw new Error('a reducer threw')
      return ++state.count
    },
  }
  const told: string[] = []
  const store = new Store<number, string>(state, log, eventTime, (each) => {
    told.push(`${each.event.seq}: ${each.live}, changed to ${each.change}`)
    onTold(each, store)
  })
  return {store, state, log, clock, told}
}

describe('dispatch()', () => {
  test('numbers, times, folds, logs and tells an event', () => {
    const {store, state, log, clock, told} = setup()
    const recorded = store.dispatch(reset, 'a')
    expect(recorded).toEqual({...reset, seq: 1, time: clock.now()})
    expect(Object.isFrozen(recorded)).toBe(true)
    expect([state.count, store.seq, store.time]).toEqual([1, 1, clock.now()])
    expect(log.get(1)).toBe(recorded)
    expect(told).toEqual(['1: a, changed to 1'])
  })

  test('of an event that cannot have happened does nothing', () => {
    const {store, state, told} = setup()
    expect(store.dispatch(closed, 'a')).toBeUndefined()
    expect([state.count, store.seq, told.length]).toEqual([0, 0, 0])
  })

  test('leaves nothing when a reducer throws', () => {
    const {store, log, told} = setup()
    expect(() => store.dispatch({type: 'reset', cause: 'hub'}, 'a')).toThrow('a reducer threw')
    expect([store.seq, log.get(1), told.length]).toEqual([0, undefined, 0])
    expect(store.dispatch(reset, 'b')?.seq).toBe(1)
  })

  test('keeps no field that is undefined', () => {
    const {store} = setup()
    const event = store.dispatch({type: 'updated', address: 'a', cause: 'caller', key: undefined}, 'a')
    expect(Object.keys(event ?? {})).toEqual(['seq', 'time', 'type', 'address', 'cause'])
  })

  test('while telling is applied at once and told afterwards, in order', () => {
    const order: string[] = []
    const {store, state, told} = setup(({event}) => {
      order.push(`${event.seq} begins`)
      if (event.seq === 1) {
        store.dispatch(reset, 'b')
        store.dispatch(reset, 'c')
        order.push(`state is ${state.count}`)
      }
      order.push(`${event.seq} ends`)
    })
    store.dispatch(reset, 'a')
    expect(order).toEqual(['1 begins', 'state is 3', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends'])
    expect(told).toEqual(['1: a, changed to 1', '2: b, changed to 2', '3: c, changed to 3'])
  })

  test('while telling notes during which event it was', () => {
    const recorded: (number | undefined)[] = []
    const {store} = setup(({event}, store) => {
      recorded.push(event.during)
      if (event.seq < 3) store.dispatch(reset, 'more')
    })
    store.dispatch(reset, 'a')
    store.applyFirst(() => store.dispatch(reset, 'b'))
    expect(recorded).toEqual([undefined, 1, 2, undefined])
  })

  test('goes on telling when somebody who is told throws', async () => {
    const {store, told} = setup(({event}) => {
      if (event.seq === 1) {
        store.dispatch(reset, 'b')
        throw new Error('told wrong')
      }
    })
    const caught = await uncaught(() => {
      store.dispatch(reset, 'a')
    })
    expect(caught).toEqual([new Error('told wrong')])
    expect(told.length).toBe(2)
  })
})

describe('applyFirst()', () => {
  test('applies all before any of it is told', () => {
    const {store, told} = setup()
    store.applyFirst(() => {
      store.dispatch(reset, 'a')
      store.applyFirst(() => store.dispatch(reset, 'b'))
      expect([store.seq, told.length]).toEqual([2, 0])
    })
    expect(told.length).toBe(2)
  })

  test('tells what was applied before the function threw', () => {
    const {store, told} = setup()
    const work = () => {
      store.dispatch(reset, 'a')
      throw new Error('no')
    }
    expect(() => store.applyFirst(work)).toThrow('no')
    store.dispatch(reset, 'b')
    expect(told.length).toBe(2)
  })
})

describe('Log', () => {
  const event = (seq: number): Recorded => ({
    type: 'updated',
    address: 'net:example.com:1',
    cause: 'caller',
    data: {n: seq},
    seq,
    time: seq,
  })
  const first: Recorded = {
    type: 'connecting',
    address: 'net:example.com:1',
    cause: 'caller',
    attempt: 1,
    seq: 1,
    time: 1,
  }

  test.each([0, 1, 3, 100])('keeps the last %i events, and folds the rest into its checkpoint', (limit) => {
    const log = new Log(limit, 0)
    log.append(first)
    for (let seq = 2; seq <= 20; seq++) log.append(event(seq))
    const dropped = Math.max(0, 20 - limit)
    expect(log.checkpoint().seq).toBe(dropped)
    expect(log.get(dropped)).toBeUndefined()
    for (let seq = dropped + 1; seq <= 20; seq++) expect(log.get(seq)?.seq).toBe(seq)
    expect(log.get(21)).toBeUndefined()
    const {seq, entries} = log.checkpoint()
    expect(seq).toBe(dropped)
    expect(entries[0]?.[1].n).toBe(dropped > 1 ? dropped : undefined)
  })
})
