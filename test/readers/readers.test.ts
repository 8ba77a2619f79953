import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import type {Entry, ListenEvent} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {entry, type Hub, settled, setup, uncaught} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** Drains listen(), and stops where the function returns false. */
function listen(hub: Hub, onEvent: (event: ListenEvent) => unknown, onEnd?: (end: unknown) => void): void {
  pull(
    hub.listen(),
    pull.drain((event) => (onEvent(event) === false ? false : undefined), onEnd),
  )
}

/** Reads liveEntries() when the test asks. */
function asking(hub: Hub) {
  const read = hub.liveEntries()
  const got: (readonly Entry[] | unknown)[] = []
  const ask = () => read(null, (end, entries) => got.push(end ?? entries))
  return {ask, got, abort: () => read(true, () => {})}
}

describe('events are applied now and told in order', () => {
  test('every reader of one event before any reader of the next, in the order of the log', () => {
    const {hub} = setup()
    const heard: string[] = []
    listen(hub, ({type, address}) => {
      heard.push(`1 ${type} ${address === bob ? 'bob' : 'carol'}`)
      if (type === 'connecting' && address === bob) {
        hub.connect(carol).catch(() => {})
        expect(hub.getState(carol)).toBe('connecting')
        void hub.disconnect(bob).catch(() => {})
        expect(hub.getState(bob)).toBe('disconnecting')
      }
    })
    listen(hub, ({type, address}) => heard.push(`2 ${type} ${address === bob ? 'bob' : 'carol'}`))
    hub.connect(bob).catch(() => {})
    expect(heard).toEqual([
      '1 connecting bob',
      '2 connecting bob',
      '1 connecting carol',
      '2 connecting carol',
      '1 disconnecting bob',
      '2 disconnecting bob',
      '1 disconnected bob',
      '2 disconnected bob',
    ])
  })

  test('each snapshot is the state as it was after its event', () => {
    const {hub, told} = setup()
    listen(hub, ({type, address}) => {
      if (type === 'connecting' && address === bob) {
        hub.connect(carol).catch(() => {})
        hub.update(bob, {a: 1})
        hub.update(bob, {a: 2})
      }
    })
    hub.connect(bob).catch(() => {})
    expect(told.takeSnapshots().map((all) => all.map(([, data]) => data.a ?? '-'))).toEqual([
      [],
      ['-'],
      ['-', '-'],
      [1, '-'],
      [2, '-'],
    ])
  })

  test('a reader that subscribes never hears older events, not even ones that are yet to be told', () => {
    const {hub} = setup()
    const late: string[] = []
    const snapshots: number[] = []
    listen(hub, ({address}) => {
      if (address !== bob) return
      hub.connect(carol).catch(() => {})
      listen(hub, (event) => late.push(event.type))
      pull(
        hub.liveEntries(),
        pull.drain((all) => {
          snapshots.push(all.length)
        }),
      )
    })
    hub.connect(bob).catch(() => {})
    expect(late).toEqual([])
    expect(snapshots).toEqual([2])
  })

  test('a reader may call every method', async () => {
    const {hub, stack, told} = setup()
    const answers: unknown[] = []
    let once = false
    listen(hub, () => {
      if (once) return
      once = true
      answers.push(hub.getState(bob), [...hub.entries()].length, hub.update(bob, {a: 1}))
      answers.push(entry(hub, bob)?.a, typeof hub.listen(), typeof hub.liveEntries())
      void hub.connect(carol).catch(() => {})
      void hub.disconnect(bob)
      hub.reset()
      answers.push([...hub.entries()].length)
      void hub.connect(carol).catch(() => {})
      hub.close()
      answers.push([...hub.entries()].length)
    })
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(answers).toEqual(['connecting', 1, true, 1, 'function', 'function', 0, 0])
    expect(stack.dials).toEqual([])
    expect(told.ended).toBe(true)
    expect(told.states.size).toBe(0)
  })
})

describe('listen()', () => {
  test('keeps every event for a reader that does not ask', () => {
    const {hub} = setup()
    const read = hub.listen()
    hub.connect(bob).catch(() => {})
    void hub.disconnect(bob)
    const types: unknown[] = []
    for (let i = 0; i < 3; i++) read(null, (_end, event) => types.push(event?.type))
    expect(types).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('gives events without other fields, frozen', () => {
    const {hub, told} = setup()
    hub.connect(bob).catch(() => {})
    expect(Object.keys(told.events[0] ?? {})).toEqual(['type', 'address', 'key'])
    expect(Object.isFrozen(told.events[0])).toBe(true)
  })

  test('forgets a reader that aborts inside a notification, and its neighbours miss nothing', () => {
    const {hub} = setup()
    const heard: string[] = []
    listen(hub, () => heard.push('a'))
    listen(hub, () => {
      heard.push('b')
      return false
    })
    listen(hub, () => heard.push('c'))
    hub.connect(bob).catch(() => {})
    hub.connect(carol).catch(() => {})
    expect(heard).toEqual(['a', 'b', 'c', 'a', 'c'])
  })

  test('a reader that aborts its neighbour inside a notification harms nobody', () => {
    const {hub} = setup()
    const heard: string[] = []
    const neighbour = hub.listen()
    listen(hub, () => {
      heard.push('a')
      neighbour(true, () => {})
    })
    const second = hub.listen()
    second(null, () => heard.push('b'))
    hub.connect(bob).catch(() => {})
    expect(heard).toEqual(['a', 'b'])
  })
})

describe('a reader that throws', () => {
  test('harms neither the hub nor its neighbours, and is not heard of again', async () => {
    const {hub, stack, told} = setup()
    let heard = 0
    const error = new Error('the fault of a reader')
    const caught = await uncaught(async () => {
      listen(hub, () => {
        heard++
        throw error
      })
      listen(hub, () => heard++)
      pull(
        hub.liveEntries(),
        pull.drain((all) => {
          if (all.length > 0) throw error
        }),
      )
      const connected = hub.connect(bob)
      stack.lastDial.succeed()
      await connected
    })
    expect(caught).toEqual([error, error])
    expect(heard).toBe(3)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test('and had asked again is still a reader', async () => {
    const {hub} = setup()
    const heard: string[] = []
    const read = hub.listen()
    const caught = await uncaught(() => {
      read(null, function next(_end, event) {
        heard.push(event?.address === bob ? 'bob' : 'carol')
        read(null, next)
        throw new Error('the fault of a reader')
      })
      hub.connect(bob).catch(() => {})
      hub.connect(carol).catch(() => {})
    })
    expect(caught.length).toBe(2)
    expect(heard).toEqual(['bob', 'carol'])
  })

  test('at the end of the stream does not keep the others from it', async () => {
    const {hub, told} = setup()
    const caught = await uncaught(() => {
      listen(
        hub,
        () => {},
        () => {
          throw new Error('the fault of a reader')
        },
      )
      pull(
        hub.liveEntries(),
        pull.onEnd(() => {
          throw new Error('the fault of a reader')
        }),
      )
      hub.close()
    })
    expect(caught.length).toBe(2)
    expect(told.ended).toBe(true)
    expect(() => hub.entries()).toThrow('instance is closed')
    expect(() => hub.liveEntries()).toThrow('instance is closed')
  })
})

describe('liveEntries()', () => {
  test('gives the present at the first ask, not at the call', () => {
    const {hub} = setup()
    const {ask, got} = asking(hub)
    hub.connect(bob).catch(() => {})
    ask()
    expect(got).toMatchObject([[[bob, {state: 'connecting'}]]])
  })

  test('gives a reader that stalled the latest, once', () => {
    const {hub} = setup()
    const {ask, got} = asking(hub)
    ask()
    hub.connect(bob).catch(() => {})
    hub.update(bob, {a: 1})
    hub.update(bob, {a: 2})
    expect(got.length).toBe(1)
    ask()
    expect(got[1]).toMatchObject([[bob, {a: 2}]])
    ask()
    expect(got.length).toBe(2)
    hub.update(bob, {a: 3})
    expect(got[2]).toMatchObject([[bob, {a: 3}]])
  })

  test('keeps the order of insertion through changes in the middle', () => {
    const {hub, told} = setup()
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) hub.connect(addressOf(name)).catch(() => {})
    hub.update(addressOf('b'), {x: 1})
    void hub.disconnect(addressOf('b'))
    hub.connect(addressOf('b')).catch(() => {})
    const last = told.takeSnapshots().at(-1)
    const order = ['a', 'c', 'd', 'b'].map((name) => addressOf(name))
    expect(last?.map(([address]) => address)).toEqual(order)
    expect([...hub.entries()].map(([address]) => address)).toEqual(order)
  })

  test('gives arrays that nobody can change', () => {
    const {hub, told} = setup()
    hub.connect(bob).catch(() => {})
    for (const all of told.snapshots) expect(Object.isFrozen(all)).toBe(true)
  })

  test('aborts a reader that waits, and forgets it', () => {
    const {hub} = setup()
    const {ask, got, abort} = asking(hub)
    ask()
    ask()
    abort()
    hub.connect(bob).catch(() => {})
    expect(got).toEqual([[], true])
  })

  test('readers that ask at different paces each get a path of true states', () => {
    const {hub} = setup()
    const states: Record<string, unknown[]> = {fast: [], slow: []}
    const slow = asking(hub)
    slow.ask()
    pull(
      hub.liveEntries(),
      pull.drain((all) => {
        states.fast?.push(all[0]?.[1].a)
        // The slow reader asks while the fast one is told, and further events are applied but untold.
        if (all[0]?.[1].a === 1) {
          hub.update(bob, {a: 2})
          hub.update(bob, {a: 3})
          slow.ask()
          slow.ask()
        }
      }),
    )
    hub.connect(bob).catch(() => {})
    hub.update(bob, {a: 1})
    hub.update(bob, {a: 4})
    expect(states.fast).toEqual([undefined, undefined, 1, 2, 3, 4])
    expect(slow.got.map((all) => (all as Entry[])[0]?.[1].a)).toEqual([undefined, 3, 4])
  })
})

test('entries() is an iterator over the state at its call, whatever comes later', () => {
  const {hub} = setup()
  hub.connect(bob).catch(() => {})
  const entries = hub.entries()
  hub.connect(carol).catch(() => {})
  hub.update(bob, {a: 1})
  expect([...entries].map(([address, data]) => [address, data.a])).toEqual([[bob, undefined]])
})

test('2,000 readers that came and left leave nothing behind', async () => {
  const {hub} = setup()
  let heard = 0
  for (let i = 0; i < 1000; i++) {
    const events = hub.listen()
    events(null, () => heard++)
    events(true, () => {})
    const {ask, abort} = asking(hub)
    ask()
    ask()
    abort()
  }
  heard = 0
  hub.connect(bob).catch(() => {})
  await settled()
  expect(heard).toBe(0)
})

test.each([
  'listen',
  'liveEntries',
  'log',
] as const)('a stream that is asked for while readers are told the end of %s() ends', async (first) => {
  const {hub} = setup()
  const ends: unknown[] = []
  pull(
    hub[first]({live: true} as never),
    pull.drain(
      () => {},
      () => {
        for (const late of [hub.listen(), hub.log({old: false, live: true})])
          late(null, (end) => ends.push(end))
        pull(
          hub.liveEntries(),
          pull.collect((end) => ends.push(end ?? true)),
        )
      },
    ),
  )
  hub.close()
  await settled()
  expect(ends).toEqual([true, true, true])
})

test.each(['listen', 'liveEntries', 'log'] as const)('%s() may be aborted without a callback', (name) => {
  const {hub} = setup()
  const stream = hub[name]() as unknown as (abort: unknown) => void
  expect(() => stream(true)).not.toThrow()
})
