import {beforeEach, describe, expect, test} from 'vitest'
import {DivergenceError, ReplayHub} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {setup} from '../kit/setup'
import {bob, carol, logOf, recording, secret, seed} from './recorded'

let events: LogItem[]
beforeEach(async () => {
  events = await recording()
})

describe('a call that the recording does not have', () => {
  test('raises a DivergenceError that says where, what was recorded, and what was called', async () => {
    const hub = new ReplayHub(events)
    const error = await hub.connect(bob, {note: 'hello'}).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({
      code: 'ERR_DIVERGENCE',
      seq: 1,
      recorded: {type: 'connecting', address: bob, data: {note: 'hi'}},
      called: {type: 'connecting', address: bob, data: {note: 'hello'}},
    })
    expect(String(error)).toContain('data.note: "hi" was recorded, "hello" was called')
    expect(hub.snapshot().seq).toBe(0)
  })

  test('raises it for the wrong command, the wrong address, and after the end', async () => {
    const hub = new ReplayHub(events)
    await expect(hub.connect(carol)).rejects.toMatchObject({seq: 1})
    hub.step()
    expect(() => hub.update(bob, {x: 1})).toThrow(DivergenceError)
    await expect(hub.disconnect(bob)).rejects.toMatchObject({seq: 3, called: {type: 'disconnecting'}})
    expect(() => hub.reset()).toThrow(DivergenceError)
    const short = new ReplayHub(events.slice(0, 2))
    short.stepTo(2)
    expect(() => short.update(bob, {x: 1})).toThrow(
      expect.objectContaining({seq: 2, recorded: undefined, message: expect.stringContaining('nothing')}),
    )
  })

  test('raises it on a recording of nothing, too', () => {
    const called = {type: 'reset', cause: 'caller'}
    expect(() => new ReplayHub([]).reset()).toThrow(
      expect.objectContaining({code: 'ERR_DIVERGENCE', seq: 0, recorded: undefined, called}),
    )
  })

  test('tells what was recorded next, nothing at the end, and what was called', async () => {
    const {hub: live} = setup()
    live.reset()
    const hub = new ReplayHub(logOf(live), {onDivergence: 'collect'})
    hub.close()
    expect(hub.divergences[0]?.called).toEqual({type: 'closed', cause: 'caller'})
    const ended = new ReplayHub([...events].slice(0, 2), {onDivergence: 'collect'})
    ended.stepTo(2)
    ended.disconnect(bob).catch(() => {})
    expect([...hub.divergences, ...ended.divergences].map(({difference}) => difference.split('\n'))).toEqual([
      [
        '  recorded next: {"type":"reset"}',
        '  called:        {"type":"closed"}',
        '  type: "reset" was recorded, "closed" was called',
      ],
      ['  recorded next: nothing', `  called:        {"address":"${bob}","type":"disconnecting"}`],
    ])
  })

  test('is collected where the test asks for that, and answered from the state', async () => {
    const hub = new ReplayHub(events, {onDivergence: 'collect'})
    await expect(hub.connect(carol)).rejects.toBeInstanceOf(DivergenceError)
    hub.stepTo(2)
    expect(hub.update(bob, {x: 1})).toBe(true)
    expect(await hub.disconnect(bob)).toBe(false)
    hub.reset()
    hub.close()
    expect(hub.divergences.map(({called}) => called.type)).toEqual([
      'connecting',
      'updated',
      'disconnecting',
      'reset',
      'closed',
    ])
  })

  test('shows no seed', async () => {
    const error = await new ReplayHub(events)
      .connect(secret, {invite: secret})
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(JSON.stringify(error) + String(error)).not.toContain(seed)
  })
})
