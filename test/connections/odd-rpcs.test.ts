import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import type {LogItem} from '../../src/types'
import {addressOf, FakeRpc, FakeStack, keyOfName} from '../kit/fake-stack'
import {outcome, settled, setup, watch} from '../kit/setup'

const bob = addressOf('bob')
const keyless = 'net:keyless.example.com:8008'

/** The types in the log, with causes. */
function caused(hub: InstanceType<typeof ConnHub>): string[] {
  const types: string[] = []
  const read = hub.log()
  let ended = false
  const onItem = (end: unknown, item?: LogItem) => {
    if (end) ended = true
    else if (item && 'cause' in item) types.push(`${item.cause} ${item.type}`)
  }
  while (!ended) read(null, onItem)
  return types
}

/** An rpc that does something when somebody begins to listen for its end. */
function whenListened(rpc: FakeRpc, then: (rpc: FakeRpc, listener: () => void) => void): FakeRpc {
  const on = rpc.on.bind(rpc)
  rpc.on = (event, listener) => {
    on(event, listener)
    then(rpc, listener as () => void)
    return rpc
  }
  return rpc
}

describe('an rpc that ends as it is taken in', () => {
  const endings: [string, (rpc: FakeRpc, listener: () => void) => void][] = [
    ['by saying so at once, though it does not look closed', (_rpc, listener) => listener()],
    [
      'by looking closed, without saying so',
      (rpc) => {
        rpc.closed = true
      },
    ],
    ['both ways', (rpc) => rpc.die()],
  ]

  test.each(endings)('%s, gets no entry, and is not listened to any more', (_, end) => {
    const {hub, stack, told} = setup()
    const rpc = whenListened(new FakeRpc(keyOfName('bob'), bob), end)
    stack.emit('rpc:connect', rpc, false)
    expect(told.take()).toEqual([])
    expect(hub.getState(bob)).toBeUndefined()
    expect(rpc.listenerCount('closed')).toBe(0)
  })

  test.each(endings)('%s, may end once more, though it cannot be left', (_, end) => {
    const {stack, told} = setup()
    const rpc = whenListened(new FakeRpc(keyOfName('bob'), bob), end)
    Object.assign(rpc, {removeListener: undefined})
    stack.emit('rpc:connect', rpc, false)
    expect(() => rpc.emit('closed')).not.toThrow()
    expect(told.take()).toEqual([])
  })

  test.each(endings)('%s, fails the attempt whose dial gave it', async (_, end) => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const rpc = whenListened(stack.lastDial.rpc(), end)
    stack.lastDial.callBack(null, rpc)
    await expect(connected).rejects.toMatchObject({code: 'ERR_DEAD_ON_ARRIVAL'})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test.each([
    'closes',
    'hangs',
  ] as const)('by a reset, and %s then, is not taken in, and a new entry of its address stays', async (mode) => {
    const {hub, stack, told} = setup()
    let wasReset = false
    const rpc = whenListened(new FakeRpc(keyOfName('bob'), bob), () => {
      if (wasReset) return
      wasReset = true
      hub.reset()
      hub.connect(bob).catch(() => {})
    })
    rpc.closeMode = mode
    stack.peers[rpc.id] = [rpc]
    stack.emit('rpc:connect', rpc, false)
    expect(rpc.closes).toBe(1)
    expect(told.take()).toEqual(['connecting'])
    const late = stack.lastDial.succeed()
    expect(told.take()).toEqual(['connected'])
    expect(await hub.connect(bob)).toBe(late)
  })
})

describe('an rpc that closes without a word', () => {
  test('and without looking closed, does not come again at the end of its tick', async () => {
    const {hub, stack, told} = setup()
    void hub.connect(bob)
    const rpc = stack.lastDial.rpc()
    rpc.close = (_error, callback = () => {}) => callback()
    stack.lastDial.succeed(rpc)
    void hub.disconnect(bob)
    await settled()
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    expect(hub.getState(bob)).toBeUndefined()
  })

  test('after its close had timed out, ends its entry', async () => {
    const {hub, stack, clock, told} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    const refused = hub.disconnect(bob)
    clock.advance(1000)
    await expect(refused).rejects.toMatchObject({code: 'ERR_CLOSE_TIMEOUT'})
    rpc.answerCloses()
    expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnecting-failed', 'disconnected'])
    expect(caused(hub).at(-1)).toBe('stack disconnected')
  })

  test('when it was heard closing before, changes nothing of the entry that came after it', () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    first.closeMode = 'hangs'
    void hub.disconnect(bob)
    first.die()
    const second = stack.incoming('bob', bob)
    expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected', 'connected'])
    first.answerCloses()
    expect(told.take()).toEqual([])
    expect(caused(hub)).toHaveLength(4)
    expect(second.closed).toBe(false)
  })
})

test('an rpc that is announced twice in one tick, in both directions, is one link', async () => {
  const {hub, stack} = setup()
  const rpc = new FakeRpc(keyOfName('bob'), bob)
  stack.announce(rpc, true)
  stack.emit('rpc:connect', rpc, false)
  await settled()
  expect(caused(hub)).toEqual(['remote connected'])
})

test('an rpc whose close() resets the hub leaves no timer', async () => {
  const {hub, stack, clock, told} = setup()
  const rpc = stack.incoming('bob', bob)
  rpc.close = (_error, callback = () => {}) => {
    if (rpc.closes++ === 0) hub.reset()
    callback()
  }
  expect(await outcome(hub.disconnect(bob))).toEqual({resolved: true})
  expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected'])
  expect(clock.pending).toBe(0)
})

test('an rpc that a reset let go, and the stack announces again, gets no entry', () => {
  const {hub, stack, told} = setup()
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  const announceAgain = () => {
    const read = hub.log({old: false, live: true})
    read(null, () => stack.emit('rpc:connect', rpc, false))
  }
  announceAgain()
  hub.reset()
  expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected'])
})

test('an rpc that a reset let go, and a dial gives again, fails the dial', async () => {
  const {hub, stack, told} = setup()
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  hub.reset()
  told.take()
  const connected = hub.connect(bob)
  stack.lastDial.callBack(null, rpc)
  await expect(connected).rejects.toMatchObject({code: 'ERR_DEAD_ON_ARRIVAL'})
  expect(told.take()).toEqual(['connecting', 'connecting-failed'])
})

test('an rpc that resets do not close is asked again by each, and listened to once', () => {
  const {hub, stack} = setup()
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  const others = rpc.listenerCount('closed') - 1
  hub.reset()
  expect([rpc.closes, rpc.listenerCount('closed') - others]).toEqual([1, 1])
  hub.reset()
  expect([rpc.closes, rpc.listenerCount('closed') - others]).toEqual([2, 1])
})

describe('where neither the stack nor the rpc has a key', () => {
  class AnonymousStack extends FakeStack {
    override readonly id = undefined as unknown as string
  }
  const start = () => {
    const stack = new AnonymousStack()
    const hub = new ConnHub(stack)
    return {hub, stack, told: watch(hub)}
  }

  test('they are not taken for one', () => {
    const {hub, stack, told} = start()
    const rpc = new FakeRpc('', keyless)
    stack.announce(rpc, false)
    expect(told.events).toEqual([
      {type: 'connected', address: keyless, key: undefined, details: {rpc, isClient: false}},
    ])
    expect(hub.getState(keyless)).toBe('connected')
  })

  test('an address without one can be dialled', async () => {
    const {hub, stack, told} = start()
    const connected = hub.connect(keyless)
    const rpc = new FakeRpc('', keyless)
    stack.lastDial.succeed(rpc)
    expect(await connected).toBe(rpc)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })
})
