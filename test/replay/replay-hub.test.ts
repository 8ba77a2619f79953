import pull from 'pull-stream'
import {beforeEach, describe, expect, test, vi} from 'vitest'
import {DivergenceError, decode, encode, fold, LogOrderError, ReplayHub} from '../../src/replay'
import type {Entry, ListenEvent, LogItem, Source} from '../../src/types'
import {addressOf, type FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')
const seed = Buffer.alloc(32, 's').toString('base64')
const secret = `${addressOf('erin')}:${seed}`

function collect<T>(source: Source<T>): T[] {
  const items: T[] = []
  pull(
    source,
    pull.drain((item) => {
      items.push(item)
    }),
  )
  return items
}

/** A day in the life of a hub: a success, a failure, an update, a disconnect, a remote that leaves. */
async function recording(): Promise<LogItem[]> {
  const {hub, stack, clock} = setup()
  const connected = hub.connect(bob, {note: 'hi'})
  clock.advance(100)
  stack.lastDial.succeed()
  await connected
  clock.advance(100)
  hub.connect(carol).catch(() => {})
  clock.advance(100)
  stack.lastDial.fail(Object.assign(new Error('refused'), {code: 'ECONNREFUSED'}))
  hub.update(bob, {note: 'ho', stats: {n: 1}})
  clock.advance(100)
  const incoming = stack.incoming('erin', addressOf('erin'))
  clock.advance(100)
  await hub.disconnect(bob)
  incoming.die()
  clock.advance(100)
  hub.connect(secret).catch(() => {})
  hub.close()
  return decode(encode(collect<LogItem>(hub.log()))).events
}

let events: LogItem[]
let types: string[]
beforeEach(async () => {
  events = await recording()
  types = events.map(({type}) => type)
})

describe('stepping', () => {
  test('tells event by event what the live hub told', () => {
    const hub = new ReplayHub(events)
    const heard = [] as ListenEvent[]
    pull(
      hub.listen(),
      pull.drain((event) => {
        expect(hub.now()).toBe(hub.snapshot().time)
        heard.push(event)
      }),
    )
    expect(hub.now()).toBe(0)
    expect(hub.step()).toEqual(events[0])
    expect(hub.now()).toBe(events[0]?.time)
    expect(heard).toEqual([{type: 'connecting', address: bob, key: keyOfName('bob')}])
    expect(hub.getState(bob)).toBe('connecting')
    expect(hub.stepTo(2)).toEqual(events[1])
    expect(heard[1]).toMatchObject({
      type: 'connected',
      details: {isClient: true, rpc: {id: keyOfName('bob')}},
    })
    while (hub.step());
    expect(hub.step()).toBeUndefined()
    expect(heard.map(({type}) => type)).toEqual(types.filter((type) => !/updated|reset|closed/.test(type)))
  })

  test('gives the table that the log folds to, after every event', () => {
    const hub = new ReplayHub(events)
    for (const [i, event] of events.entries()) {
      hub.step()
      expect(hub.snapshot()).toEqual(fold(events.slice(0, i + 1)))
      if (event.type !== 'closed') expect([...hub.entries()]).toEqual(hub.snapshot().entries)
    }
  })

  test('ends the streams after the event that says so, and the log stays readable', () => {
    const hub = new ReplayHub(events)
    let ended = false
    pull(
      hub.liveEntries(),
      pull.onEnd(() => {
        ended = true
      }),
    )
    hub.stepTo(events.length)
    expect(ended).toBe(true)
    expect(() => hub.entries()).toThrow('instance is closed')
    expect(collect(hub.log())).toEqual(events)
  })

  test('refuses events that do not follow from each other', () => {
    expect(() => new ReplayHub(events.slice(1))).toThrow(LogOrderError)
    expect(() => new ReplayHub([...events].reverse())).toThrow(LogOrderError)
  })
})

describe('seek()', () => {
  test('goes anywhere: liveEntries() gets the table there, listen() nothing', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    const snapshots: (readonly Entry[])[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
      }),
    )
    pull(
      hub.liveEntries(),
      pull.drain((all) => {
        snapshots.push(all)
      }),
    )
    for (const seq of [5, 2, 7, 0, 3]) {
      hub.seek(seq)
      const expected = fold(events.slice(0, seq))
      expect(snapshots.at(-1)).toEqual(expected.entries)
      expect(hub.snapshot()).toEqual(expected)
      expect(hub.now()).toBe(expected.time)
      expect(collect(hub.log())).toEqual(events.slice(0, seq))
    }
    expect(heard).toEqual([])
    hub.step()
    expect(heard).toEqual(['connecting-failed'].filter(() => events[3]?.type === 'connecting-failed'))
  })

  test('inside a reader ends what was to be told: nothing of it is told of another table', () => {
    const {hub: live, stack} = setup()
    for (const name of ['bob', 'carol', 'erin']) stack.incoming(name, addressOf(name))
    live.reset()
    const hub = new ReplayHub(collect<LogItem>(live.log()))
    hub.stepTo(3)
    const heard: string[] = []
    const snapshots: number[] = []
    pull(
      hub.liveEntries(),
      pull.drain((all) => {
        snapshots.push(all.length)
      }),
    )
    pull(
      hub.listen(),
      pull.drain(({type}) => {
        heard.push(type)
        if (heard.length === 1) hub.seek(2)
      }),
    )
    hub.reset()
    expect(heard).toEqual(['disconnecting'])
    expect([...hub.entries()]).toHaveLength(2)
    expect(snapshots.at(-1)).toBe(2)
    hub.step()
    expect([[...hub.entries()].length, snapshots.at(-1)]).toEqual([3, 3])
  })

  test.each([
    'listen',
    'liveEntries',
    'log',
  ] as const)('inside a reader of %s() lets its neighbours hear no more of what was told', (name) => {
    const hub = new ReplayHub(events)
    hub.stepTo(5)
    const open = () => hub[name]({old: false, live: true} as never)
    let heard = 0
    let sought = false
    const count = () => {
      heard++
    }
    pull(
      open(),
      pull.drain(() => {
        if (sought || hub.snapshot().seq !== 6) return
        sought = true
        heard = 0
        hub.seek(2)
      }),
    )
    pull(open(), pull.drain(count))
    hub.step()
    expect(sought).toBe(true)
    // A neighbour that reads the table gets that of the new place, once.
    expect(heard).toBe(name === 'liveEntries' ? 1 : 0)
    expect(hub.snapshot()).toEqual(fold(events.slice(0, 2)))
    while (hub.step());
    expect(hub.snapshot()).toEqual(fold(events))
  })

  test('finds the recording as it was, whatever was done to what it gave', async () => {
    const {hub: live} = setup()
    live.connect(bob, {list: [{a: 1}]}).catch(() => {})
    const recorded = JSON.parse(JSON.stringify(collect<LogItem>(live.log()))) as LogItem[]
    const hub = new ReplayHub(recorded)
    hub.step()
    const [[, data] = []] = [...hub.entries()]
    expect(() => Object.assign((data?.list as object[])[0] ?? {}, {a: 99})).toThrow(TypeError)
    hub.seek(0)
    hub.step()
    expect([...hub.entries()][0]?.[1].list).toEqual([{a: 1}])
  })

  test('back lets listeners hear again what follows, also those that began later', () => {
    const hub = new ReplayHub(events)
    hub.stepTo(5)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain(({type}) => {
        heard.push(type)
      }),
    )
    hub.seek(1)
    hub.step()
    expect(heard).toEqual([types[1]])
  })

  test('leaves the counters as stepping there does', () => {
    const [stepped, sought] = [new ReplayHub(events), new ReplayHub(events)]
    for (let seq = 1; seq < events.length; seq++) {
      stepped.stepTo(seq)
      sought.seek(0)
      sought.seek(seq)
      expect(sought.stats()).toEqual(stepped.stats())
    }
  })

  test('back from the end lets a reader of the log wait for what follows', () => {
    const hub = new ReplayHub(events)
    hub.stepTo(events.length)
    hub.seek(2)
    const read = hub.log({old: false, live: true})
    const got: unknown[] = []
    read(null, (end, item) => got.push(end ?? item))
    expect(got).toEqual([])
    hub.step()
    expect(got).toEqual([events[2]])
  })

  test('back lets a reader of the log that waits get what follows', () => {
    const hub = new ReplayHub(events)
    hub.seek(6)
    const read = hub.log({old: false, live: true})
    const got: unknown[] = []
    read(null, (end, item) => got.push(end ?? item))
    hub.seek(2)
    expect(got).toEqual([])
    hub.step()
    expect(got).toEqual([events[2]])
  })

  test('in a recording that begins with a checkpoint gives the log from there', () => {
    const first: LogItem = {type: 'checkpoint', ...fold(events.slice(0, 3))}
    const hub = new ReplayHub([first, ...events.slice(3)])
    hub.seek(5)
    expect(collect(hub.log())).toEqual([first, events[3], events[4]])
  })

  test('and stepping, in any order, is the same every time', () => {
    const hub = new ReplayHub(events)
    const outputs = new Set<string>()
    for (let round = 0; round < 1000; round++) {
      hub.seek((round * 7) % (events.length + 1))
      hub.seek(0)
      const told: unknown[] = []
      for (let seq = 1; seq <= events.length; seq++) told.push(hub.step(), hub.snapshot())
      outputs.add(JSON.stringify(told))
    }
    expect(outputs.size).toBe(1)
  })
})

describe('calls', () => {
  test('are answered as they were answered then', async () => {
    const hub = new ReplayHub(events)
    const connected = hub.connect(bob, {note: 'hi'})
    expect(hub.getState(bob)).toBe('connecting')
    expect(await outcome(connected)).toBe('pending')
    hub.step()
    expect(((await connected) as FakeRpc).id).toBe(keyOfName('bob'))
    const failed = hub.connect(carol)
    hub.step()
    await expect(failed).rejects.toMatchObject({message: 'refused', code: 'ECONNREFUSED'})
    expect(hub.update(bob, {note: 'ho', stats: {n: 1}})).toBe(true)
    const disconnected = hub.disconnect(bob)
    expect(hub.getState(addressOf('erin'))).toBe('connected')
    hub.step()
    expect(await disconnected).toBe(true)
    const last = hub.connect(secret)
    hub.close()
    await expect(last).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(hub.unclaimed()).toEqual([])
    expect(hub.divergences).toEqual([])
  })

  test('tell first what lies between', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
      }),
    )
    hub.connect(bob, {note: 'hi'}).catch(() => {})
    hub.connect(carol).catch(() => {})
    expect(heard).toEqual(['connecting', 'connected', 'connecting'])
  })

  test('from inside a reader are applied at once and told in order', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
        if (event.type === 'connecting-failed') {
          expect(hub.update(bob, {note: 'ho', stats: {n: 1}})).toBe(true)
          expect(new Map(hub.entries()).get(bob)).toMatchObject({note: 'ho'})
          heard.push('after the update')
        }
      }),
    )
    hub.stepTo(4)
    expect(heard.slice(3)).toEqual(['connecting-failed', 'after the update'])
    expect(hub.snapshot().seq).toBe(5)
  })

  test('from inside readers that look at the table first find it as it was', async () => {
    /** It acts on what getState() says inside a notification. */
    const plugin = (hub: Pick<ReplayHub, 'listen' | 'getState' | 'connect'>) => {
      const seen: string[] = []
      pull(
        hub.listen(),
        pull.drain(({type, address}) => {
          seen.push(`${type}, and bob is ${hub.getState(bob)}`)
          if (type === 'disconnected' && address === bob) hub.connect(carol).catch(() => {})
          if (type === 'connecting' && address === carol) hub.connect(bob, {m: 1}).catch(() => {})
        }),
      )
      return seen
    }
    const {hub: live, stack} = setup()
    const then = plugin(live)
    const first = stack.incoming('bob', bob)
    stack.incoming('bob', bob)
    first.die()
    const hub = new ReplayHub(collect<LogItem>(live.log()))
    const now = plugin(hub)
    while (hub.step());
    await settled()
    expect(now).toEqual(then)
    expect(then).toContain('connecting, and bob is connected')
    expect([hub.unclaimed(), hub.divergences]).toEqual([[], []])
  })

  test('that wait are called off by a reset, also where the disconnect has come to its end', async () => {
    const reset = (hub: Pick<ReplayHub, 'listen' | 'reset'>) =>
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          if (type === 'disconnected') hub.reset()
        }),
      )
    const {hub: live, stack} = setup()
    reset(live)
    stack.incoming('bob', bob).closeMode = 'hangs'
    const calls = [live.disconnect(bob), live.connect(bob).catch(({code}) => code)]
    Object.values(stack.peers).flat()[0]?.die()
    const then = await Promise.all(calls)
    const hub = new ReplayHub(collect<LogItem>(live.log()))
    reset(hub)
    hub.step()
    const again = [hub.disconnect(bob), hub.connect(bob).catch(({code}) => code)]
    while (hub.step());
    expect(await Promise.all(again)).toEqual(then)
    expect(then).toEqual([true, 'ERR_CALLED_OFF'])
  })

  test('do not take along the metadata of a connect() that was called off while it waited', async () => {
    const ask = async (hub: Pick<ReplayHub, 'connect' | 'disconnect'>) => {
      hub.disconnect(bob).catch(() => {})
      const controller = new AbortController()
      const waits = hub.connect(bob, {a: 1}, {signal: controller.signal}).catch((reason) => reason)
      controller.abort('no')
      hub.connect(bob, {b: 2}).catch(() => {})
      return await waits
    }
    const {hub: live, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    expect(await ask(live)).toBe('no')
    rpc.die()
    await settled()
    expect([...live.entries()][0]?.[1]).toMatchObject({b: 2})
    const hub = new ReplayHub(collect<LogItem>(live.log()))
    hub.step()
    expect(await ask(hub)).toBe('no')
    while (hub.step());
    expect([hub.unclaimed(), hub.divergences, hub.snapshot()]).toEqual([[], [], live.snapshot()])
  })

  test('may come late: what was told before and not claimed is theirs', async () => {
    const hub = new ReplayHub(events)
    hub.stepTo(3)
    expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1, 3])
    const rpc = await hub.connect(bob, {note: 'hi'})
    expect(rpc).toMatchObject({id: keyOfName('bob')})
    const failed = hub.connect(carol)
    hub.step()
    await expect(failed).rejects.toThrow('refused')
    expect(hub.unclaimed()).toEqual([])
  })

  test('that cause nothing are answered from the state', async () => {
    const hub = new ReplayHub(events)
    expect(hub.update(bob, {a: 1})).toBe(false)
    expect(await hub.disconnect(bob)).toBe(false)
    expect(hub.unclaimed()).toEqual([])
    const both = [hub.connect(bob, {note: 'hi'}), hub.connect(bob)]
    hub.step()
    const [first, second] = await Promise.all(both)
    expect(second).toBe(first)
    expect(await hub.connect(bob)).toBe(first)
    expect(hub.update(bob, {state: 'x'})).toBe(true)
  })

  test('may have a seed, or the mark that the log has', async () => {
    for (const address of [secret, events.map((event) => ('address' in event ? event.address : '')).at(-2)]) {
      const hub = new ReplayHub(events, {onDivergence: 'collect'})
      hub.stepTo(events.length - 5)
      expect(hub.getState(address ?? '')).toBeUndefined()
      hub.connect(address ?? '').catch(() => {})
      expect(hub.divergences).toEqual([])
      expect(hub.getState(secret)).toBe('connecting')
      expect(JSON.stringify([...hub.entries()])).not.toContain(seed)
    }
  })

  test('connect to ourselves where the test says who we are', async () => {
    const hub = new ReplayHub(events, {id: ourKey})
    expect(await hub.connect(addressOf('us'))).toBe(false)
    await expect(new ReplayHub(events).connect(addressOf('us'))).rejects.toBeInstanceOf(DivergenceError)
  })

  test('get rpcs of the test’s own', async () => {
    const rpc = {id: 'mine'}
    const hub = new ReplayHub(events, {rpc: () => rpc})
    const connected = hub.connect(bob, {note: 'hi'})
    hub.step()
    expect(await connected).toBe(rpc)
  })

  test('wait for promises that the end calls off, and nothing hangs', async () => {
    const hub = new ReplayHub(events.slice(0, 1))
    const connected = hub.connect(bob, {note: 'hi'})
    expect(hub.step()).toBeUndefined()
    hub.close()
    await expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CLOSED'})
  })
})

test('a log that was made by hand, with a seed in it, is replayed with marks', () => {
  const hub = new ReplayHub([
    {seq: 1, time: 1, type: 'connecting', address: secret, cause: 'caller', attempt: 1},
  ] as LogItem[])
  hub.step()
  expect(JSON.stringify([...hub.entries()])).not.toContain(seed)
  expect(hub.getState(secret)).toBe('connecting')
})

describe('a call that the recording does not have', () => {
  test('raises a DivergenceError that says where, what was recorded, and what was called', async () => {
    const hub = new ReplayHub(events)
    const error = await hub.connect(bob, {note: 'hello'}).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({
      code: 'ERR_DIVERGENCE',
      seq: 1,
      recorded: {type: 'connecting', address: bob, data: {note: 'hi'}},
      called: {type: 'connecting', address: bob, data: {note: 'hello'}},
    })
    expect(String(error)).toContain('data.note: "hi" was recorded, "hello" was called')
    expect(hub.snapshot().seq).toBe(0)
  })

  test('raises it for the wrong command, the wrong address, and after the end', async () => {
    const hub = new ReplayHub(events)
    await expect(hub.connect(carol)).rejects.toMatchObject({seq: 1})
    hub.step()
    expect(() => hub.update(bob, {x: 1})).toThrow(DivergenceError)
    await expect(hub.disconnect(bob)).rejects.toMatchObject({seq: 3, called: {type: 'disconnecting'}})
    expect(() => hub.reset()).toThrow(DivergenceError)
    const short = new ReplayHub(events.slice(0, 2))
    short.stepTo(2)
    expect(() => short.update(bob, {x: 1})).toThrow(
      expect.objectContaining({seq: 2, recorded: undefined, message: expect.stringContaining('nothing')}),
    )
  })

  test('is collected where the test asks for that, and answered from the state', async () => {
    const hub = new ReplayHub(events, {onDivergence: 'collect'})
    await expect(hub.connect(carol)).rejects.toBeInstanceOf(DivergenceError)
    hub.stepTo(2)
    expect(hub.update(bob, {x: 1})).toBe(true)
    expect(await hub.disconnect(bob)).toBe(false)
    hub.reset()
    hub.close()
    expect(hub.divergences.map(({called}) => called.type)).toEqual([
      'connecting',
      'updated',
      'disconnecting',
      'reset',
      'closed',
    ])
  })

  test('shows no seed', async () => {
    const error = await new ReplayHub(events)
      .connect(secret, {invite: secret})
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(JSON.stringify(error) + String(error)).not.toContain(seed)
  })
})

test('a reset is applied whole before any of it is told', () => {
  const world = setup()
  world.stack.incoming('bob', bob)
  world.stack.incoming('carol', carol)
  world.hub.reset()
  const hub = new ReplayHub(collect<LogItem>(world.hub.log()))
  const seen: number[] = []
  pull(
    hub.listen(),
    pull.drain((event) => {
      if (event.type !== 'connected') seen.push([...hub.entries()].length)
    }),
  )
  hub.reset()
  expect(seen).toEqual([0, 0, 0, 0])
})

test('a recording may begin with a checkpoint, and have one within', async () => {
  const world = setup({logLimit: 3})
  world.stack.onDial = (dial) => dial.succeed()
  await world.hub.connect(bob)
  const [checkpoint] = collect<LogItem>(setup({logLimit: 0}).hub.log())
  expect(checkpoint).toBeUndefined()
  const middle: LogItem = {type: 'checkpoint', ...world.hub.snapshot()}
  world.hub.update(bob, {a: 1})
  const [update] = collect<LogItem>(world.hub.log({gt: middle.seq}))
  const later: LogItem = {...middle, seq: 99}
  const hub = new ReplayHub([middle, update as LogItem, later])
  expect(hub.getState(bob)).toBe('connected')
  expect(await hub.connect(bob)).toMatchObject({id: keyOfName('bob')})
  expect(hub.update(bob, {a: 1})).toBe(true)
  expect(hub.step()).toEqual(later)
  expect(hub.snapshot()).toMatchObject({seq: 99, entries: middle.entries})
  const disconnected = hub.disconnect(bob)
  await expect(disconnected).rejects.toBeInstanceOf(DivergenceError)
})

describe('play()', () => {
  test('tells the events at their times, faster or slower, on timers that a test may fake', async () => {
    vi.useFakeTimers()
    try {
      const hub = new ReplayHub(events)
      const done = hub.play({speed: 2})
      await vi.advanceTimersByTimeAsync(0)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(49)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(hub.snapshot().seq).toBe(2)
      await vi.advanceTimersByTimeAsync(250)
      await done
      expect(hub.step()).toBeUndefined()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('waits for longer than one timer can measure', async () => {
    vi.useFakeTimers()
    try {
      const month = 30 * 24 * 3600 * 1000
      const [first, ...others] = events
      const hub = new ReplayHub([
        ...(first ? [first] : []),
        ...others.map((item) => ({...item, time: item.time + month})),
      ])
      void hub.play()
      await vi.advanceTimersByTimeAsync(month)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(100)
      expect(hub.snapshot().seq).toBe(2)
      hub.close()
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error
    } finally {
      vi.useRealTimers()
    }
  })

  test('stops when it is paused, and goes on from there', async () => {
    vi.useFakeTimers()
    try {
      const hub = new ReplayHub(events)
      const done = hub.play()
      await vi.advanceTimersByTimeAsync(100)
      hub.pause()
      await done
      expect(hub.snapshot().seq).toBe(2)
      expect(vi.getTimerCount()).toBe(0)
      const rest = hub.play()
      await vi.advanceTimersByTimeAsync(500)
      await rest
      expect(hub.step()).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test('begins with the first event, however old the checkpoint before it is', async () => {
    vi.useFakeTimers()
    try {
      const old: LogItem = {type: 'checkpoint', seq: 0, time: 1, entries: []}
      const hub = new ReplayHub([old, ...events])
      const done = hub.play()
      await vi.advanceTimersByTimeAsync(600)
      await done
      expect(hub.step()).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test.each([0, -1, Number.NaN])('has no speed of %s', (speed) => {
    expect(() => new ReplayHub(events).play({speed})).toThrow(
      expect.objectContaining({code: 'ERR_INVALID_OPTION'}),
    )
  })
})

test('nothing of a replay is left over', async () => {
  const hub = new ReplayHub(events)
  hub.stepTo(99)
  await settled()
  hub.close()
  hub.close()
  hub.reset()
})
