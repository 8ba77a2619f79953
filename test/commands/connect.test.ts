import {describe, expect, test} from 'vitest'
import {ConnHubError} from '../../src/types'
import {addressOf, FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {entry, outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')

describe('connect() to an absent address', () => {
  test('dials once, tells of it, and resolves with the rpc', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    expect(told.take()).toEqual(['connecting'])
    expect(hub.getState(bob)).toBe('connecting')
    expect(stack.dials.map(({address}) => address)).toEqual([bob])
    const rpc = stack.lastDial.succeed()
    expect(told.events).toEqual([
      {type: 'connected', address: bob, key: keyOfName('bob'), details: {rpc, isClient: true}},
    ])
    expect(hub.getState(bob)).toBe('connected')
    expect(await connected).toBe(rpc)
  })

  test('rejects with the error of the dial, the same object, and the entry is gone', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const error = new Error('refused')
    stack.lastDial.fail(error)
    expect(told.events[1]).toEqual({
      type: 'connecting-failed',
      address: bob,
      key: keyOfName('bob'),
      details: error,
    })
    expect(hub.getState(bob)).toBeUndefined()
    expect(await outcome(connected)).toEqual({rejected: error})
    await expect(connected).rejects.toBe(error)
  })

  test.each([
    'a string',
    42,
    {code: 'ECONNREFUSED'},
  ])('passes on an error that is not an Error: %j', async (error) => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    stack.lastDial.fail(error)
    await expect(connected).rejects.toBe(error)
    expect(told.events[1]?.details).toBe(error)
  })

  test('a dial that throws is a failed dial', async () => {
    const {hub, stack, told} = setup()
    const error = new RangeError('port out of range')
    stack.onDial = () => {
      throw error
    }
    await expect(hub.connect(bob)).rejects.toBe(error)
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test('a dial that throws undefined is a failed dial', async () => {
    const {hub, stack, told} = setup()
    stack.onDial = () => {
      throw undefined
    }
    expect(await outcome(hub.connect(bob))).toEqual({rejected: undefined})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test('a dial that calls back with nothing has failed', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    stack.lastDial.callBack()
    await expect(connected).rejects.toMatchObject({code: 'ERR_NO_RPC'})
  })

  test('a dial may call back in the same tick', async () => {
    const {hub, stack, told} = setup()
    stack.onDial = (dial) => dial.succeed()
    expect(await hub.connect(bob)).toBeInstanceOf(FakeRpc)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test('a dial that calls back twice is answered once, and its second rpc is closed', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    stack.lastDial.fail()
    stack.lastDial.callBack(null, rpc)
    const second = stack.lastDial.succeed()
    await settled()
    expect(await connected).toBe(rpc)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(rpc.closed).toBe(false)
    expect(second.closed).toBe(true)
  })

  test('a dial that fails and then succeeds has failed, and its rpc is closed', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    stack.lastDial.fail()
    const late = stack.lastDial.succeed()
    await expect(connected).rejects.toThrow('connection refused')
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
    expect(late.closed).toBe(true)
  })

  test('calls ssb.connect as a method, as it is hooked at the time', async () => {
    const {hub, stack} = setup()
    const original = stack.connect
    const hooked: unknown[] = []
    stack.connect = function (this: unknown, address, callback) {
      hooked.push(this)
      original.call(stack, address, callback)
    }
    stack.onDial = (dial) => dial.succeed()
    await hub.connect(bob)
    expect(hooked).toEqual([stack])
  })

  test('settles its promise after the readers were told', async () => {
    const {hub, stack, told} = setup()
    const order: string[] = []
    const connected = hub.connect(bob).then(() => order.push(`settled after ${told.events.length}`))
    stack.lastDial.succeed()
    order.push('told')
    await connected
    expect(order).toEqual(['told', 'settled after 2'])
  })
})

describe('connect() to an address that is connecting', () => {
  test('joins the attempt in flight: one dial, the same rpc', async () => {
    const {hub, stack, told} = setup()
    const all = [hub.connect(bob), hub.connect(bob), hub.connect(bob)]
    expect(stack.dials.length).toBe(1)
    const rpc = stack.lastDial.succeed()
    expect(await Promise.all(all)).toEqual([rpc, rpc, rpc])
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test('joins the failure too', async () => {
    const {hub, stack} = setup()
    const all = [hub.connect(bob), hub.connect(bob)]
    const error = new Error('refused')
    stack.lastDial.fail(error)
    for (const connected of all) await expect(connected).rejects.toBe(error)
  })

  test('keeps its data', () => {
    const {hub} = setup()
    void hub.connect(bob, {a: 1})
    void hub.connect(bob, {b: 2})
    expect(entry(hub, bob)).toMatchObject({a: 1, b: 2, state: 'connecting'})
  })
})

describe('connect() to an address that is connected', () => {
  test('resolves with the live rpc, without a dial, and keeps its data', async () => {
    const {hub, stack, told} = setup()
    stack.onDial = (dial) => dial.succeed()
    const rpc = await hub.connect(bob)
    expect(await hub.connect(bob, {note: 'hi'})).toBe(rpc)
    expect(stack.dials.length).toBe(1)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(entry(hub, bob)).toMatchObject({note: 'hi', state: 'connected'})
  })
})

describe('connect() to an address that is disconnecting', () => {
  async function disconnecting() {
    const hub = setup()
    hub.stack.onDial = (dial) => {
      const rpc = dial.rpc()
      rpc.closeMode = 'hangs'
      dial.succeed(rpc)
    }
    const rpc = (await hub.hub.connect(bob, {old: true})) as FakeRpc
    const disconnected = hub.hub.disconnect(bob)
    hub.stack.onDial = undefined
    hub.told.take()
    return {...hub, rpc, disconnected}
  }

  test('waits for the end, then dials once, with the data of all who waited', async () => {
    const {hub, stack, told, rpc, disconnected} = await disconnecting()
    const all = [hub.connect(bob, {a: 1}), hub.connect(bob, {b: 2})]
    expect(stack.dials.length).toBe(1)
    expect(entry(hub, bob)).toMatchObject({a: 1, b: 2, old: true, state: 'disconnecting'})
    rpc.answerCloses()
    expect(await disconnected).toBe(true)
    expect(stack.dials.length).toBe(2)
    expect(entry(hub, bob)).toMatchObject({a: 1, b: 2, state: 'connecting'})
    expect(entry(hub, bob)).not.toHaveProperty('old')
    const next = stack.lastDial.succeed()
    expect(await Promise.all(all)).toEqual([next, next])
    expect(told.take()).toEqual(['disconnected', 'connecting', 'connected'])
  })

  test('rejects as that dial does', async () => {
    const {hub, stack, rpc} = await disconnecting()
    const connected = hub.connect(bob)
    rpc.answerCloses()
    const error = new Error('refused')
    stack.lastDial.fail(error)
    await expect(connected).rejects.toBe(error)
  })

  test('gets the live rpc if the disconnect fails', async () => {
    const {hub, stack, told, rpc, disconnected} = await disconnecting()
    const connected = hub.connect(bob, {a: 1})
    rpc.answerCloses(new Error('no'))
    await expect(disconnected).rejects.toThrow('no')
    expect(await connected).toBe(rpc)
    expect(stack.dials.length).toBe(1)
    expect(told.take()).toEqual(['disconnecting-failed'])
    expect(entry(hub, bob)).toMatchObject({a: 1, state: 'connected'})
  })

  test('gets the rpc of a peer that connected meanwhile', async () => {
    const {hub, stack, told, rpc, disconnected} = await disconnecting()
    const connected = hub.connect(bob, {a: 1})
    const incoming = stack.incoming('bob', bob)
    expect(told.take()).toEqual([])
    rpc.answerCloses()
    expect(await disconnected).toBe(true)
    expect(await connected).toBe(incoming)
    expect(stack.dials.length).toBe(1)
    expect(told.take()).toEqual(['disconnected', 'connected'])
    expect(entry(hub, bob)).toMatchObject({a: 1, state: 'connected', inbound: true})
  })

  test.each(['disconnect', 'reset', 'close'] as const)('is called off by %s()', async (method) => {
    const {hub, stack, rpc} = await disconnecting()
    const connected = hub.connect(bob)
    void hub[method](bob)
    rpc.answerCloses()
    await expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(stack.dials.length).toBe(1)
  })
})

describe('connect() to ourselves', () => {
  test('resolves with false, and nothing happens', async () => {
    const {hub, stack, told} = setup()
    expect(await hub.connect(addressOf('us'))).toBe(false)
    expect(await hub.connect('net:example.com:8008', {key: ourKey})).toBe(false)
    expect(told.events).toEqual([])
    expect(stack.dials).toEqual([])
    expect([...hub.entries()]).toEqual([])
  })

  test('by an address that does not tell, the attempt fails and the rpc is closed', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect('net:example.com:8008')
    const rpc = stack.lastDial.succeed(new FakeRpc(ourKey))
    await expect(connected).rejects.toMatchObject({code: 'ERR_SELF'})
    expect(rpc.closed).toBe(true)
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })
})

describe('an attempt that is called off', () => {
  test.each([
    'disconnect',
    'reset',
    'close',
  ] as const)('by %s() rejects with a code of its own, and its late rpc is closed and not heard of', async (method) => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    void hub[method](bob)
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
    const error = await connected.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConnHubError)
    expect(error).toMatchObject({code: 'ERR_CALLED_OFF'})
    const late = stack.lastDial.succeed()
    await settled()
    expect(late.closed).toBe(true)
    expect(told.events).toEqual([])
  })

  test('does not hear when its dial fails later', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    expect(await hub.disconnect(bob)).toBe(true)
    stack.lastDial.fail()
    await expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('does not disturb the next attempt', async () => {
    const {hub, stack, told} = setup()
    const first = hub.connect(bob)
    await hub.disconnect(bob)
    const second = hub.connect(bob)
    const late = stack.dials[0]?.succeed()
    expect(hub.getState(bob)).toBe('connecting')
    const rpc = stack.dials[1]?.succeed()
    await expect(first).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(await second).toBe(rpc)
    expect(late?.closed).toBe(true)
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected', 'connecting', 'connected'])
  })

  test('from a reader, before it was dialled, is never dialled', async () => {
    const {hub, stack, told} = setup()
    const {hub: other} = setup()
    other.close()
    let disconnected: Promise<boolean> | undefined
    hub.listen()(null, () => {
      disconnected = hub.disconnect(bob)
    })
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(await disconnected).toBe(true)
    expect(stack.dials).toEqual([])
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })
})
