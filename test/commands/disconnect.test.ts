import {describe, expect, test} from 'vitest'
import {addressOf, type CloseMode, FakeRpc, keyOfName} from '../kit/fake-stack'
import {entry, outcome, setup} from '../kit/setup'

const bob = addressOf('bob')

/** A hub that is connected to bob, by a link that closes as it is told to. */
async function connected(closeMode: CloseMode = 'closes') {
  const world = setup()
  world.stack.onDial = (dial) => {
    const rpc = dial.rpc()
    rpc.closeMode = closeMode
    dial.succeed(rpc)
  }
  const rpc = (await world.hub.connect(bob, {note: 'hi'})) as FakeRpc
  world.told.take()
  world.told.takeSnapshots()
  return {...world, rpc}
}

test('disconnect() from an absent address resolves with false, and nothing happens', async () => {
  const {hub, told} = setup()
  expect(await hub.disconnect(bob)).toBe(false)
  expect(told.events).toEqual([])
})

test('disconnect() from a connecting address calls the attempt off at once', async () => {
  const {hub, told} = setup()
  const attempt = hub.connect(bob)
  expect(await hub.disconnect(bob)).toBe(true)
  expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  expect(hub.getState(bob)).toBeUndefined()
  await expect(attempt).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
})

describe('disconnect() from a connected address', () => {
  test.each(['closes', 'is silent'] as const)('by a link that %s ends the entry', async (mode) => {
    const {hub, told, rpc} = await connected(mode)
    expect(await hub.disconnect(bob)).toBe(true)
    expect(rpc.closes).toBe(1)
    expect(told.events).toEqual([
      {type: 'disconnecting', address: bob, key: keyOfName('bob')},
      {type: 'disconnected', address: bob, key: keyOfName('bob')},
    ])
    expect([...hub.entries()]).toEqual([])
  })

  test('ends when the link is heard closing, although its close never calls back', async () => {
    const {hub, told, rpc} = await connected('hangs')
    const disconnected = hub.disconnect(bob)
    expect(hub.getState(bob)).toBe('disconnecting')
    rpc.die()
    expect(await disconnected).toBe(true)
    rpc.answerCloses()
    rpc.answerCloses(new Error('late'))
    expect(told.take()).toEqual(['disconnecting', 'disconnected'])
  })

  test.each(['fails', 'throws'] as const)('by a link whose close %s leaves it connected', async (mode) => {
    const {hub, told, rpc} = await connected(mode)
    await expect(hub.disconnect(bob)).rejects.toBe(rpc.closeError)
    expect(told.events).toEqual([
      {type: 'disconnecting', address: bob, key: keyOfName('bob')},
      {type: 'disconnecting-failed', address: bob, key: keyOfName('bob'), details: rpc.closeError},
    ])
    expect(entry(hub, bob)).toMatchObject({state: 'connected', note: 'hi', inbound: false})
    expect(await hub.connect(bob)).toBe(rpc)
    rpc.closeMode = 'closes'
    expect(await hub.disconnect(bob)).toBe(true)
  })

  test('passes on an error that is not an Error', async () => {
    const {hub, told, rpc} = await connected('fails')
    rpc.closeError = 'just text'
    expect(await outcome(hub.disconnect(bob))).toEqual({rejected: 'just text'})
    expect(told.events[1]?.details).toBe('just text')
  })

  test('fails after closeTimeout, and its link ends the entry when it closes after all', async () => {
    const {hub, told, rpc, clock} = await connected('hangs')
    const disconnected = hub.disconnect(bob)
    clock.advance(999)
    expect(hub.getState(bob)).toBe('disconnecting')
    clock.advance(1)
    await expect(disconnected).rejects.toMatchObject({code: 'ERR_CLOSE_TIMEOUT'})
    expect(clock.pending).toBe(0)
    rpc.answerCloses()
    expect(told.take()).toEqual(['disconnecting', 'disconnecting-failed', 'disconnected'])
  })

  test('leaves no timer when it ends in time', async () => {
    const {hub, rpc, clock} = await connected('hangs')
    const disconnected = hub.disconnect(bob)
    expect(clock.pending).toBe(1)
    rpc.answerCloses()
    await disconnected
    expect(clock.pending).toBe(0)
  })

  test('lets an rpc go that has neither close nor on', async () => {
    const {hub, stack, told} = setup()
    const rpc = {id: keyOfName('bob')}
    stack.onDial = (dial) => dial.callBack(null, rpc)
    expect(await hub.connect(bob)).toBe(rpc)
    expect(await hub.disconnect(bob)).toBe(true)
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
  })
})

test('disconnect() from a disconnecting address joins: the same outcome', async () => {
  const {hub, told, rpc} = await connected('hangs')
  const both = [hub.disconnect(bob), hub.disconnect(bob)]
  rpc.answerCloses()
  expect(await Promise.all(both)).toEqual([true, true])
  expect(told.take()).toEqual(['disconnecting', 'disconnected'])
})

describe('disconnect() from an entry of two links', () => {
  async function twoLinks(first: CloseMode, second: CloseMode) {
    const world = await connected(first)
    const reserve = new FakeRpc(keyOfName('bob'), 'net:192.0.2.1:50000')
    reserve.closeMode = second
    world.stack.announce(reserve, false)
    return {...world, reserve}
  }

  test('closes both, and ends when both have answered', async () => {
    const {hub, told, rpc, reserve} = await twoLinks('hangs', 'hangs')
    const disconnected = hub.disconnect(bob)
    reserve.answerCloses()
    expect(await outcome(disconnected)).toBe('pending')
    rpc.answerCloses()
    expect(await disconnected).toBe(true)
    expect(told.take()).toEqual(['disconnecting', 'disconnected'])
  })

  test('rejects with the first error when both fail, and the entry is as before', async () => {
    const {hub, told, rpc, reserve} = await twoLinks('hangs', 'hangs')
    const disconnected = hub.disconnect(bob)
    const first = new Error('first')
    reserve.answerCloses(first)
    rpc.answerCloses(new Error('second'))
    await expect(disconnected).rejects.toBe(first)
    expect(told.take()).toEqual(['disconnecting', 'disconnecting-failed'])
    expect(await hub.connect(bob)).toBe(rpc)
  })

  test('goes on with the reserve when the announced link closed and the reserve did not', async () => {
    const {hub, told, rpc, reserve} = await twoLinks('closes', 'fails')
    await expect(hub.disconnect(bob)).rejects.toBe(reserve.closeError)
    expect(told.events.map(({type, details}) => [type, details])).toEqual([
      ['disconnecting', undefined],
      ['disconnecting-failed', reserve.closeError],
      ['disconnected', undefined],
      ['connected', {rpc: reserve, isClient: false}],
    ])
    expect(rpc.closed).toBe(true)
    expect(entry(hub, bob)).toMatchObject({note: 'hi', inbound: true, state: 'connected'})
    expect(await hub.connect(bob)).toBe(reserve)
  })

  test('goes on with the announced link when only the reserve closed', async () => {
    const {hub, told, rpc} = await twoLinks('fails', 'closes')
    await expect(hub.disconnect(bob)).rejects.toBe(rpc.closeError)
    expect(told.take()).toEqual(['disconnecting', 'disconnecting-failed'])
    rpc.die()
    expect(told.take()).toEqual(['disconnected'])
    expect([...hub.entries()]).toEqual([])
  })

  test('ends the entry when a close failed and yet both links are gone at the end', async () => {
    const {hub, told, rpc, reserve} = await twoLinks('hangs', 'hangs')
    const disconnected = hub.disconnect(bob)
    const error = new Error('no')
    rpc.answerCloses(error)
    rpc.die()
    reserve.answerCloses()
    await expect(disconnected).rejects.toBe(error)
    expect(told.take()).toEqual(['disconnecting', 'disconnecting-failed', 'disconnected'])
    expect([...hub.entries()]).toEqual([])
  })

  test('a connect() that waited gets the reserve where that is what is left', async () => {
    const {hub, stack, rpc, reserve} = await twoLinks('hangs', 'hangs')
    hub.disconnect(bob).catch(() => {})
    const waiting = hub.connect(bob)
    rpc.answerCloses()
    rpc.die()
    reserve.answerCloses(new Error('no'))
    expect(await waiting).toBe(reserve)
    expect(stack.dials.length).toBe(1)
  })

  test('a connect() from the reader of a failed disconnect whose links are all gone dials anew', async () => {
    const {hub, stack, rpc, reserve} = await twoLinks('hangs', 'hangs')
    let again: Promise<unknown> | undefined
    hub.listen()(null, function read(_end, event) {
      if (event?.type === 'disconnecting-failed') again = hub.connect(bob)
      else hub.listen()(null, read)
    })
    hub.disconnect(bob).catch(() => {})
    rpc.answerCloses(new Error('no'))
    rpc.die()
    reserve.answerCloses()
    expect(stack.dials.length).toBe(2)
    expect(await again).toBeInstanceOf(FakeRpc)
  })

  test('a disconnect() from the reader of a failed one whose links are all gone ends as well', async () => {
    const {hub, told, rpc, reserve} = await twoLinks('hangs', 'hangs')
    let again: Promise<unknown> | undefined
    const read = hub.listen()
    read(null, function next(_end, event) {
      if (event?.type === 'disconnecting-failed') again = hub.disconnect(bob)
      read(null, next)
    })
    hub.disconnect(bob).catch(() => {})
    rpc.answerCloses(new Error('no'))
    rpc.die()
    reserve.answerCloses()
    expect(await again).toBe(true)
    expect(told.take()).toEqual(['disconnecting', 'disconnecting-failed', 'disconnecting', 'disconnected'])
    expect([...hub.entries()]).toEqual([])
  })
})
