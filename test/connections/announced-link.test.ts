import {describe, expect, test} from 'vitest'
import {addressOf, FakeRpc, keyOfName} from '../kit/fake-stack'
import {entry, outcome, settled, setup} from '../kit/setup'

// Which link of an entry is the announced one: dials that cross, a peer that comes back, the newest reserve.

const bob = addressOf('bob')

type Hub = ReturnType<typeof setup>['hub']

/** What the log says of links, in order: type and link. */
async function linksIn(hub: Hub): Promise<string[]> {
  const seen: string[] = []
  for await (const event of hub.log())
    if ('link' in event) seen.push(`${event.cause} ${event.type} ${event.link}`)
  return seen
}

describe('two peers that dial each other at once (I5)', () => {
  test('each are told of the link that they opened themselves; the other one waits in reserve', async () => {
    const {hub, stack, told, clock} = setup()
    const connected = hub.connect(bob, {note: 'hi'})
    const inbound = stack.incoming('bob')
    await settled()
    expect(told.take()).toEqual(['connecting'])
    expect(hub.getState(bob)).toBe('connecting')
    clock.advance(1999)
    const ours = stack.lastDial.succeed()
    expect(told.events).toMatchObject([{type: 'connected', details: {rpc: ours, isClient: true}}])
    expect(await connected).toBe(ours)
    expect(entry(hub, bob)).toMatchObject({inbound: false, note: 'hi'})
    expect(clock.pending).toBe(0)
    expect(await linksIn(hub)).toEqual(['stack connected 3', 'remote reserved 2'])
    ours.die()
    expect(told.events.at(-1)).toMatchObject({details: {rpc: inbound, isClient: false}})
    expect(entry(hub, bob)?.note).toBe('hi')
  })

  test('are told of the inbound link where the dial fails, which is then nobody’s error', async () => {
    const {hub, stack, told, clock} = setup()
    const connected = hub.connect(bob, {note: 'hi'})
    const inbound = stack.incoming('bob')
    stack.lastDial.fail()
    expect(await connected).toBe(inbound)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(entry(hub, bob)).toMatchObject({inbound: true, note: 'hi'})
    expect(clock.pending).toBe(0)
    expect(hub.stats()).toMatchObject({failures: {}, connections: {inbound: 1}})
  })

  test('are told of it by the dial that fails, and whoever then begins anew is not answered by that dial', async () => {
    const {hub, stack, told} = setup()
    const first = hub.connect(bob)
    stack.incoming('bob')
    let again: Promise<unknown> | undefined
    const read = hub.listen()
    const next = () =>
      read(null, (end, event) => {
        if (end) return
        if (event?.type === 'connected' && !again) hub.reset()
        if (event?.type === 'disconnecting') again ??= hub.connect(bob)
        next()
      })
    next()
    stack.lastDial.fail()
    await expect(first).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(hub.getState(bob)).toBe('connecting')
    const ours = stack.lastDial.succeed()
    expect(await again).toBe(ours)
    expect(told.take()).not.toContain('connecting-failed')
  })

  test('are told of the inbound link where the dial takes longer than 2 s; its link then waits in reserve', async () => {
    const {hub, stack, told, clock} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    clock.advance(2000)
    expect(await connected).toBe(inbound)
    expect(told.take()).toEqual(['connecting', 'connected'])
    const ours = stack.lastDial.succeed()
    expect(told.take()).toEqual([])
    inbound.die()
    expect(told.events.at(-1)).toMatchObject({details: {rpc: ours, isClient: true}})
    expect(await linksIn(hub)).toEqual(['remote connected 2', 'stack reserved 3', 'hub connected 3'])
  })

  test('the dial that was not waited for is called off where the entry ends first', async () => {
    const {hub, stack, told, clock} = setup()
    hub.connect(bob).catch(() => {})
    const inbound = stack.incoming('bob')
    clock.advance(2000)
    await settled()
    inbound.die()
    const late = stack.lastDial.succeed()
    await settled()
    expect(late.closed).toBe(true)
    expect(told.take()).toEqual(['connecting', 'connected', 'disconnected'])
  })

  test('each inbound link waits 2 s of its own, and those of one that died do not count', async () => {
    const {hub, stack, clock} = setup()
    hub.connect(bob).catch(() => {})
    const first = stack.incoming('bob')
    clock.advance(1500)
    const second = stack.incoming('bob')
    first.die()
    clock.advance(1999)
    expect(hub.getState(bob)).toBe('connecting')
    clock.advance(1)
    expect(hub.getState(bob)).toBe('connected')
    expect(await hub.connect(bob)).toBe(second)
  })

  test('of several that waited, the newest is announced and the others wait in reserve', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    stack.incoming('bob')
    const second = stack.incoming('bob')
    stack.lastDial.fail()
    expect(await connected).toBe(second)
    expect(await linksIn(hub)).toEqual(['remote connected 3', 'remote reserved 2'])
  })

  test('a link that dies while it waits is heard of by nobody', async () => {
    const {hub, stack, told, clock} = setup()
    const connected = hub.connect(bob)
    stack.incoming('bob').die()
    expect(clock.pending).toBe(0)
    stack.lastDial.fail(new Error('refused'))
    expect(await outcome(connected)).toMatchObject({rejected: {message: 'refused'}})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
    expect(await linksIn(hub)).toEqual([])
  })

  test('a link that says it is closed is not announced though its end was not heard', async () => {
    const {hub, stack, told} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    inbound.closed = true
    stack.lastDial.fail(new Error('refused'))
    expect(await outcome(connected)).toMatchObject({rejected: {message: 'refused'}})
    expect(told.take()).toEqual(['connecting', 'connecting-failed'])
  })

  test.each([
    'disconnect',
    'reset',
    'close',
  ] as const)('%s() closes a link that waits, too', async (command) => {
    const {hub, stack, told, clock} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    if (command === 'disconnect') expect(await hub.disconnect(bob)).toBe(true)
    else hub[command]()
    expect(inbound.closed).toBe(true)
    expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
    expect(clock.pending).toBe(0)
    if (command !== 'close') expect(hub.getState(bob)).toBeUndefined()
  })

  test('a link that waits and cannot be closed is announced after the disconnect that failed', async () => {
    const {hub, stack, told} = setup()
    hub.connect(bob).catch(() => {})
    stack.incoming('bob').closeMode = 'fails'
    await expect(hub.disconnect(bob)).rejects.toThrow('close failed')
    expect(told.take()).toEqual([
      'connecting',
      'disconnecting',
      'disconnecting-failed',
      'disconnected',
      'connected',
    ])
    expect(await linksIn(hub)).toEqual(['remote connected 2'])
  })

  test('a link that waits stays when the last caller gives up: a connection is there', async () => {
    const {hub, stack, told} = setup()
    const abort = new AbortController()
    const connected = hub.connect(bob, null, {signal: abort.signal})
    const inbound = stack.incoming('bob')
    abort.abort()
    await expect(connected).rejects.toBe(abort.signal.reason)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(await hub.connect(bob)).toBe(inbound)
    stack.lastDial.fail()
    expect(hub.getState(bob)).toBe('connected')
  })

  test('an inbound link that a hook gives to the dial as its outcome is announced at once', async () => {
    const {hub, stack, clock} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    stack.lastDial.callBack(null, inbound)
    expect(await connected).toBe(inbound)
    expect(clock.pending).toBe(0)
  })

  test('of several that wait, the one that a hook gives to the dial is announced', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    const first = stack.incoming('bob')
    stack.incoming('bob')
    stack.lastDial.callBack(null, first)
    expect(await connected).toBe(first)
    expect(hub.stats().reserve).toBe(1)
  })

  test('an inbound link that a hook gives to the dial and that is closed unheard is a failed dial', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    inbound.closed = true
    stack.lastDial.callBack(null, inbound)
    expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_DEAD_ON_ARRIVAL'}})
    expect(hub.getState(bob)).toBeUndefined()
  })

  test('an outbound link that another plugin made does not wait, and answers the attempt', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob)
    const inbound = stack.incoming('bob')
    const theirs = stack.dialByPlugin('bob')
    expect(await connected).toBe(theirs)
    theirs.die()
    await settled()
    expect(await hub.connect(bob)).toBe(inbound)
  })
})

test('a link that arrives while a reader of the entry’s end dials anew waits for that dial', async () => {
  const {hub, stack} = setup()
  const rpc = stack.incoming('bob', bob)
  let again: Promise<unknown> | undefined
  hub.listen()(null, () => {
    again = hub.connect(bob)
    stack.incoming('bob')
  })
  rpc.die()
  expect(hub.getState(bob)).toBe('connecting')
  const ours = stack.lastDial.succeed()
  expect(await again).toBe(ours)
})

test('a link that moves to the entry of its own dial while another one is closed stays open', async () => {
  const {hub, stack} = setup()
  const home = addressOf('bob', 'home.example.com')
  const first = stack.incoming('bob', bob)
  const second = stack.incoming('bob')
  const atHome = hub.connect(home)
  first.on('closed', () => stack.lastDial.callBack(null, second))
  expect(await hub.disconnect(bob)).toBe(true)
  expect(await atHome).toBe(second)
  expect([second.closes, hub.getState(home)]).toEqual([0, 'connected'])
})

describe('a peer that comes back (I6)', () => {
  test('more than 2 s later takes the place of its older link, which waits in reserve', async () => {
    const {hub, stack, told, clock} = setup()
    const older = stack.incoming('bob', bob)
    hub.update(bob, {note: 'hi'})
    clock.advance(2001)
    told.take()
    const newer = stack.incoming('bob')
    expect(told.events).toEqual([
      {type: 'disconnected', address: bob, key: keyOfName('bob')},
      {type: 'connected', address: bob, key: keyOfName('bob'), details: {rpc: newer, isClient: false}},
    ])
    expect(entry(hub, bob)).toMatchObject({note: 'hi', state: 'connected'})
    expect(await hub.connect(bob)).toBe(newer)
    expect(older.closes).toBe(0)
    expect(await linksIn(hub)).toEqual([
      'remote connected 1',
      'remote reserved 2',
      'hub connected 2',
      'hub reserved 1',
    ])
    expect(hub.stats().reserve).toBe(1)
    newer.die()
    expect(told.events.at(-1)).toMatchObject({details: {rpc: older}})
    older.die()
    expect(hub.stats()).toMatchObject({reserve: 0, entries: {connected: 0}})
  })

  test.each([
    ['within 2 s', 2000, false],
    ['with a link that we dialled', 60_000, true],
  ])('%s waits in reserve', async (_when, ms, isClient) => {
    const {stack, told, clock} = setup()
    stack.incoming('bob', bob)
    clock.advance(ms)
    told.take()
    stack.announce(new FakeRpc(keyOfName('bob'), bob), isClient)
    await settled()
    expect(told.take()).toEqual([])
  })

  test('counts from when the announced link became connected, not from when it arrived', () => {
    const {hub, stack, told, clock} = setup()
    hub.connect(bob).catch(() => {})
    stack.incoming('bob')
    clock.advance(2000)
    told.take()
    clock.advance(1500)
    stack.incoming('bob')
    expect(told.take()).toEqual([])
  })

  test('again and again leaves the newest announced, and disconnect() closes them all', async () => {
    const {hub, stack, clock} = setup()
    const rpcs = [stack.incoming('bob', bob)]
    for (let i = 0; i < 3; i++) {
      clock.advance(3000)
      rpcs.push(stack.incoming('bob'))
    }
    expect(await hub.connect(bob)).toBe(rpcs.at(-1))
    expect(hub.stats().reserve).toBe(3)
    expect(await hub.disconnect(bob)).toBe(true)
    expect(rpcs.map(({closed}) => closed)).toEqual([true, true, true, true])
    expect(hub.stats()).toMatchObject({reserve: 0, entries: {connected: 0, disconnecting: 0}})
  })
})

test('the newest reserve takes over, and never a closed one (I7)', async () => {
  const {hub, stack, told} = setup()
  const first = stack.incoming('bob', bob)
  stack.incoming('bob')
  const third = stack.incoming('bob')
  const fourth = stack.incoming('bob')
  fourth.closed = true
  told.take()
  first.die()
  expect(told.events.map(({type, details}) => [type, details])).toEqual([
    ['disconnected', undefined],
    ['connected', {rpc: third, isClient: false}],
  ])
  expect(await linksIn(hub)).toEqual([
    'remote connected 1',
    'remote reserved 2',
    'remote reserved 3',
    'remote reserved 4',
    'remote released 4',
    'hub connected 3',
  ])
})

test('the announced link and its reserve that both closed before either was heard: the entry ends', async () => {
  const {hub, stack, told} = setup()
  const first = stack.incoming('bob', bob)
  const second = stack.incoming('bob')
  first.closed = second.closed = true
  told.take()
  first.emit('closed')
  second.emit('closed')
  expect(told.take()).toEqual(['disconnected'])
  expect(hub.stats()).toMatchObject({reserve: 0, entries: {connected: 0}})
})

test('a link that arrives while a called-off attempt is disconnecting is reserved before it takes over', async () => {
  const {hub, stack} = setup()
  hub.connect(bob).catch(() => {})
  let isIn = false
  hub.listen()(null, () => {
    isIn = true
    stack.incoming('bob', bob)
  })
  void hub.disconnect(bob)
  expect(isIn).toBe(true)
  expect(await linksIn(hub)).toEqual(['remote reserved 2', 'hub connected 2'])
})

test('what a waiting connect() brought does not undo a later update()', async () => {
  const {hub, stack} = setup()
  const first = stack.incoming('bob', bob)
  first.closeMode = 'hangs'
  stack.incoming('bob').closeMode = 'fails'
  hub.disconnect(bob).catch(() => {})
  const waiting = hub.connect(bob, {note: 'older'})
  hub.update(bob, {note: 'newer'})
  first.die()
  await waiting
  expect(entry(hub, bob)).toMatchObject({state: 'connected', note: 'newer'})
})

test('a further link of a peer costs the same, however many it has', () => {
  const {hub, stack} = setup()
  stack.incoming('bob', bob)
  const cost = (links: number) => {
    const begin = performance.now()
    for (let i = 0; i < links; i++) stack.emit('rpc:connect', new FakeRpc(keyOfName('bob'), bob), false)
    return (performance.now() - begin) / links
  }
  cost(1000)
  const few = cost(1000)
  cost(20_000)
  expect(cost(1000)).toBeLessThan(10 * few)
  expect(hub.stats().reserve).toBe(23_000)
})
