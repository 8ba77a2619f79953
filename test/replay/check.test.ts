import {beforeEach, describe, expect, test} from 'vitest'
import {DivergenceError, ReplayHub, UnfaithfulReplayError} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {setup} from '../kit/setup'
import {bob, carol, logOf, recording, secret, seed} from './recorded'

let events: LogItem[]
beforeEach(async () => {
  events = await recording()
})

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('check()', () => {
  test('throws nothing where the calls are those of the recording', () => {
    const hub = new ReplayHub(events)
    hub.check()
    hub.connect(bob, {note: 'hi'}).catch(() => {})
    hub.connect(carol).catch(() => {})
    hub.update(bob, {note: 'ho', stats: {n: 1}})
    hub.disconnect(bob).catch(() => {})
    hub.connect(secret).catch(() => {})
    hub.close()
    hub.check()
  })

  test('throws for divergences and for what nobody called alike, all in one message, in the order of the log', () => {
    const hub = new ReplayHub(events, {onDivergence: 'collect'})
    hub.stepTo(3)
    hub.update(bob, {note: 'hello'})
    const error = thrownBy(() => hub.check())
    expect(error).toBeInstanceOf(UnfaithfulReplayError)
    expect(error).toMatchObject({code: 'ERR_DIVERGENCE'})
    const {divergences, unclaimed, message} = error as UnfaithfulReplayError
    expect([divergences, unclaimed]).toEqual([hub.divergences, hub.unclaimed()])
    expect(message.split('\n').slice(1)).toEqual([
      'at event 1',
      `  nobody called: {"address":"${bob}","data":{"note":"hi"},"type":"connecting"}`,
      'at event 3',
      `  nobody called: {"address":"${carol}","type":"connecting"}`,
      'at event 5',
      `  recorded next: {"address":"${bob}","data":{"note":"ho","stats":{"n":1}},"type":"updated"}`,
      `  called:        {"address":"${bob}","data":{"note":"hello"},"type":"updated"}`,
      '  data.note: "ho" was recorded, "hello" was called',
      '  data.stats: {"n":1} was recorded, nothing was called',
    ])
    expect(message).toContain('1 calls diverged, 2 commands were not called')
  })

  test('throws for a divergence that has been thrown already', async () => {
    const hub = new ReplayHub(events)
    await expect(hub.connect(bob)).rejects.toBeInstanceOf(DivergenceError)
    expect(() => hub.check()).toThrow(UnfaithfulReplayError)
  })

  test('tells of so many, and how many more there are', () => {
    const {hub: live} = setup()
    live.connect(bob).catch(() => {})
    for (let n = 0; n < 25; n++) live.update(bob, {n})
    const hub = new ReplayHub(logOf(live))
    hub.stepTo(20)
    expect(thrownBy(() => hub.check())).toMatchObject({message: expect.not.stringContaining('more')})
    while (hub.step());
    const {message, unclaimed} = thrownBy(() => hub.check()) as UnfaithfulReplayError
    expect(unclaimed).toHaveLength(26)
    expect(message.match(/nobody called/g)).toHaveLength(20)
    expect(message).toMatch(/\nand 6 more$/)
  })

  test('shows an update, a disconnect, a reset and a close that nobody called', () => {
    const {hub: live} = setup()
    live.connect(bob).catch(() => {})
    live.update(bob, {a: 1})
    live.disconnect(bob).catch(() => {})
    live.reset()
    live.close()
    const hub = new ReplayHub(logOf(live))
    while (hub.step());
    const {message} = thrownBy(() => hub.check()) as Error
    expect(message.match(/(?<=nobody called: ).*/g)).toEqual([
      `{"address":"${bob}","type":"connecting"}`,
      `{"address":"${bob}","data":{"a":1},"type":"updated"}`,
      `{"address":"${bob}","type":"disconnecting"}`,
      '{"type":"reset"}',
      '{"type":"closed"}',
    ])
  })
})

describe('what is compared', () => {
  test('leaves out metadata that is ignored, and nothing else', () => {
    const {hub: live} = setup()
    live.connect(bob, {a: 1, stateChange: 1}).catch(() => {})
    live.update(bob, {stateChange: 2})
    const replay = () => new ReplayHub(logOf(live), {ignore: ['stateChange']})
    const hub = replay()
    hub.connect(bob, {stateChange: 99, a: 1}).catch(() => {})
    expect(hub.update(bob, {stateChange: 100})).toBe(true)
    hub.check()
    expect(hub.snapshot()).toEqual(live.snapshot())
    const other = replay()
    other.connect(bob, {a: 2, stateChange: 1}).catch(() => {})
    expect(other.divergences).toHaveLength(1)
    expect(other.divergences[0]?.message).not.toContain('stateChange')
  })

  test('is nothing where all metadata is ignored, as where there is none', () => {
    const {hub: live} = setup()
    live.connect(bob, {stateChange: 1}).catch(() => {})
    live.connect(carol).catch(() => {})
    const hub = new ReplayHub(logOf(live), {ignore: ['stateChange']})
    hub.connect(bob).catch(() => {})
    hub.connect(carol, {stateChange: 2}).catch(() => {})
    hub.check()
    expect(hub.snapshot()).toEqual(live.snapshot())
  })

  test('is the same in whatever order the fields come, at every depth', () => {
    const {hub: live} = setup()
    live.connect(bob, {a: 1, b: {c: 1, d: [{e: 1, f: 2}]}}).catch(() => {})
    const hub = new ReplayHub(logOf(live))
    hub.connect(bob, {b: {d: [{f: 2, e: 1}], c: 1}, a: 1}).catch(() => {})
    hub.check()
    const next = new ReplayHub(logOf(live), {onDivergence: 'collect'})
    next.connect(bob, {b: {d: [], c: 1}, a: 1}).catch(() => {})
    expect(next.divergences[0]?.message.split('\n').slice(1)).toEqual([
      `  recorded next: {"address":"${bob}","data":{"a":1,"b":{"c":1,"d":[{"e":1,"f":2}]}},"type":"connecting"}`,
      `  called:        {"address":"${bob}","data":{"a":1,"b":{"c":1,"d":[]}},"type":"connecting"}`,
      '  data.b.d[0]: {"e":1,"f":2} was recorded, nothing was called',
    ])
  })

  test('has marks in place of seeds, also in an update', () => {
    const {hub: live} = setup()
    live.connect(secret).catch(() => {})
    live.update(secret, {invite: secret})
    const hub = new ReplayHub(logOf(live))
    hub.connect(secret).catch(() => {})
    expect(hub.update(secret, {invite: secret})).toBe(true)
    hub.check()
    expect(JSON.stringify([...hub.entries()])).not.toContain(seed)
  })
})

test('a call that comes late claims the oldest event that it may have caused', () => {
  const {hub: live, clock} = setup()
  live.connect(bob).catch(() => {})
  for (let n = 0; n < 3; n++) {
    clock.advance(1)
    live.update(bob, {a: n % 2})
  }
  const hub = new ReplayHub(logOf(live))
  while (hub.step());
  hub.update(bob, {a: 0})
  expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1, 3, 4])
  hub.update(bob, {a: 0})
  hub.update(bob, {a: 1})
  hub.connect(bob).catch(() => {})
  hub.check()
})

test('a call is the event that is to be told now, rather than one like it that was told', () => {
  const {hub: live, stack} = setup()
  stack.incoming('bob', bob)
  live.update(bob, {a: 1})
  live.update(bob, {a: 1})
  stack.incoming('carol', carol)
  live.update(bob, {a: 1})
  const hub = new ReplayHub(logOf(live))
  hub.stepTo(2)
  hub.update(bob, {a: 1})
  expect([hub.snapshot().seq, hub.unclaimed().map(({seq}) => seq)]).toEqual([3, [2]])
  // What is to be told now is another thing: the call may be that of an event which was told.
  hub.update(bob, {a: 1})
  expect([hub.snapshot().seq, hub.unclaimed()]).toEqual([3, []])
})

test('a call that comes late claims its event once', () => {
  const {hub: live} = setup()
  live.connect(bob).catch(() => {})
  live.update(bob, {a: 1})
  const hub = new ReplayHub(logOf(live))
  while (hub.step());
  expect(hub.update(bob, {a: 1})).toBe(true)
  expect(() => hub.update(bob, {a: 1})).toThrow(DivergenceError)
})

test('a call that comes late claims no event of a call that told no key, where it tells one itself', () => {
  const keyless = 'net:example.com:8008'
  const {hub: live} = setup()
  live.connect(keyless).catch(() => {})
  live.update(keyless, {n: 1})
  const hub = new ReplayHub(logOf(live))
  while (hub.step());
  expect(() => hub.update(keyless, {key: '@alice', n: 1})).toThrow(DivergenceError)
  expect(hub.unclaimed()).toHaveLength(2)
})

test('a key that was known is no part of what was called', () => {
  const keyless = 'net:example.com:8008'
  const {hub: live} = setup()
  live.connect(keyless, {key: '@alice'}).catch(() => {})
  live.update(keyless, {n: 1})
  const hub = new ReplayHub(logOf(live))
  hub.step()
  expect(() => hub.update(keyless, {n: 2})).toThrow(
    [
      `  recorded next: {"address":"${keyless}","data":{"n":1},"type":"updated"}`,
      `  called:        {"address":"${keyless}","data":{"n":2},"type":"updated"}`,
      '  data.n: 1 was recorded, 2 was called',
    ].join('\n'),
  )
})

test('a key that a late call claims is that of the entry as it was then', () => {
  const keyless = 'net:example.com:8008'
  const {hub: live} = setup()
  live.connect(keyless).catch(() => {})
  live.update(keyless, {key: '@bob', n: 1})
  live.update(keyless, {key: '@carol', n: 1})
  const hub = new ReplayHub(logOf(live), {onDivergence: 'collect'})
  while (hub.step());
  expect(hub.update(keyless, {key: '@bob', n: 1})).toBe(true)
  expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1, 3])
  expect(hub.update(keyless, {key: '@dave', n: 1})).toBe(true)
  expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1])
})

test('a late call that two recorded ones may be is the older of them, whether or not the key was known then', () => {
  const keyless = 'net:example.com:8008'
  const {hub: live} = setup()
  live.connect(keyless, {key: '@alice'}).catch(() => {})
  live.update(keyless, {n: 1})
  live.disconnect(keyless).catch(() => {})
  live.connect(keyless).catch(() => {})
  live.update(keyless, {key: '@alice', n: 1})
  const hub = new ReplayHub(logOf(live))
  while (hub.step());
  const updates = () => hub.unclaimed().filter(({type}) => type === 'updated')
  const [older, newer] = updates()
  expect([older, newer]).toMatchObject([{key: '@alice'}, {key: '@alice'}])
  hub.update(keyless, {key: '@alice', n: 1})
  expect(updates()).toEqual([newer])
})
