import {describe, expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

describe('stats()', () => {
  test('counts nothing at first, since the hub was made', () => {
    const {hub, clock} = setup()
    const since = clock.now()
    clock.advance(1000)
    expect(hub.stats()).toEqual({
      since,
      entries: {connecting: 0, connected: 0, disconnecting: 0},
      attempts: 0,
      calledOff: 0,
      failures: {},
      connections: {inbound: 0, outbound: 0},
      reserve: 0,
    })
  })

  test('counts attempts, failures by code, and what was called off', async () => {
    const {hub, stack} = setup()
    const fail = (error: unknown) => {
      hub.connect(bob).catch(() => {})
      stack.lastDial.fail(error)
    }
    fail(Object.assign(new Error('refused'), {code: 'ECONNREFUSED'}))
    fail(Object.assign(new Error('refused'), {code: 'ECONNREFUSED'}))
    fail(Object.assign(new Error('odd'), {code: '__proto__'}))
    fail(Object.assign(new Error('odd'), {code: 7}))
    fail('no error at all')
    hub.connect(bob).catch(() => {})
    await hub.disconnect(bob)
    hub.connect(bob).catch(() => {})
    const {attempts, calledOff, failures, entries} = hub.stats()
    expect({attempts, calledOff, entries}).toEqual({
      attempts: 7,
      calledOff: 1,
      entries: {connecting: 1, connected: 0, disconnecting: 0},
    })
    expect(Object.entries(failures).sort()).toEqual([
      ['7', 1],
      ['ECONNREFUSED', 2],
      ['__proto__', 1],
      ['none', 1],
    ])
  })

  test('counts connections by who made them, and links that wait in reserve', () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    const third = stack.incoming('bob')
    stack.dialByPlugin('carol', carol)
    expect(hub.stats()).toMatchObject({connections: {inbound: 1, outbound: 0}, reserve: 2})
    first.die()
    expect(hub.stats()).toMatchObject({connections: {inbound: 2, outbound: 0}, reserve: 1})
    third.die()
    expect(hub.stats().reserve).toBe(0)
    second.die()
    expect(hub.stats().entries.connected).toBe(0)
  })

  test('knows no reserve after a reset, and none that died between the end of an entry and its return', () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    stack.incoming('bob')
    hub.reset()
    expect(hub.stats().reserve).toBe(0)

    const [first, , third] = [1, 2, 3].map(() => stack.incoming('bob', bob))
    const read = hub.listen()
    read(null, () => third?.die())
    first?.die()
    expect(hub.stats()).toMatchObject({reserve: 0, entries: {connected: 1}})
  })

  test('names at most a hundred codes', () => {
    const {hub, stack} = setup()
    for (let i = 0; i < 150; i++) {
      hub.connect(bob).catch(() => {})
      stack.lastDial.fail(Object.assign(new Error('odd'), {code: `CODE_${i}`}))
    }
    const {failures} = hub.stats()
    expect(Object.keys(failures)).toHaveLength(101)
    expect(failures.other).toBe(50)
  })

  test('stays readable on a closed hub', async () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    hub.close()
    expect(hub.stats()).toMatchObject({
      connections: {inbound: 1},
      entries: {connecting: 0, connected: 0, disconnecting: 0},
    })
  })
})

test('stats() tells connections by direction, and counts as called off what was an attempt', async () => {
  const {hub, stack} = setup()
  stack.incoming('bob', bob)
  void hub.connect(carol)
  stack.lastDial.succeed()
  await hub.disconnect(bob)
  expect(hub.stats()).toMatchObject({connections: {inbound: 1, outbound: 1}, calledOff: 0})
})
