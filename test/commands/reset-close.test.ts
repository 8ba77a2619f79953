import {describe, expect, test} from 'vitest'
import {addressOf, FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')
const dave = addressOf('dave')

/** A hub with a connected, a disconnecting and a connecting entry. */
function busy() {
  const world = setup()
  const {hub, stack, told} = world
  const connected = stack.incoming('bob', bob)
  const closing = stack.incoming('carol', carol)
  closing.closeMode = 'hangs'
  const disconnected = hub.disconnect(carol)
  const waiting = hub.connect(carol)
  const attempt = hub.connect(dave)
  for (const promise of [disconnected, waiting, attempt]) promise.catch(() => {})
  told.events.splice(0)
  return {...world, connected, closing, disconnected, waiting, attempt}
}

describe('reset()', () => {
  test('ends every entry, each by a path through the table', () => {
    const {hub, told} = busy()
    hub.reset()
    expect(told.events.map(({type, address}) => [type, address])).toEqual([
      ['disconnecting', bob],
      ['disconnected', bob],
      ['disconnected', carol],
      ['disconnecting', dave],
      ['disconnected', dave],
    ])
    expect([...hub.entries()]).toEqual([])
  })

  test('closes links in the order in which they came, also where the stack has announced none of them', () => {
    const {hub, stack} = setup()
    hub.connect(bob).catch(() => {})
    hub.connect(carol).catch(() => {})
    const closed: string[] = []
    for (const dial of [...stack.dials].reverse()) {
      const rpc = dial.rpc()
      rpc.on('closed', () => closed.push(dial.address))
      dial.callBack(null, rpc)
    }
    hub.reset()
    expect(closed).toEqual([carol, bob])
  })

  test('calls attempts and waiting connects off, resolves pending disconnects, leaves no timer', async () => {
    const {hub, disconnected, waiting, attempt, clock} = busy()
    expect(clock.pending).toBe(1)
    hub.reset()
    expect(clock.pending).toBe(0)
    expect(await disconnected).toBe(true)
    await expect(waiting).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    await expect(attempt).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
  })

  test('closes every link, and every other rpc of the stack but our own', () => {
    const {hub, stack, connected, closing} = busy()
    const stray = stack.announce(new FakeRpc(keyOfName('erin')), false)
    const ours = new FakeRpc(ourKey)
    stack.peers[ourKey] = [ours]
    hub.reset()
    expect([connected.closes, closing.closes, stray.closes, ours.closes]).toEqual([1, 2, 1, 0])
  })

  test('survives a stack whose peers are not what they should be', () => {
    const {hub, stack} = setup()
    const throwing = {
      get bob(): never {
        throw new Error('hostile')
      },
    }
    const some = {[keyOfName('bob')]: [null, 5, {}, {close: 7}]}
    for (const odd of [null, [], 'peers', some, {x: null}, throwing]) {
      Object.assign(stack, {peers: odd})
      expect(() => hub.reset()).not.toThrow()
    }
  })

  test.each([
    'fails',
    'throws',
    'hangs',
  ] as const)('an rpc whose close %s is nobody’s error, has no entry again, and is closed by the next reset()', async (mode) => {
    const {hub, stack, told} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = mode
    stack.peers[rpc.id] = []
    told.take()
    hub.reset()
    expect(told.take()).toEqual(['disconnecting', 'disconnected'])
    stack.emit('rpc:connect', rpc, false)
    await settled()
    expect(told.take()).toEqual([])
    hub.reset()
    hub.close()
    // One that throws is called once more: what it threw could have been the app's.
    expect(rpc.closes).toBe(mode === 'throws' ? 6 : 3)
  })

  test('an rpc that it closed is not closed again', () => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    const mock = {id: keyOfName('carol'), stream: {address: carol}, closes: 0, close: closeMock}
    stack.emit('rpc:connect', mock, false)
    hub.reset()
    hub.reset()
    expect([rpc.closes, mock.closes]).toEqual([1, 1])

    function closeMock(this: {closes: number}, _error: unknown, callback: () => void): void {
      this.closes++
      callback()
    }
  })

  test('is applied whole before any reader is told; what a reader then connects is new (I16)', async () => {
    const {hub, stack, told} = setup()
    stack.incoming('bob', bob)
    stack.incoming('carol', carol)
    told.take()
    const seen: unknown[] = []
    let again: Promise<unknown> | undefined
    hub.listen()(null, () => {
      seen.push([...hub.entries()].length)
      stack.onDial = (dial) => dial.succeed()
      again = hub.connect(bob)
    })
    hub.reset()
    expect(seen).toEqual([0])
    const rpc = (await again) as FakeRpc
    expect(rpc.closed).toBe(false)
    expect(hub.getState(bob)).toBe('connected')
    expect(told.states).toEqual(new Map([[bob, 'connected']]))
  })

  test('in the gap before an entry comes again calls off who waits, and closes the reserve', async () => {
    const {hub, stack, told} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.incoming('bob')
    hub.listen()(null, () => hub.reset())
    first.die()
    expect(told.take()).toEqual(['connected', 'disconnected'])
    expect(second.closed).toBe(true)
    expect([...hub.entries()]).toEqual([])
  })

  test('on an empty hub does nothing that anybody sees', () => {
    const {hub, told} = setup()
    hub.reset()
    expect(told.events).toEqual([])
    expect(told.snapshots).toEqual([[]])
  })
})

describe('close()', () => {
  test('resets, and ends all streams after the last events and the empty snapshot', () => {
    const {hub, told} = busy()
    hub.close()
    expect(told.events.length).toBe(5)
    expect(told.snapshots.at(-1)).toEqual([])
    expect(told.ended).toBe(true)
  })

  test('gives a reader that stalled what it missed before the end', () => {
    const {hub} = setup()
    const events = hub.listen()
    const entries = hub.liveEntries()
    const seen: unknown[] = []
    entries(null, (_end, all) => seen.push(all))
    hub.connect(bob).catch(() => {})
    hub.close()
    for (let i = 0; i < 4; i++) events(null, (end, event) => seen.push(end ?? event?.type))
    for (let i = 0; i < 2; i++) entries(null, (end, all) => seen.push(end ?? all))
    expect(seen).toEqual([[], 'connecting', 'disconnecting', 'disconnected', true, [], true])
  })

  test('settles every promise, leaves no timer, and takes its listener away (I17)', async () => {
    const {hub, stack, clock, disconnected, waiting, attempt} = busy()
    expect(stack.listenerCount('rpc:connect')).toBe(1)
    hub.close()
    expect(await disconnected).toBe(true)
    expect(await outcome(waiting)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(await outcome(attempt)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(clock.pending).toBe(0)
    expect(stack.listenerCount('rpc:connect')).toBe(0)
  })

  test('leaves no listener on any rpc', () => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'is silent'
    hub.disconnect(bob).catch(() => {})
    // The one that is left is the fake stack's own.
    expect(rpc.listenerCount('closed')).toBe(1)
  })

  test('after it, connect() rejects at once, and the rest answers of an empty table until the end is told', async () => {
    const {hub} = setup()
    const answers: unknown[] = []
    let connected: Promise<unknown> | undefined
    hub.listen()(null, function read(end) {
      if (end) return answers.push('end', hub.update(bob, {}))
      if (answers.length === 0) hub.close()
      connected = hub.connect(carol)
      connected.catch(() => {})
      answers.push(hub.getState(bob), [...hub.entries()].length, hub.update(bob, {}))
    })
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    await expect(connected).rejects.toMatchObject({code: 'ERR_CLOSED'})
    expect(answers).toEqual([undefined, 0, false])
    expect(() => hub.getState(bob)).toThrow('instance is closed')
  })

  test('after its end every method fails with the same code, but reset() and close() do nothing', async () => {
    const {hub} = setup()
    hub.close()
    const closed = expect.objectContaining({
      code: 'ERR_CLOSED',
      message: expect.stringContaining('instance is closed'),
    })
    await expect(hub.connect(bob)).rejects.toEqual(closed)
    await expect(hub.disconnect(bob)).rejects.toEqual(closed)
    expect(() => hub.update(bob, {})).toThrow(closed)
    expect(() => hub.entries()).toThrow(closed)
    expect(() => hub.liveEntries()).toThrow(closed)
    expect(() => hub.listen()).toThrow(closed)
    expect(() => hub.getState(bob)).toThrow(closed)
    hub.reset()
    hub.close()
  })

  test('after it, nobody hears of what the stack does', async () => {
    const {hub, stack, told} = setup()
    hub.connect(bob).catch(() => {})
    Object.assign(stack, {removeListener: undefined})
    hub.close()
    told.take()
    const late = stack.lastDial.succeed()
    const plugins = stack.dialByPlugin('carol')
    stack.incoming('carol', carol)
    await settled()
    expect(late.closed).toBe(true)
    expect(plugins.closed).toBe(false)
    expect(told.events).toEqual([])
    expect(hub.snapshot().entries).toEqual([])
  })
})
