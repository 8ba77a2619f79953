import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {decode, encode, ReplayHub} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What the hub's log is when it was written and read again. */
function logOf({hub}: ReturnType<typeof setup>): LogItem[] {
  const items: LogItem[] = []
  pull(
    hub.log(),
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return decode(encode(items)).events
}

/** Two callers dial, and both change their minds. */
async function recording(): Promise<LogItem[]> {
  const world = setup()
  const [first, second] = [new AbortController(), new AbortController()]
  world.hub.connect(bob, null, {signal: first.signal}).catch(() => {})
  world.hub.connect(bob, null, {signal: second.signal}).catch(() => {})
  world.clock.advance(100)
  first.abort()
  world.clock.advance(100)
  second.abort()
  await settled()
  world.hub.update(carol, {})
  world.stack.incoming('carol', carol)
  return logOf(world)
}

describe('a connect() with a signal, on a replay,', () => {
  test('is called off by the last one who asked, as it was recorded', async () => {
    const hub = new ReplayHub(await recording())
    const [first, second] = [new AbortController(), new AbortController()]
    const asked = [first, second].map(({signal}) => outcome(hub.connect(bob, null, {signal})))
    first.abort(new Error('first'))
    second.abort(new Error('second'))
    expect(await Promise.all(asked)).toMatchObject([
      {rejected: {message: 'first'}},
      {rejected: {message: 'second'}},
    ])
    // As then, the disconnect of an attempt ended at once.
    expect(hub.getState(bob)).toBeUndefined()
    while (hub.step());
    expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
  })

  test('goes on for who still asks: the command that was recorded stays unclaimed', async () => {
    const hub = new ReplayHub(await recording())
    const first = new AbortController()
    const aborted = outcome(hub.connect(bob, null, {signal: first.signal}))
    const other = hub.connect(bob)
    first.abort()
    expect(await aborted).toMatchObject({rejected: {name: 'AbortError'}})
    expect(hub.getState(bob)).toBe('connecting')
    while (hub.step());
    await expect(other).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(hub.unclaimed()).toMatchObject([{type: 'disconnecting', address: bob}])
  })

  test('diverges where it was not called off when it was recorded', async () => {
    for (const ends of [true, false]) {
      const world = setup()
      world.stack.incoming('carol', carol)
      world.hub.connect(bob).catch(() => {})
      if (ends) world.stack.lastDial.succeed()
      const hub = new ReplayHub(logOf(world))
      const abort = new AbortController()
      const aborted = hub.connect(bob, null, {signal: abort.signal})
      abort.abort(new Error('too slow'))
      await expect(aborted).rejects.toThrow('too slow')
      expect(hub.divergences).toMatchObject([{code: 'ERR_DIVERGENCE'}])
    }
  })

  test('is no divergence where the link of who dialled us took the place of the dial', async () => {
    const world = setup()
    const then = new AbortController()
    const asked = outcome(world.hub.connect(bob, null, {signal: then.signal}))
    world.stack.incoming('bob', bob)
    then.abort('too slow')
    expect(await asked).toEqual({rejected: 'too slow'})
    expect(world.hub.getState(bob)).toBe('connected')
    const hub = new ReplayHub(logOf(world))
    const now = new AbortController()
    const again = outcome(hub.connect(bob, null, {signal: now.signal}))
    now.abort('too slow')
    expect(await again).toEqual({rejected: 'too slow'})
    while (hub.step());
    expect([hub.divergences, hub.unclaimed(), hub.snapshot()]).toEqual([[], [], world.hub.snapshot()])
  })

  test('that diverged leaves the attempt as it was recorded: a disconnect() calls it off', async () => {
    const world = setup()
    world.hub.connect(bob).catch(() => {})
    world.hub.connect(carol).catch(() => {})
    expect(await world.hub.disconnect(bob)).toBe(true)
    const hub = new ReplayHub(logOf(world))
    const abort = new AbortController()
    const aborted = outcome(hub.connect(bob, null, {signal: abort.signal}))
    abort.abort('too slow')
    expect(await aborted).toEqual({rejected: 'too slow'})
    expect([hub.divergences.length, hub.getState(bob)]).toEqual([1, 'connecting'])
    hub.connect(carol).catch(() => {})
    expect(await hub.disconnect(bob)).toBe(true)
    expect([hub.divergences.length, hub.getState(bob)]).toEqual([1, undefined])
  })

  test('listens to it for as long as the call goes on', async () => {
    const world = setup()
    void world.hub.connect(bob)
    world.stack.lastDial.succeed()
    const hub = new ReplayHub(logOf(world))
    const listeners = new Set<() => void>()
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
    }
    const asked = hub.connect(bob, null, {signal})
    expect(listeners.size).toBe(1)
    hub.step()
    await asked
    expect(listeners.size).toBe(0)
  })

  test('that has aborted rejects before anything happened', async () => {
    const hub = new ReplayHub(await recording())
    await expect(hub.connect(bob, null, {signal: AbortSignal.abort('gone')})).rejects.toBe('gone')
    expect(hub.getState(bob)).toBeUndefined()
  })

  test('while it waits for the end of a disconnect, is forgotten', async () => {
    const world = setup()
    const rpc = world.stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    void world.hub.disconnect(bob)
    rpc.die()
    const hub = new ReplayHub(logOf(world))
    hub.step()
    void hub.disconnect(bob)
    const abort = new AbortController()
    const waiting = hub.connect(bob, null, {signal: abort.signal})
    abort.abort('changed my mind')
    await expect(waiting).rejects.toBe('changed my mind')
    while (hub.step());
    expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
  })
})

test('stats() counts what was told so far', async () => {
  const hub = new ReplayHub(await recording())
  expect(hub.stats()).toMatchObject({attempts: 0, connections: {inbound: 0}})
  hub.step()
  expect(hub.stats()).toMatchObject({attempts: 1, calledOff: 0, entries: {connecting: 1}})
  while (hub.step());
  expect(hub.stats()).toMatchObject({attempts: 1, calledOff: 1, connections: {inbound: 1}})
})

test('the streams of a replay are async iterables', async () => {
  const hub = new ReplayHub(await recording())
  const types: string[] = []
  const reading = (async () => {
    for await (const {type} of hub.listen()) types.push(type)
  })()
  while (hub.step());
  hub.close()
  await reading
  expect(types).toEqual(['connecting', 'disconnecting', 'disconnected', 'connected'])
})
