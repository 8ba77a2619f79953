import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {fold, ReplayHub, type ReplayOptions} from '../../src/replay'
import {ReplayState} from '../../src/replay/replay-state'
import {StandIns} from '../../src/replay/stand-in'
import type {LogItem} from '../../src/types'
import {type FakeRpc, keyOfName} from '../kit/fake-stack'
import {itemsOf} from '../kit/reading'
import {outcome, settled, setup, uncaught} from '../kit/setup'
import {bob, logOf} from './recorded'

/** A replay that has begun in the middle: of a log from a checkpoint on, or by a seek. */
const beginnings = [
  {
    from: 'a checkpoint',
    begin: (items: LogItem[], seq: number, options?: ReplayOptions) =>
      new ReplayHub(
        [{type: 'checkpoint', ...fold(items.slice(0, seq))} as LogItem, ...items.slice(seq)],
        options,
      ),
  },
  {
    from: 'a seek',
    begin: (items: LogItem[], seq: number, options?: ReplayOptions) => {
      const hub = new ReplayHub(items, options)
      hub.seek(seq)
      return hub
    },
  },
]

describe.each(beginnings)('from $from on', ({begin}) => {
  test('a connect() that waits gets the live rpc where the disconnect failed', async () => {
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob).closeMode = 'fails'
    await live.disconnect(bob).catch(() => {})
    const hub = begin(logOf(live), 2)
    const waits = hub.connect(bob)
    expect(await outcome(waits)).toBe('pending')
    const joins = hub.disconnect(bob)
    expect(await outcome(waits)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    const waitsAgain = hub.connect(bob)
    hub.step()
    await expect(joins).rejects.toThrow('fail')
    expect(await waitsAgain).toMatchObject({id: keyOfName('bob')})
    expect(await hub.connect(bob)).toBe(await waitsAgain)
  })

  test('and waits for the dial that follows where the disconnect failed, but the announced link is gone', async () => {
    const {hub: live, stack} = setup()
    const first = stack.incoming('bob', bob)
    stack.incoming('bob', bob).closeMode = 'fails'
    live.disconnect(bob).catch(() => {})
    await settled()
    expect(logOf(live).map(({type}) => type)).toContain('disconnecting-failed')
    const items = logOf(live)
    const disconnecting = items.findIndex(({type}) => type === 'disconnecting')
    const hub = begin(items, disconnecting + 1)
    const waits = hub.connect(bob)
    while (hub.step());
    expect(await outcome(waits)).toMatchObject({resolved: {id: first.id}})
  })

  test('a connect() that waits is answered when the disconnect has failed, and with the rpc of the entry that is then', async () => {
    const replayed = async (announced: 'dies later' | 'is gone') => {
      const {hub: live, stack} = setup()
      const first = stack.incoming('bob', bob)
      const last = stack.incoming('bob', bob)
      if (announced === 'dies later') first.closeMode = 'fails'
      last.closeMode = 'fails'
      live.disconnect(bob).catch(() => {})
      await settled()
      if (announced === 'dies later') first.die()
      const items = logOf(live)
      const hub = begin(items, items.findIndex(({type}) => type === 'disconnecting') + 1, {
        rpc: ({seq}) => ({id: `of event ${seq}`}),
      })
      const waits = outcome(hub.connect(bob))
      while (hub.step()?.type !== 'disconnecting-failed');
      return {hub, waits, last: items.filter(({type}) => type === 'connected').at(-1)?.seq}
    }
    const later = await replayed('dies later')
    expect(await later.waits).toMatchObject({resolved: expect.anything()})
    const gone = await replayed('is gone')
    expect(await gone.waits).toBe('pending')
    while (gone.hub.step());
    expect(await gone.hub.connect(bob)).toEqual({id: `of event ${gone.last}`})
  })

  test('a call joins the attempt in flight, and is answered as it was', async () => {
    const answers: unknown[] = []
    for (const succeeds of [false, true]) {
      const {hub: live, stack} = setup()
      live.connect(bob).catch(() => {})
      if (succeeds) stack.lastDial.succeed()
      else stack.lastDial.fail(new Error('refused'))
      const hub = begin(logOf(live), 1)
      const joins = hub.connect(bob)
      expect(await outcome(joins)).toBe('pending')
      hub.step()
      answers.push(await outcome(joins), hub.getState(bob))
    }
    expect(answers).toEqual([
      {rejected: expect.objectContaining({message: 'refused'})},
      undefined,
      {resolved: expect.objectContaining({id: keyOfName('bob')})},
      'connected',
    ])
  })

  test('a link that waits in reserve takes over, with the metadata, also into a call of a reader', async () => {
    const {hub: live, stack} = setup()
    const plugin = (hub: Pick<ReplayHub, 'listen' | 'connect'>) =>
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          if (type === 'disconnected') hub.connect(bob, {b: 2}).catch(() => {})
        }),
      )
    const first = stack.incoming('bob', bob)
    stack.incoming('bob', bob)
    live.update(bob, {a: 1})
    const from = live.snapshot().seq
    plugin(live)
    first.die()
    await settled()
    expect([...live.entries()][0]?.[1]).toMatchObject({state: 'connected', a: 1, b: 2})
    const hub = begin(logOf(live), from)
    plugin(hub)
    while (hub.step());
    await settled()
    expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
    expect(hub.snapshot()).toEqual(live.snapshot())
  })

  test('the rpcs are the test’s own, where the recording tells how they were announced', async () => {
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob)
    live.update(bob, {a: 1})
    const hub = begin(logOf(live), 2, {rpc: ({type, seq}) => ({id: `${type} ${seq}`})})
    const isTold = itemsOf(hub.log()).some(({type}) => type === 'connected')
    expect(await hub.connect(bob)).toMatchObject({id: isTold ? 'connected 1' : keyOfName('bob')})
  })
})

test('metadata that an ended entry had is not taken along once its readers were told', async () => {
  const {hub: live, stack} = setup()
  const asked = live.connect(bob, {a: 1})
  const rpc = stack.lastDial.succeed()
  await asked
  rpc.die()
  live.connect(bob, {a: 1, b: 2}).catch(() => {})
  const hub = new ReplayHub(logOf(live))
  const first = hub.connect(bob, {a: 1})
  hub.stepTo(3)
  // The promise of the first call has not settled yet, so that not all of what ended is forgotten.
  await expect(hub.connect(bob, {b: 2})).rejects.toThrow('data.a: 1 was recorded, nothing was called')
  expect(await first).toMatchObject({id: rpc.id})
})

test('nothing is left over of an address whose entry has ended, however it did', async () => {
  const {hub: live, stack} = setup()
  live.connect(bob).catch(() => {})
  stack.lastDial.fail()
  live.connect(bob).catch(() => {})
  await live.disconnect(bob)
  stack.incoming('bob', bob).die()
  stack.incoming('bob', bob)
  await live.disconnect(bob)
  live.connect(bob).catch(() => {})
  live.reset()
  const items = logOf(live)
  const replay = new ReplayState(items, {
    id: undefined,
    standIns: new StandIns(undefined),
    throws: true,
    ignored: [],
  })
  const left = items.map(() => {
    replay.step()
    return replay.peerStore.getState(bob) === undefined && replay.context.sessions.get(bob) !== undefined
  })
  expect(left).toEqual(items.map(() => false))
})

test('a checkpoint within the log calls off nobody where nothing was lost', async () => {
  const {hub: live, stack} = setup()
  const asked = live.connect(bob)
  const checkpoint = live.checkpoint()
  const {id} = stack.lastDial.succeed()
  await asked
  const [connecting, connected] = logOf(live)
  const hub = new ReplayHub([connecting, checkpoint, connected] as LogItem[])
  const again = hub.connect(bob)
  while (hub.step());
  expect(await again).toMatchObject({id})
})

test('the rpc that stands in for a recorded one says that it closes, and does nothing', async () => {
  const {hub: live, stack} = setup()
  stack.incoming('bob', bob)
  const hub = new ReplayHub<FakeRpc>(logOf(live))
  hub.step()
  const rpc = (await hub.connect(bob)) as FakeRpc
  const nothing = () => {}
  expect([
    rpc.on('closed', nothing),
    rpc.once('closed', nothing),
    rpc.removeListener('closed', nothing),
  ]).toEqual([rpc, rpc, rpc])
  rpc.close(true)
  expect(await new Promise((resolve) => rpc.close(true, resolve))).toBeUndefined()
  expect([rpc.closed, hub.getState(bob)]).toEqual([false, 'connected'])
})

describe('rpcs of the test’s own', () => {
  test('may throw when they are made: the event is told all the same, with an inert one', async () => {
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob)
    live.update(bob, {a: 1})
    const hub = new ReplayHub(logOf(live), {
      rpc: () => {
        throw new Error('no rpc')
      },
    })
    const errors = await uncaught(() => {
      expect(hub.step()).toMatchObject({type: 'connected'})
    })
    expect(errors).toMatchObject([{message: 'no rpc'}])
    expect(hub.getState(bob)).toBe('connected')
    expect(await hub.connect(bob)).toMatchObject({id: keyOfName('bob')})
    hub.step()
    expect(hub.snapshot()).toEqual(live.snapshot())
  })

  test('are made once for each connection, however many calls there are', async () => {
    const {hub: live, stack} = setup()
    for (const ends of [true, false]) {
      const asked = live.connect(bob)
      const rpc = stack.lastDial.succeed()
      await asked
      if (ends) rpc.die()
    }
    const made: number[] = []
    const hub = new ReplayHub(logOf(live), {rpc: ({seq}) => made.push(seq)})
    const calls = [hub.connect(bob)]
    for (let next = hub.step(); next; next = hub.step()) if (hub.getState(bob)) calls.push(hub.connect(bob))
    await Promise.all(calls)
    const connected = logOf(live).filter(({type}) => type === 'connected')
    expect(connected).toHaveLength(2)
    expect(made).toEqual(connected.map(({seq}) => seq))
  })

  test('may say that they are closed: it is the log that says what is', async () => {
    const {hub: live, stack} = setup()
    const asked = live.connect(bob)
    stack.lastDial.succeed()
    await asked
    const closed = {id: 'mine', closed: true}
    const hub = new ReplayHub(logOf(live), {rpc: () => closed})
    const again = hub.connect(bob)
    hub.step()
    expect(await again).toBe(closed)
    expect(await hub.connect(bob)).toBe(closed)
    expect(itemsOf(hub.log())).toEqual(logOf(live))
  })
})
