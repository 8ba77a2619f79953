import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import type {Entry, Source} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {asking} from '../kit/reading'
import {setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What a source gives when it is asked once; `waits` if it does not answer. */
function ask<T>(read: Source<T>): unknown {
  let answer: unknown = 'waits'
  read(null, (end, value) => {
    answer = end ?? value
  })
  return answer
}

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

  test('and entries() do not share their arrays', () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    const read = hub.liveEntries()
    ask(read)
    const before = hub.entries()
    ask(read)
    stack.incoming('carol', carol)
    expect([...before].map(([address]) => address)).toEqual([bob])
  })

  test('has each entry once for a reader that was ahead of what was told', () => {
    const {hub, stack} = setup()
    const read = hub.liveEntries()
    const given: (readonly string[])[] = []
    const next = () =>
      read(null, (end, entries: readonly Entry[] = []) => {
        if (!end) given.push(entries.map(([address]) => address))
      })
    const first = hub.listen()
    first(null, () => {
      // Carol is in the table, and not told yet.
      hub.connect(carol).catch(() => {})
      next()
      next()
    })
    hub.connect(bob).catch(() => {})
    stack.lastDial.fail()
    expect(given).toEqual([[bob, carol], [bob]])
  })

  test('may be left by a reader that does not wait', () => {
    const {hub} = setup()
    const read = hub.liveEntries()
    ask(read)
    let end: unknown
    expect(() =>
      read(true, (ended) => {
        end = ended
      }),
    ).not.toThrow()
    expect(end).toBe(true)
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
