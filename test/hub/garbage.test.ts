import * as v8 from 'node:v8'
import {runInNewContext} from 'node:vm'
import {describe, expect, test} from 'vitest'
import {PeerTable} from '../../reducers/table'
import {Attempt} from '../../src/connections/attempt'
import {Session} from '../../src/connections/session'
import type {Recorded} from '../../src/events'
import ConnHub from '../../src/index'
import type {LogItem, Source} from '../../src/types'
import {PendingRead} from '../../src/util/pending-read'
import {addressOf, FakeRpc, FakeStack, keyOfName} from '../kit/fake-stack'
import {settled, uncaught} from '../kit/setup'
import {VirtualClock} from '../kit/virtual-clock'

// What is over is forgotten: the garbage collector is asked.

v8.setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const bob = addressOf('bob')

/** A hub that nobody reads. */
function setup(logLimit = 1000) {
  const stack = new FakeStack()
  const clock = new VirtualClock()
  return {hub: new ConnHub(stack, {clock, logLimit}), stack, clock}
}

type World = ReturnType<typeof setup>

/** How many of a class are alive. It collects the garbage first. */
function alive(one: new (...args: never[]) => unknown): number {
  const {queryObjects} = v8 as unknown as {queryObjects(of: unknown, options: object): number}
  return queryObjects(one, {format: 'count'})
}

/** Whether what the function makes, and gives, is collected once it is done. */
async function isForgotten(make: () => object): Promise<boolean> {
  const made = new WeakRef(make())
  for (let i = 0; i < 10 && made.deref(); i++) {
    await settled()
    gc()
  }
  return made.deref() === undefined
}

describe('of an address that is not connected, nothing is kept', () => {
  const endings: [string, (world: World, address: string) => void][] = [
    [
      'after a dial that failed',
      ({hub, stack}, address) => {
        hub.connect(address).catch(() => {})
        stack.lastDial.fail()
      },
    ],
    [
      'after an attempt that was called off',
      ({hub, stack}, address) => {
        hub.connect(address).catch(() => {})
        void hub.disconnect(address)
        stack.lastDial.fail()
      },
    ],
    [
      'after a connection that we closed',
      ({hub, stack}, address) => {
        hub.connect(address).catch(() => {})
        stack.lastDial.succeed()
        void hub.disconnect(address)
      },
    ],
    [
      'after a connection that the remote closed',
      ({stack}, address) => stack.incoming('carol', address).die(),
    ],
    [
      'after a disconnect of what is not there',
      ({hub}, address) => {
        void hub.disconnect(address)
      },
    ],
    [
      'after a remote that closed as it was taken in',
      ({stack}, address) => {
        const rpc = new FakeRpc(keyOfName('carol'), address)
        rpc.on = (_event, listener) => {
          listener()
          return rpc
        }
        stack.announce(rpc, false)
      },
    ],
    [
      'after a connect() that waited, and whose signal aborted',
      ({hub, stack}, address) => {
        const rpc = stack.incoming('carol', address)
        rpc.closeMode = 'hangs'
        void hub.disconnect(address)
        const signal = new AbortController()
        hub.connect(address, null, {signal: signal.signal}).catch(() => {})
        signal.abort()
        rpc.die()
      },
    ],
    [
      'after a reset',
      ({hub}, address) => {
        hub.connect(address).catch(() => {})
        hub.reset()
      },
    ],
  ]

  test.each(endings)('%s', async (_, end) => {
    const world = setup()
    for (let i = 0; i < 50; i++) end(world, `net:h${i}.example.com:8008`)
    world.stack.dials.length = 0
    await settled()
    expect([Session, Attempt].map(alive)).toEqual([0, 0])
    expect([...world.hub.entries()]).toEqual([])
    expect(world.clock.pending).toBe(0)
  })

  test('not in the index of keys either', () => {
    const table = new PeerTable()
    const before = alive(Set)
    for (let i = 0; i < 100; i++) {
      const event = {seq: 2 * i + 1, time: 0, address: bob, key: `@${i}`}
      table.apply({...event, type: 'connecting', cause: 'caller', attempt: i} as Recorded)
      table.apply({...event, type: 'disconnected', cause: 'caller', seq: 2 * i + 2} as Recorded)
    }
    expect(alive(Set) - before).toBeLessThan(10)
  })
})

describe('of a reader that left, nothing is kept', () => {
  const sources: [string, (world: World) => Source<unknown>][] = [
    ['listen()', ({hub}) => hub.listen()],
    ['liveEntries()', ({hub}) => hub.liveEntries()],
    ['log()', ({hub}) => hub.log({old: false, live: true})],
  ]

  test.each(sources)('%s, left while it waits', async (_, open) => {
    const world = setup()
    const forgotten = isForgotten(() => {
      const read = open(world)
      const callback = () => {}
      read(null, callback)
      read(null, callback)
      read(true, () => {})
      return callback
    })
    expect(await forgotten).toBe(true)
    expect(world.hub.getState(bob)).toBeUndefined()
  })

  test.each(sources)('%s, left when it was given something', async (_, open) => {
    const world = setup()
    const forgotten = isForgotten(() => {
      const read = open(world)
      const reader = () => {}
      read(null, () => {})
      read(null, reader)
      world.hub.connect(bob).catch(() => {})
      expect(() => read(true, () => {})).not.toThrow()
      return reader
    })
    expect(await forgotten).toBe(true)
    expect(world.hub.getState(bob)).toBe('connecting')
  })

  test.each(sources)('%s, which threw and did not ask again', async (_, open) => {
    const world = setup()
    const made: WeakRef<object>[] = []
    await uncaught(() => {
      const read = open(world)
      const first = () => read(null, second)
      // No Error: its stack would keep the reader.
      const second = () => {
        throw 'a reader'
      }
      made.push(new WeakRef(second))
      read(null, first)
      world.stack.incoming('bob', bob)
      world.stack.incoming('carol', addressOf('carol'))
    })
    expect(await isForgotten(() => made[0]?.deref() ?? {})).toBe(true)
    expect(world.hub.getState(bob)).toBe('connected')
  })

  test('liveEntries(), which threw at its first array', async () => {
    const world = setup()
    world.stack.incoming('bob', bob)
    const made: WeakRef<object>[] = []
    await uncaught(() => {
      const reader = () => {
        throw 'a reader'
      }
      made.push(new WeakRef(reader))
      world.hub.liveEntries()(null, reader)
    })
    expect(await isForgotten(() => made[0]?.deref() ?? {})).toBe(true)
    expect(world.hub.getState(bob)).toBe('connected')
  })

  test('what listen() kept for it, even where it keeps the stream', async () => {
    const world = setup(0)
    const stream = world.hub.listen()
    const forgotten = isForgotten(() => {
      const rpc = world.stack.incoming('bob', bob)
      rpc.die()
      stream(true, () => {})
      return rpc
    })
    expect(await forgotten).toBe(true)
    expect(stream).toBeTypeOf('function')
  })

  test.each(sources)('%s, at the end', async (_, open) => {
    const world = setup()
    const forgotten = isForgotten(() => {
      const reader = () => {}
      const read = open(world)
      read(null, reader)
      read(null, reader)
      world.hub.close()
      return reader
    })
    expect(await forgotten).toBe(true)
    expect(() => world.hub.getState(bob)).toThrow()
  })
})

test.each([
  ['liveEntries()', ({hub}: World) => hub.liveEntries() as Source<unknown>],
  ['log()', ({hub}: World) => hub.log({old: false, live: true}) as Source<unknown>],
])('of many readers of %s that left, threw or came to the end, nothing is kept', async (_, open) => {
  const world = setup()
  const before = alive(PendingRead)
  const kept = () => alive(PendingRead) - before
  for (let n = 0; n < 50; n++) {
    const read = open(world)
    read(null, () => {})
    read(true, () => {})
  }
  expect(kept()).toBeLessThan(10)
  await uncaught(() => {
    for (let n = 0; n < 50; n++) {
      const read = open(world)
      // No Error: its stack would keep the reader.
      const throws = () => {
        throw 'a reader'
      }
      read(null, () => read(null, throws))
    }
    world.stack.incoming('bob', bob)
    world.stack.incoming('carol', addressOf('carol'))
  })
  expect(kept()).toBeLessThan(10)
  for (let n = 0; n < 50; n++) {
    const read = open(world)
    const again = (end: unknown): void => (end ? undefined : read(null, again))
    again(null)
  }
  world.hub.close()
  await settled()
  expect(kept()).toBeLessThan(10)
  expect(world.hub.snapshot().entries).toEqual([])
})

test('an event that the memory has dropped is forgotten', async () => {
  const {hub, stack} = setup(4)
  const kept: unknown[] = []
  stack.incoming('bob', bob)
  for (let n = 0; n < 10; n++) {
    const forgotten = isForgotten(() => {
      let item: LogItem | undefined
      hub.update(bob, {n})
      hub.log({gt: hub.snapshot().seq - 1})(null, (_end, latest) => {
        item = latest
      })
      return item as LogItem
    })
    for (let later = 0; later < 10; later++) hub.update(bob, {later})
    kept.push(!(await forgotten))
  }
  expect(kept).toEqual(Array(10).fill(false))
})

test('a hub that was closed is forgotten, also by a stack that keeps its listeners', async () => {
  const stack = new FakeStack()
  Object.assign(stack, {removeListener: undefined})
  const forgotten = isForgotten(() => {
    const hub = new ConnHub(stack)
    hub.close()
    return hub
  })
  expect(await forgotten).toBe(true)
  expect(stack.listenerCount('rpc:connect')).toBe(1)
})

test('an rpc that failed to close is forgotten when a reset finds it closed', async () => {
  const {hub, stack} = setup()
  const forgotten = isForgotten(() => {
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'fails'
    hub.reset()
    rpc.closed = true
    for (const id of Object.keys(stack.peers)) delete stack.peers[id]
    hub.reset()
    return rpc
  })
  expect(await forgotten).toBe(true)
  expect(hub.snapshot().entries).toEqual([])
})

test('an rpc that was closed is forgotten', async () => {
  const {hub, stack} = setup()
  const forgotten = isForgotten(() => {
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'fails'
    hub.reset()
    rpc.die()
    return rpc
  })
  expect(await forgotten).toBe(true)
  expect(hub.snapshot().entries).toEqual([])
})
