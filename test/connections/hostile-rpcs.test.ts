import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {addressOf, FakeRpc, type FakeStack, keyOfName} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

// Code of an rpc runs whenever the hub asks it something. Whatever it does then, it is not half an entry.

const bob = addressOf('bob')

type World = ReturnType<typeof setup>

/** An rpc that does something, once, when the hub reads this of it. */
function rpcThat(reading: string, act: (rpc: FakeRpc) => void): FakeRpc {
  const rpc = new FakeRpc(keyOfName('bob'), bob)
  let value: unknown = Reflect.get(rpc, reading)
  let acted = false
  return Object.defineProperty(rpc, reading, {
    set(other) {
      value = other
    },
    get() {
      if (!acted) {
        acted = true
        act(rpc)
      }
      return typeof value === 'function' ? value.bind(rpc) : value
    },
  })
}

const acts: [string, (world: World, rpc: FakeRpc) => void][] = [
  ['announces itself again', ({stack}, rpc) => void stack.announce(rpc, false)],
  ['announces itself as ours', ({stack}, rpc) => void stack.announce(rpc, true)],
  ['calls disconnect()', ({hub}) => void hub.disconnect(bob).catch(() => {})],
  ['calls connect()', ({hub}) => void hub.connect(bob).catch(() => {})],
  ['calls reset()', ({hub}) => hub.reset()],
  ['calls close()', ({hub}) => hub.close()],
  ['closes', (_world, rpc) => rpc.die()],
]
const readings = ['on', 'meta', 'id', 'stream', 'closed', 'removeListener']
const ways: [string, (world: World, rpc: FakeRpc) => Promise<unknown> | undefined][] = [
  [
    'that they made',
    ({stack}, rpc) => {
      stack.announce(rpc, false)
      return undefined
    },
  ],
  [
    'that another plugin made',
    ({stack}, rpc) => {
      stack.announce(rpc, true)
      return undefined
    },
  ],
  [
    'that we dialled',
    ({hub, stack}, rpc) => {
      const dialled = hub.connect(bob)
      dialled.catch(() => {})
      stack.lastDial.succeed(rpc)
      return dialled
    },
  ],
]

/** Every rpc of an entry is alive, every call is answered, and nothing is left when all is gone. */
async function expectSound({hub, stack, clock, told}: World, rpc: FakeRpc, asked?: Promise<unknown>) {
  await settled()
  if (!told.ended) {
    const states = [...hub.entries()].map(([, {state}]) => state)
    for (const state of states) expect(state === 'connected' && rpc.closed).toBe(false)
    for (const dial of stack.dials) dial.fail()
    rpc.die()
    await settled()
    // A connect() whose connection ended before it was answered has dialled again.
    for (const dial of stack.dials) dial.fail()
    await settled()
    expect(hub.snapshot().entries).toEqual([])
    hub.close()
  }
  if (asked) expect(await outcome(asked)).not.toBe('pending')
  await settled()
  expect(hub.snapshot().entries).toEqual([])
  expect(hub.stats()).toMatchObject({entries: {connecting: 0, connected: 0, disconnecting: 0}, reserve: 0})
  expect(clock.pending).toBe(0)
}

describe.each(ways)('a connection %s', (_way, make) => {
  describe.each(acts)('that %s', (_act, act) => {
    test.each(readings)('when the hub reads its %s', async (reading) => {
      const world = setup()
      const rpc = rpcThat(reading, (rpc) => act(world, rpc))
      await expectSound(world, rpc, make(world, rpc))
    })
  })
})

test('a stack that announces an rpc while it is asked whether it is ready makes one link of it', async () => {
  const world = setup()
  const {hub, stack} = world
  const dialled = hub.connect(bob)
  const rpc = new FakeRpc(keyOfName('bob'), bob)
  let asked = false
  stack.ready = function ready(this: FakeStack) {
    if (!asked) {
      asked = true
      this.announce(rpc, false)
    }
    return true
  }
  stack.lastDial.callBack(null, rpc)
  expect(await dialled).toBe(rpc)
  expect(hub.stats()).toMatchObject({entries: {connected: 1}, reserve: 0})
  await expectSound(world, rpc, dialled)
})

test.each([
  'on',
  'meta',
  'id',
  'stream',
  'closed',
])('nothing follows the end of a hub that an rpc closes when its %s is read, though its stack tells of no rpcs', async (reading) => {
  const listeners: ((rpc: unknown, isClient: boolean) => void)[] = []
  const hub = new ConnHub({
    addListener: (_name, listener) => listeners.push(listener),
    connect: () => {},
  })
  const rpc = rpcThat(reading, () => hub.close())
  for (const listener of listeners) listener(rpc, false)
  await settled()
  const types: string[] = []
  for await (const {type} of hub.log()) types.push(type)
  expect(types).toEqual(['reset', 'closed'])
  expect(hub.stats().connections).toEqual({inbound: 0, outbound: 0})
})
