import {describe, expect, test} from 'vitest'
import {addressOf, type FakeDial, FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {entry, outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')
const bobAtRoom = addressOf('bob', 'room.example.com')

/** The dial to an address that waits. */
function dialTo(dials: readonly FakeDial[], address: string): FakeDial {
  const dial = dials.find((each) => each.address === address)
  if (!dial) throw new Error(`no dial to ${address}`)
  return dial
}

describe('a peer that connects to us', () => {
  test('makes an entry at its address', () => {
    const {hub, stack, told} = setup()
    const rpc = stack.incoming('bob', bob)
    expect(told.events).toEqual([
      {type: 'connected', address: bob, key: keyOfName('bob'), details: {rpc, isClient: false}},
    ])
    expect(entry(hub, bob)).toMatchObject({state: 'connected', inbound: true, inferredType: 'internet'})
    rpc.die()
    expect(told.events[1]).toEqual({type: 'disconnected', address: bob, key: keyOfName('bob')})
    expect(hub.getState(bob)).toBeUndefined()
  })

  test('joins the oldest entry of its key, whenever the key became known', () => {
    const {hub, stack} = setup()
    const keyless = 'net:bob.example.com:8008'
    hub.connect(keyless).catch(() => {})
    hub.connect(bob).catch(() => {})
    hub.update(keyless, {key: keyOfName('bob')})
    stack.incoming('bob')
    for (const dial of stack.dials) dial.fail()
    expect([hub.getState(keyless), hub.getState(bob)]).toEqual(['connected', undefined])
  })

  test('joins the entry at its address where no entry has its key', () => {
    const {hub, stack} = setup()
    const keyless = 'net:bob.example.com:8008'
    hub.connect(keyless).catch(() => {})
    stack.incoming('bob', keyless)
    stack.lastDial.fail()
    expect(entry(hub, keyless)).toMatchObject({state: 'connected', key: keyOfName('bob')})
  })

  test('waits for the end of a disconnect of its address', async () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    first.closeMode = 'hangs'
    hub.update(bob, {note: 'hi'})
    const disconnected = hub.disconnect(bob)
    const second = stack.incoming('bob', bob)
    told.take()
    expect(hub.getState(bob)).toBe('disconnecting')
    expect(second.closes).toBe(0)
    first.answerCloses()
    expect(await disconnected).toBe(true)
    expect(told.take()).toEqual(['disconnected', 'connected'])
    expect(entry(hub, bob)).toMatchObject({note: 'hi', state: 'connected'})
  })

  test('does not join a disconnecting entry of its key at another address', () => {
    const {hub, stack, told} = setup()
    stack.incoming('bob', bob).closeMode = 'hangs'
    hub.disconnect(bob).catch(() => {})
    stack.incoming('bob', bobAtRoom)
    expect([hub.getState(bob), hub.getState(bobAtRoom)]).toEqual(['disconnecting', 'connected'])
    expect(told.take()).toEqual(['connected', 'disconnecting', 'connected'])
  })

  test.each([
    undefined,
    '',
    'no address!',
    `net:${'a'.repeat(5000)}:1`,
    42,
  ])('is left alone without a valid address (%s), but for reset()', (address) => {
    const {hub, stack, told} = setup()
    const rpc = stack.announce(new FakeRpc(keyOfName('bob'), address as string | undefined), false)
    expect(told.events).toEqual([])
    expect(rpc.closes).toBe(0)
    hub.reset()
    expect(rpc.closed).toBe(true)
  })

  test('and closed before we could look was never connected', () => {
    const {stack, told} = setup()
    const rpc = new FakeRpc(keyOfName('bob'), bob)
    rpc.closed = true
    stack.announce(rpc, false)
    expect(told.events).toEqual([])
  })

  test('with our own key is ignored', () => {
    const {stack, told} = setup()
    const rpc = stack.announce(new FakeRpc(ourKey, bob), false)
    expect(told.events).toEqual([])
    expect(rpc.closes).toBe(0)
  })

  test('and is announced twice is one link', () => {
    const {hub, stack, told} = setup()
    const rpc = stack.incoming('bob', bob)
    stack.emit('rpc:connect', rpc, false)
    rpc.die()
    expect(told.take()).toEqual(['connected', 'disconnected'])
    expect([...hub.entries()]).toEqual([])
  })
})

describe('a link in reserve', () => {
  test('that closes is no event for readers', () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    const data = entry(hub, bob)
    told.takeSnapshots()
    second.die()
    expect(told.take()).toEqual(['connected'])
    expect(told.takeSnapshots()).toEqual([])
    expect(entry(hub, bob)).toBe(data)
    first.die()
    expect(told.take()).toEqual(['disconnected'])
  })

  test('answers a connect() made by the reader of disconnected: nobody dials', async () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    hub.update(bob, {old: true})
    let again: Promise<unknown> | undefined
    hub.listen()(null, () => {
      again = hub.connect(bob, {note: 'hi'})
    })
    first.die()
    expect(await again).toBe(second)
    expect(stack.dials).toEqual([])
    expect(told.take()).toEqual(['connected', 'disconnected', 'connecting', 'connected'])
    expect(entry(hub, bob)).toMatchObject({note: 'hi', old: true, state: 'connected'})
  })

  test('that closes before its entry came again leaves it absent', () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    hub.listen()(null, () => second.die())
    first.die()
    expect(told.take()).toEqual(['connected', 'disconnected'])
    expect([...hub.entries()]).toEqual([])
  })

  test('begins the entry anew: hubBirth is the time of that', () => {
    const {hub, stack, clock} = setup()
    const first = stack.incoming('bob', bob)
    stack.incoming('bob')
    clock.advance(5)
    first.die()
    expect(entry(hub, bob)?.hubBirth).toBe(clock.now())
  })
})

describe('an rpc that ssb.connect() gave to an attempt', () => {
  test('belongs to that attempt, also when two attempts to its key are in flight', async () => {
    const {hub, stack, told} = setup()
    const direct = hub.connect(bob)
    const byRoom = hub.connect(bobAtRoom)
    const roomRpc = dialTo(stack.dials, bobAtRoom).succeed()
    expect(await byRoom).toBe(roomRpc)
    expect(hub.getState(bob)).toBe('connecting')
    const directRpc = dialTo(stack.dials, bob).succeed()
    expect(await direct).toBe(directRpc)
    expect(told.take()).toEqual(['connecting', 'connecting', 'connected', 'connected'])
  })

  test('and is closed already has failed', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.rpc()
    rpc.closed = true
    stack.lastDial.succeed(rpc)
    await expect(connected).rejects.toMatchObject({code: 'ERR_DEAD_ON_ARRIVAL'})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test('moves to its entry where the callback comes late', async () => {
    const {hub, stack, told} = setup()
    const direct = hub.connect(bob)
    const byRoom = hub.connect(bobAtRoom)
    const rpc = stack.announce(dialTo(stack.dials, bobAtRoom).rpc(), true)
    await settled()
    expect([hub.getState(bob), hub.getState(bobAtRoom)]).toEqual(['connected', 'connecting'])
    expect(await direct).toBe(rpc)
    dialTo(stack.dials, bobAtRoom).callBack(null, rpc)
    expect(await byRoom).toBe(rpc)
    expect([hub.getState(bob), hub.getState(bobAtRoom)]).toEqual([undefined, 'connected'])
    expect(told.take()).toEqual(['connecting', 'connecting', 'connected', 'disconnected', 'connected'])
  })

  test('stays where it is when it was accepted there before the callback came', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const rpc = stack.announce(stack.lastDial.rpc(), true)
    await settled()
    expect(await connected).toBe(rpc)
    stack.lastDial.callBack(null, rpc)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(await hub.disconnect(bob)).toBe(true)
  })

  test('is closed where the callback comes late and the attempt was called off', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    await hub.disconnect(bob)
    await expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    const rpc = stack.announce(stack.lastDial.rpc(), true)
    await settled()
    stack.lastDial.callBack(null, rpc)
    await settled()
    expect(rpc.closed).toBe(true)
    expect(hub.getState(bob)).toBeUndefined()
    expect(told.states.size).toBe(0)
  })

  test('moves as one act: a reader of its old entry’s end finds it in its new one', async () => {
    const {hub, stack, told} = setup()
    hub.connect(bob).catch(() => {})
    const byRoom = hub.connect(bobAtRoom)
    const rpc = stack.announce(dialTo(stack.dials, bobAtRoom).rpc(), true)
    await settled()
    const seen: unknown[] = []
    let disconnected: Promise<boolean> | undefined
    hub.listen()(null, () => {
      seen.push(hub.getState(bob), hub.getState(bobAtRoom))
      stack.emit('rpc:connect', rpc, true)
      disconnected = hub.disconnect(bobAtRoom)
    })
    dialTo(stack.dials, bobAtRoom).callBack(null, rpc)
    expect(seen).toEqual([undefined, 'connected'])
    await expect(byRoom).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(await disconnected).toBe(true)
    expect(rpc.closed).toBe(true)
    expect(told.states.size).toBe(0)
  })
})

describe('an outgoing rpc that nobody of ours claims', () => {
  test('is of another plugin: it gets an entry at the end of the tick', async () => {
    const {hub, stack, told} = setup()
    const rpc = stack.dialByPlugin('bob')
    expect(told.events).toEqual([])
    await settled()
    expect(told.events[0]?.details).toEqual({rpc, isClient: true})
    expect(entry(hub, bob)).toMatchObject({state: 'connected', inbound: false})
  })

  test('and closed within the tick was never there', async () => {
    const {stack, told} = setup()
    stack.dialByPlugin('bob').die()
    await settled()
    expect(told.events).toEqual([])
  })

  test('two of one peer: one is announced, one in reserve', async () => {
    const {stack, told} = setup()
    const first = stack.dialByPlugin('bob')
    const second = stack.dialByPlugin('bob')
    await settled()
    first.die()
    second.die()
    expect(told.take()).toEqual(['connected', 'disconnected', 'connected', 'disconnected'])
  })

  test('is closed by a reset() in the same tick', async () => {
    const {hub, stack, told} = setup()
    const rpc = stack.dialByPlugin('bob')
    hub.reset()
    await settled()
    expect(rpc.closed).toBe(true)
    expect(told.events).toEqual([])
  })
})

describe('where ssb.ready() is false', () => {
  test('a new rpc is closed at once', () => {
    const {stack, told} = setup()
    stack.isReady = false
    expect(stack.incoming('bob').closed).toBe(true)
    expect(told.events).toEqual([])
  })

  test('an attempt of ours has failed', async () => {
    const {hub, stack, told} = setup()
    stack.isReady = false
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    await expect(connected).rejects.toMatchObject({code: 'ERR_NOT_READY'})
    expect(rpc.closed).toBe(true)
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })
})

test('connect() to an address whose attempt never calls back stays pending until it is called off', async () => {
  const {hub} = setup()
  const connected = hub.connect(bob)
  expect(await outcome(connected)).toBe('pending')
  await hub.disconnect(bob)
  expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
})

describe('an entry that has just ended, with a link left', () => {
  test('comes again with that one, also where another arrives while readers are told of the end', () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    const left = stack.incoming('bob', bob)
    told.take()
    const read = hub.listen()
    let late: FakeRpc | undefined
    read(null, () => {
      late = stack.incoming('bob', bob)
    })
    first.die()
    expect(told.events.map(({type, details}) => [type, details])).toEqual([
      ['disconnected', undefined],
      ['connected', {rpc: left, isClient: false}],
    ])
    expect(hub.stats().reserve).toBe(1)
    left.die()
    expect(told.events.at(-1)).toMatchObject({type: 'connected', details: {rpc: late}})
  })

  test('is not brought back before the readers were told of a later end', () => {
    const {hub, stack} = setup()
    const seen: string[] = []
    const first = stack.incoming('bob', bob)
    const read = hub.listen()
    read(null, () => {
      // A new entry at the same address has two links, and loses one while readers hear of an older end.
      hub.reset()
      const second = stack.incoming('bob', bob)
      stack.incoming('bob', bob)
      second.die()
      const next = () =>
        read(null, (end, event) => {
          if (end || !event) return
          seen.push(`${event.type}, and then ${hub.getState(bob)}`)
          next()
        })
      next()
    })
    first.die()
    expect(seen).toEqual([
      'connected, and then undefined',
      'disconnected, and then undefined',
      'connected, and then connected',
    ])
  })
})
