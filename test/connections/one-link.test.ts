import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {addressOf, FakeRpc, FakeStack, keyOfName, ourKey} from '../kit/fake-stack'
import {outcome, settled, setup, uncaught, watch} from '../kit/setup'

// One connection is one link, whatever stands for it; and what was connected before a hub was made is taken in.

const bob = addressOf('bob')

/** What a hook makes of an rpc: it has the rpc's stream, and is another object. */
const wrapped = (rpc: FakeRpc) =>
  new Proxy(rpc, {
    get(target, name) {
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

describe('a hook of ssb.connect() that wraps the rpc (I8)', () => {
  test.each(['in the same tick', 'later'])('and calls back %s makes one link, told once', async (when) => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const dial = stack.lastDial
    const rpc = stack.announce(dial.rpc(), true)
    const wrapper = wrapped(rpc)
    if (when === 'later') await settled()
    dial.callBack(null, wrapper)
    expect(await connected).toBe(when === 'later' ? rpc : wrapper)
    expect(hub.stats()).toMatchObject({entries: {connected: 1}, reserve: 0})
    expect(told.events.at(-1)?.details).toMatchObject({isClient: true})
    rpc.die()
    await settled()
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnected'])
    expect(rpc.listenerCount('closed')).toBe(0)
  })

  test('is closed once, as the hook gave it', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    const rpc = stack.announce(stack.lastDial.rpc(), true)
    stack.lastDial.callBack(null, wrapped(rpc))
    await connected
    expect(await hub.disconnect(bob)).toBe(true)
    expect(rpc.closes).toBe(1)
  })

  test('of an attempt that was called off: the rpc is closed, and nobody hears of it (I9)', async () => {
    const {hub, stack, told} = setup()
    hub.connect(bob).catch(() => {})
    await hub.disconnect(bob)
    const rpc = stack.announce(stack.lastDial.rpc(), true)
    stack.lastDial.callBack(null, wrapped(rpc))
    await settled()
    expect(rpc.closed).toBe(true)
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })
})

describe('an async hook of ssb.connect()', () => {
  function hubWith(connect: (this: FakeStack, ...args: Parameters<FakeStack['connect']>) => unknown) {
    const stack = Object.assign(new FakeStack(), {connect})
    const hub = new ConnHub(stack)
    return {hub, stack, told: watch(hub)}
  }

  test('that rejects is a failed dial', async () => {
    const error = new Error('the hook refused')
    const {hub, told} = hubWith(() => Promise.reject(error))
    await expect(hub.connect(bob)).rejects.toBe(error)
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test('that calls back, and rejects afterwards, has called back', async () => {
    const {hub, stack, told} = hubWith(function (this: FakeStack, address, callback) {
      const rpc = new FakeRpc(keyOfName('bob'), address)
      this.announce(rpc, true)
      callback(null, rpc)
      return Promise.reject(new Error('too late'))
    })
    expect(await hub.connect(bob)).toBe(stack.peers[keyOfName('bob')]?.[0])
    await settled()
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test.each([
    ['a promise that is fulfilled', () => Promise.resolve()],
    ['what is no promise', () => ({})],
    [
      'a promise that is rejected with nothing',
      // The dial has failed, whatever it was rejected with.
      () => Promise.reject(undefined),
    ],
  ])('that returns %s', async (what, connect) => {
    const {hub} = hubWith(connect)
    const connected = hub.connect(bob)
    if (what.includes('rejected')) expect(await outcome(connected)).toEqual({rejected: undefined})
    else expect(await outcome(connected)).toBe('pending')
  })
})

describe('a hub that is made while connections are open', () => {
  test('takes them in, by their address, as links of which it is not known who made them', async () => {
    const stack = new FakeStack()
    const rpc = stack.incoming('bob', bob)
    const closed = new FakeRpc(keyOfName('dead'), addressOf('dead'))
    closed.closed = true
    stack.peers[closed.id] = [closed]
    stack.peers[ourKey] = [new FakeRpc(ourKey, addressOf('us'))]
    stack.peers[keyOfName('nowhere')] = [new FakeRpc(keyOfName('nowhere'))]
    const hub = new ConnHub(stack)
    const told = watch(hub)
    expect(Array.from(hub.entries(), ([address, {state}]) => [address, state])).toEqual([[bob, 'connected']])
    expect(await hub.connect(bob)).toBe(rpc)
    expect(stack.dials).toEqual([])
    rpc.die()
    expect(told.take()).toEqual(['disconnected'])
    expect([...hub.entries()]).toEqual([])
  })

  test('has one entry of a peer with several of them', () => {
    const stack = new FakeStack()
    stack.incoming('bob', bob)
    stack.incoming('bob')
    const hub = new ConnHub(stack)
    expect(hub.stats()).toMatchObject({entries: {connected: 1}, reserve: 1})
  })
})

describe('an rpc in ssb.peers that never tells of its end', () => {
  test('is listened to once, however often the hub is reset', () => {
    const {hub, stack} = setup()
    const rpc = new FakeRpc(keyOfName('bob'), bob)
    rpc.close = (_error, callback = () => {}) => callback()
    stack.peers[rpc.id] = [rpc]
    for (let i = 0; i < 11; i++) hub.reset()
    expect(rpc.listenerCount('closed')).toBeLessThanOrEqual(1)
    rpc.closeMode = 'hangs'
    Reflect.deleteProperty(rpc, 'close')
    for (let i = 0; i < 11; i++) hub.reset()
    expect(rpc.listenerCount('closed')).toBe(1)
  })
})

describe('an rpc whose close throws', () => {
  /** As muxrpc does it: a callback of the app throws inside the first close, and the second one closes. */
  function throwsOnce(rpc: FakeRpc) {
    const error = new Error('the app’s callback threw')
    const close = rpc.close.bind(rpc)
    let calls = 0
    rpc.close = (abort, callback) => {
      if (calls++ === 0) throw error
      return close(abort, callback)
    }
    return error
  }

  test.each([
    'reset',
    'disconnect',
  ] as const)('once is closed by %s(), and what it threw surfaces', async (command) => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    const error = throwsOnce(rpc)
    const errors = await uncaught(async () => {
      if (command === 'reset') hub.reset()
      else expect(await hub.disconnect(bob)).toBe(true)
    })
    expect(rpc.closed).toBe(true)
    expect(errors).toEqual([error])
  })

  test('every time: that is the error of the disconnect, and nobody’s of a reset', async () => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'throws'
    const errors = await uncaught(async () => {
      await expect(hub.disconnect(bob)).rejects.toThrow('close failed')
      hub.reset()
    })
    expect(errors).toEqual([])
    expect(rpc.closes).toBe(4)
  })
})
