import {describe, expect, test} from 'vitest'
import {addressOf, FakeRpc, keyOfName} from '../kit/fake-stack'
import {listen} from '../kit/reading'
import {outcome, settled, setup} from '../kit/setup'
import {VirtualClock} from '../kit/virtual-clock'

// No answer, event or promise carries an rpc that is closed, also where its `closed` event is still on its way.

const bob = addressOf('bob')

/** The rpc is gone, and nobody was told yet. */
const closeUnheard = (rpc: FakeRpc) => {
  rpc.closed = true
}

describe('a connection that is closed and not heard of (I2)', () => {
  test('is not what connect() answers: the entry ends, and a dial begins', async () => {
    const {hub, stack, told} = setup()
    closeUnheard(stack.incoming('bob', bob))
    const connected = hub.connect(bob, {note: 'again'})
    expect(told.take()).toEqual(['connected', 'disconnected', 'connecting'])
    const rpc = stack.lastDial.succeed()
    expect(await connected).toBe(rpc)
  })

  test('is not what a plugin gets that dials again in its own listener, which runs first', async () => {
    const {hub, stack, told} = setup()
    let again: Promise<unknown> | undefined
    stack.on('rpc:connect', (rpc: FakeRpc) => {
      rpc.on('closed', () => {
        again ??= hub.connect(bob)
      })
    })
    const dialled = hub.connect(bob)
    const rpc = stack.lastDial.rpc()
    rpc.on('closed', () => {
      again ??= hub.connect(bob)
    })
    stack.lastDial.succeed(rpc)
    await dialled
    rpc.die()
    expect(hub.getState(bob)).toBe('connecting')
    expect(stack.dials).toHaveLength(2)
    const next = stack.lastDial.succeed()
    expect(await again).toBe(next)
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected'])
  })

  test('is not what an arriving rpc joins: it makes an entry of its own', () => {
    const {hub, stack, told} = setup()
    closeUnheard(stack.incoming('bob', bob))
    const rpc = stack.incoming('bob', addressOf('bob', 'elsewhere.example.com'))
    expect(told.events.at(-1)).toMatchObject({type: 'connected', details: {rpc}})
    expect(hub.getState(bob)).toBeUndefined()
  })

  test.each([
    ['and heard of', (rpc: FakeRpc) => rpc.die()],
    ['and not heard of', closeUnheard],
  ])('while it arrives, by a reader of the end that it brings about, %s, is no link of anybody', (_title, end) => {
    const {hub, stack, told} = setup()
    closeUnheard(stack.incoming('bob', bob))
    const arriving = new FakeRpc(keyOfName('bob'), bob)
    listen(hub, (event) => {
      if (event.type === 'disconnected') end(arriving)
    })
    stack.announce(arriving, false)
    expect(arriving.closed).toBe(true)
    expect(told.take()).toEqual(['connected', 'disconnected'])
    expect(hub.getState(bob)).toBeUndefined()
  })

  test.each([
    ['and heard of', (rpc: FakeRpc) => rpc.die()],
    ['and not heard of', closeUnheard],
  ])('while the clock is asked, %s, is a failed dial', async (_title, end) => {
    let dialled: FakeRpc | undefined
    const clock = new VirtualClock()
    const now = () => {
      const rpc = dialled
      dialled = undefined
      if (rpc) end(rpc)
      return clock.now()
    }
    const {hub, stack, told} = setup({
      clock: {now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout},
    })
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.rpc()
    stack.on('rpc:connect', () => {
      dialled = rpc
    })
    stack.lastDial.succeed(rpc)
    expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_DEAD_ON_ARRIVAL'}})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test('is ended by disconnect(), which closes nothing twice', async () => {
    const {hub, stack, told} = setup()
    const rpc = stack.incoming('bob', bob)
    closeUnheard(rpc)
    expect(await hub.disconnect(bob)).toBe(true)
    expect(rpc.closes).toBe(0)
    expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected'])
  })

  test('is not handed to a connect() that waited for a disconnect which failed', async () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    first.closeMode = 'hangs'
    second.closeMode = 'fails'
    hub.disconnect(bob).catch(() => {})
    const waiting = hub.connect(bob)
    closeUnheard(first)
    first.answerCloses(new Error('refused'))
    expect(await waiting).toBe(second)
  })
})

describe('a connection that closes between its answer and the promise (I3)', () => {
  test('of a dial: the call goes on with another dial, and brings its metadata', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob, {note: 'hi'})
    stack.lastDial.succeed().die()
    await settled()
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnected', 'connecting'])
    const rpc = stack.lastDial.succeed()
    expect(await connected).toBe(rpc)
    expect([...hub.entries()][0]?.[1]).toMatchObject({note: 'hi'})
  })

  test('of a connected entry with a reserve: the call gets the reserve, and nothing is dialled', async () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    const connected = hub.connect(bob)
    closeUnheard(first)
    expect(await connected).toBe(second)
    expect(stack.dials).toEqual([])
  })

  test.each([
    'disconnect',
    'reset',
    'close',
  ] as const)('by %s(): the call was called off', async (command) => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    stack.lastDial.succeed()
    if (command === 'disconnect') void hub.disconnect(bob)
    else hub[command]()
    expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(stack.dials).toHaveLength(1)
  })

  test('whose next dial another caller’s signal gives up: the call goes on', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    const abort = new AbortController()
    const read = hub.listen()
    read(null, () => {
      hub.connect(bob, null, {signal: abort.signal}).catch(() => {})
      abort.abort()
    })
    rpc.die()
    await settled()
    expect(hub.getState(bob)).toBe('connecting')
    const next = stack.lastDial.succeed()
    expect(await connected).toBe(next)
  })

  test('again and again: each dial is answered, and the last one that fails rejects', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    for (let i = 0; i < 3; i++) {
      stack.lastDial.succeed().die()
      await settled()
    }
    stack.lastDial.fail(new Error('refused'))
    expect(await outcome(connected)).toMatchObject({rejected: {message: 'refused'}})
    expect(stack.dials).toHaveLength(4)
  })

  test('the metadata of the call does not undo what came after it', async () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    stack.incoming('bob')
    const connected = hub.connect(bob, {note: 'older'})
    hub.update(bob, {note: 'newer'})
    closeUnheard(first)
    await connected
    expect([...hub.entries()][0]?.[1]).toMatchObject({note: 'newer'})
  })
})
