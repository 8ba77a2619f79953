import pull from 'pull-stream'
import {beforeEach, describe, expect, test} from 'vitest'
import {DivergenceError, fold, LogOrderError, ReplayHub} from '../../src/replay'
import type {ListenEvent, LogItem} from '../../src/types'
import {keyOfName} from '../kit/fake-stack'
import {itemsOf} from '../kit/reading'
import {setup} from '../kit/setup'
import {bob, carol, recording, secret, seed} from './recorded'

let events: LogItem[]
let types: string[]
beforeEach(async () => {
  events = await recording()
  types = events.map(({type}) => type)
})

describe('stepping', () => {
  test('tells event by event what the live hub told', () => {
    const hub = new ReplayHub(events)
    const heard = [] as ListenEvent[]
    pull(
      hub.listen(),
      pull.drain((event) => {
        expect(hub.now()).toBe(hub.snapshot().time)
        heard.push(event)
      }),
    )
    expect(hub.now()).toBe(0)
    expect(hub.step()).toEqual(events[0])
    expect(hub.now()).toBe(events[0]?.time)
    expect(heard).toEqual([{type: 'connecting', address: bob, key: keyOfName('bob')}])
    expect(hub.getState(bob)).toBe('connecting')
    expect(hub.stepTo(2)).toEqual(events[1])
    expect(heard[1]).toMatchObject({
      type: 'connected',
      details: {isClient: true, rpc: {id: keyOfName('bob')}},
    })
    while (hub.step());
    expect(hub.step()).toBeUndefined()
    expect(heard.map(({type}) => type)).toEqual(types.filter((type) => !/updated|reset|closed/.test(type)))
  })

  test('gives the table that the log folds to, after every event', () => {
    const hub = new ReplayHub(events)
    for (const [i, event] of events.entries()) {
      hub.step()
      expect(hub.snapshot()).toEqual(fold(events.slice(0, i + 1)))
      expect(hub.checkpoint()).toMatchObject(fold(events.slice(0, i + 1)))
      if (event.type !== 'closed') expect([...hub.entries()]).toEqual(hub.snapshot().entries)
    }
  })

  test('ends the streams and the calls after the event that says so, and the log stays readable', async () => {
    const hub = new ReplayHub(events)
    let ended = false
    pull(
      hub.liveEntries(),
      pull.onEnd(() => {
        ended = true
      }),
    )
    hub.stepTo(events.length)
    expect(ended).toBe(true)
    expect(() => hub.entries()).toThrow('instance is closed')
    for (const call of [
      () => hub.connect(bob),
      () => hub.disconnect(bob),
      () => hub.update(bob, {}),
      () => hub.getState('no address'),
    ]) {
      const error = await (async () => call())().catch((thrown: unknown) => thrown)
      expect(error, `${call}`).toMatchObject({code: 'ERR_CLOSED'})
    }
    expect([hub.step(), hub.step()]).toEqual([undefined, undefined])
    expect(itemsOf(hub.log())).toEqual(events)
  })

  test('refuses events that do not follow from each other', () => {
    expect(() => new ReplayHub(events.slice(1))).toThrow(LogOrderError)
    expect(() => new ReplayHub([...events].reverse())).toThrow(LogOrderError)
  })

  test.each([undefined, null, 5, '{}', {events: []}])('refuses what is no items: %o', (items) => {
    expect(() => new ReplayHub(items as never)).toThrow(expect.objectContaining({code: 'ERR_INVALID_OPTION'}))
  })
})

test('a log that was made by hand, with a seed in it, is replayed with marks', () => {
  const hub = new ReplayHub([
    {seq: 1, time: 1, type: 'connecting', address: secret, cause: 'caller', attempt: 1},
  ] as LogItem[])
  hub.step()
  expect(JSON.stringify([...hub.entries()])).not.toContain(seed)
  expect(hub.getState(secret)).toBe('connecting')
})

test('a reset is applied whole before any of it is told', () => {
  const world = setup()
  world.stack.incoming('bob', bob)
  world.stack.incoming('carol', carol)
  world.hub.reset()
  const hub = new ReplayHub(itemsOf<LogItem>(world.hub.log()))
  const seen: number[] = []
  pull(
    hub.listen(),
    pull.drain((event) => {
      if (event.type !== 'connected') seen.push([...hub.entries()].length)
    }),
  )
  hub.reset()
  expect(seen).toEqual([0, 0, 0, 0])
})

test('a recording may begin with a checkpoint, and have one within', async () => {
  const world = setup({logLimit: 3})
  world.stack.onDial = (dial) => dial.succeed()
  await world.hub.connect(bob)
  const [checkpoint] = itemsOf<LogItem>(setup({logLimit: 0}).hub.log())
  expect(checkpoint).toBeUndefined()
  const middle: LogItem = {type: 'checkpoint', ...world.hub.snapshot()}
  world.hub.update(bob, {a: 1})
  const [update] = itemsOf<LogItem>(world.hub.log({gt: middle.seq}))
  const later: LogItem = {...middle, seq: 99}
  const hub = new ReplayHub([middle, update as LogItem, later])
  expect(hub.getState(bob)).toBe('connected')
  expect(await hub.connect(bob)).toMatchObject({id: keyOfName('bob')})
  expect(hub.update(bob, {a: 1})).toBe(true)
  expect(hub.step()).toEqual(later)
  expect(hub.snapshot()).toMatchObject({seq: 99, entries: middle.entries})
  const disconnected = hub.disconnect(bob)
  await expect(disconnected).rejects.toBeInstanceOf(DivergenceError)
})
