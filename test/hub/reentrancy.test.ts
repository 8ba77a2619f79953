import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import type {ListenEvent} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {entry, outcome, settled, setup} from '../kit/setup'

// What readers do between an event and what follows from it.

const bob = addressOf('bob')

/** A hub, of whose first event of a type a reader makes something. */
function reacting(type: ListenEvent['type'], react: (world: ReturnType<typeof setup>) => void) {
  const world = setup()
  let done = false
  pull(
    world.hub.listen(),
    pull.drain((event) => {
      if (done || event.type !== type) return
      done = true
      react(world)
    }),
  )
  return world
}

/** Makes an entry with a link in reserve, neither of which closes when it is asked to. */
function twoLinks({stack}: ReturnType<typeof setup>) {
  const first = stack.incoming('bob', bob)
  const second = stack.incoming('bob', bob)
  first.closeMode = 'fails'
  second.closeMode = 'fails'
  return {first, second}
}

function causes(world: ReturnType<typeof setup>): string[] {
  return logOf(world.hub).flatMap((item) => ('cause' in item ? `${item.cause} ${item.type}` : []))
}

test('a connect() that waits for the disconnect of an entry that came in between goes on waiting', async () => {
  let waiting: Promise<unknown> = Promise.resolve()
  const world = reacting('disconnected', ({hub, stack}) => {
    stack.incoming('bob', bob).closeMode = 'hangs'
    void hub.disconnect(bob)
    waiting = hub.connect(bob)
  })
  const {hub, stack, told} = world
  stack.incoming('bob', bob).die()
  expect(await outcome(waiting)).toBe('pending')
  expect(hub.getState(bob)).toBe('disconnecting')
  stack.peers[Object.keys(stack.peers)[0] ?? '']?.[0]?.die()
  const rpc = stack.lastDial.succeed()
  expect(await waiting).toBe(rpc)
  expect(told.take().slice(-5)).toEqual([
    'connected',
    'disconnecting',
    'disconnected',
    'connecting',
    'connected',
  ])
})

test('an entry whose disconnect failed, and whose link dies then, comes again with the reserve', async () => {
  let first: {die(): void} | undefined
  const world = reacting('disconnecting-failed', () => first?.die())
  const links = twoLinks(world)
  first = links.first
  await expect(world.hub.disconnect(bob)).rejects.toThrow('close failed')
  expect(world.told.take()).toEqual([
    'connected',
    'disconnecting',
    'disconnecting-failed',
    'disconnected',
    'connected',
  ])
  expect(await world.hub.connect(bob)).toBe(links.second)
})

describe('the metadata of an entry that ended', () => {
  test('is not that of the one that a remote begins', async () => {
    const world = reacting('disconnected', ({stack}) => {
      stack.incoming('bob', bob)
    })
    const {hub, stack} = world
    const rpc = stack.incoming('bob', bob)
    hub.update(bob, {note: 'old'})
    rpc.closeMode = 'hangs'
    void hub.disconnect(bob)
    const waiting = hub.connect(bob, {tea: 1})
    rpc.die()
    await waiting
    expect(entry(hub, bob)).toMatchObject({state: 'connected', tea: 1})
    expect(entry(hub, bob)).not.toHaveProperty('note')
  })

  test('is not that of the one that a connect() begins', async () => {
    const world = reacting('disconnected', ({hub}) => {
      hub.connect(bob, {more: 2}).catch(() => {})
    })
    const {hub, stack} = world
    const rpc = stack.incoming('bob', bob)
    hub.update(bob, {note: 'old'})
    rpc.closeMode = 'hangs'
    void hub.disconnect(bob)
    hub.connect(bob, {tea: 1}).catch(() => {})
    rpc.die()
    expect(entry(hub, bob)).toMatchObject({state: 'connecting', tea: 1, more: 2})
    expect(entry(hub, bob)).not.toHaveProperty('note')
  })
})

test('disconnect() of an entry that has ended, and will come again with its reserve, is false', async () => {
  const answers: Promise<boolean>[] = []
  const world = reacting('disconnected', ({hub}) => answers.push(hub.disconnect(bob)))
  const {first} = twoLinks(world)
  first.die()
  expect(await Promise.all(answers)).toEqual([false])
  expect(world.told.take()).toEqual(['connected', 'disconnected', 'connected'])
  expect(world.hub.getState(bob)).toBe('connected')
})

test('a reserve that comes forward comes by the hub, and the newcomer that made it waits', () => {
  const world = reacting('disconnected', ({stack}) => {
    stack.incoming('bob', bob)
  })
  const {first} = twoLinks(world)
  first.die()
  expect(causes(world)).toEqual([
    'remote connected',
    'remote reserved',
    'remote disconnected',
    'hub connected',
    'remote reserved',
  ])
})

test('an attempt that is called off ends by the hub', () => {
  const world = setup()
  world.hub.connect(bob).catch(() => {})
  void world.hub.disconnect(bob)
  expect(causes(world)).toEqual(['caller connecting', 'caller disconnecting', 'hub disconnected'])
})

test('a connect() of a reader that hears of the end is dialled, and answered', async () => {
  let again: Promise<unknown> | undefined
  const world = reacting('disconnected', ({hub}) => {
    again = hub.connect(bob)
  })
  world.stack.incoming('bob', bob).die()
  const rpc = world.stack.lastDial.succeed()
  expect(await again).toBe(rpc)
  expect(world.told.take()).toEqual(['connected', 'disconnected', 'connecting', 'connected'])
})

test.each([
  'succeed',
  'fail',
] as const)('an attempt whose dial comes to %s while readers are told of a reset is called off', async (end) => {
  const world = reacting('disconnecting', ({stack}) => stack.lastDial[end]())
  const connected = world.hub.connect(bob)
  connected.catch(() => {})
  world.hub.reset()
  expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
  expect(world.told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  expect(Object.values(world.stack.peers).flat()).toEqual([])
})

test('a signal that aborts when its attempt was answered leaves the next attempt alone', async () => {
  const {hub, stack} = setup()
  const abort = new AbortController()
  const first = hub.connect(bob, null, {signal: abort.signal})
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  void hub.disconnect(bob)
  const second = hub.connect(bob)
  abort.abort()
  await expect(first).rejects.toBeDefined()
  rpc.die()
  expect(await outcome(second)).toBe('pending')
  const again = stack.lastDial.succeed()
  expect(await outcome(second)).toEqual({resolved: again})
})

test('a signal that aborts when its attempt was called off leaves the next attempt alone', async () => {
  const {hub, stack} = setup()
  const abort = new AbortController()
  const first = hub.connect(bob, null, {signal: abort.signal})
  first.catch(() => {})
  stack.lastDial.fail()
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  void hub.disconnect(bob)
  const second = hub.connect(bob)
  abort.abort()
  await expect(first).rejects.toBeDefined()
  rpc.die()
  expect(stack.dials).toHaveLength(2)
  const again = stack.lastDial.succeed()
  expect(await second).toBe(again)
  await settled()
})

test('a disconnect whose hub is reset before it closes anything closes each link once', () => {
  const world = reacting('disconnecting', ({hub}) => hub.reset())
  const {first, second} = twoLinks(world)
  void world.hub.disconnect(bob)
  expect([first.closes, second.closes]).toEqual([1, 1])
  expect(world.clock.pending).toBe(0)
})
