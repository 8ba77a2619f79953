import {describe, expect, test} from 'vitest'
import {Fold} from '../../reducers/fold'
import {reduceCopy, reduceInPlace, reducePeer} from '../../reducers/peer'
import {PeerTable} from '../../reducers/table'
import {isLegal, transitions} from '../../reducers/transitions'
import type {Peer} from '../../src/entry'
import type {PeerEvent, Recorded} from '../../src/events'

const address = 'net:example.com:8008~shs:AAA'
const about = {address, cause: 'stack'} as const
const error = {message: 'no'}

const events: Record<PeerEvent['type'], PeerEvent> = {
  connecting: {...about, type: 'connecting', attempt: 1, key: '@a', data: {note: 'hi'}},
  'connecting-failed': {...about, type: 'connecting-failed', attempt: 1, error},
  connected: {
    ...about,
    type: 'connected',
    link: 2,
    inbound: true,
    key: '@b',
    inferredType: 'lan',
    data: {more: [1]},
  },
  disconnecting: {...about, type: 'disconnecting'},
  'disconnecting-failed': {...about, type: 'disconnecting-failed', error},
  disconnected: {...about, type: 'disconnected'},
  updated: {...about, type: 'updated', data: {note: 'ho'}},
  reserved: {...about, type: 'reserved', link: 3, inbound: false, key: '@other'},
  released: {...about, type: 'released', link: 3},
}

const at = <E extends PeerEvent>(event: E, time: number): Recorded<E> => ({...event, seq: time, time})

const peer: Peer = Object.freeze({
  state: 'connected',
  key: '@a',
  inbound: false,
  hubBirth: 1,
  hubUpdated: 2,
  note: 'hi',
})

/** Given a peer, when an event, then that peer. */
const table: [PeerEvent['type'], given: Peer | undefined, then: Peer | undefined][] = [
  ['connecting', undefined, {state: 'connecting', key: '@a', hubBirth: 9, hubUpdated: 9, note: 'hi'}],
  ['connecting-failed', {...peer, state: 'connecting'}, undefined],
  [
    'connected',
    undefined,
    {
      state: 'connected',
      key: '@b',
      inbound: true,
      inferredType: 'lan',
      hubBirth: 9,
      hubUpdated: 9,
      more: [1],
    },
  ],
  [
    'connected',
    {state: 'connecting', key: '@a', hubBirth: 1, hubUpdated: 2, note: 'hi'},
    {
      state: 'connected',
      key: '@b',
      inbound: true,
      inferredType: 'lan',
      hubBirth: 1,
      hubUpdated: 9,
      note: 'hi',
      more: [1],
    },
  ],
  ['disconnecting', peer, {...peer, state: 'disconnecting', hubUpdated: 9}],
  ['disconnecting-failed', {...peer, state: 'disconnecting'}, {...peer, state: 'connected', hubUpdated: 9}],
  ['disconnected', peer, undefined],
  ['updated', peer, {...peer, note: 'ho', hubUpdated: 9}],
  ['reserved', peer, peer],
  ['released', peer, peer],
]

describe.each([reducePeer, reduceCopy, reduceInPlace])('%o', (reduce) => {
  test.each(table)('%s', (type, given, then) => {
    const before = given && (reduce === reduceInPlace ? {...given} : Object.freeze({...given}))
    expect(reduce(before, at(events[type], 9))).toEqual(then)
  })
})

test.each([
  reducePeer,
  reduceCopy,
])('%o changes nothing of what it is given, and freezes what it gives', (reduce) => {
  const before = Object.freeze({...peer})
  const after = reduce(before, at({...about, type: 'updated', data: {deep: {a: [1]}}}, 9))
  expect(before).toEqual(peer)
  expect(Object.isFrozen(after)).toBe(true)
  expect(Object.isFrozen(reduce(undefined, at(events.connected, 9)))).toBe(true)
})

test('reducePeer() gives the same peer where nothing changed', () => {
  expect(reducePeer(peer, at(events.reserved, 9))).toBe(peer)
})

describe('the table of transitions', () => {
  const states = [undefined, 'connecting', 'connected', 'disconnecting'] as const
  const legal = new Set([
    'connecting from undefined',
    'connecting-failed from connecting',
    'connected from undefined',
    'connected from connecting',
    'disconnecting from connecting',
    'disconnecting from connected',
    'disconnecting-failed from disconnecting',
    'disconnected from connected',
    'disconnected from disconnecting',
    'updated from connecting',
    'updated from connected',
    'updated from disconnecting',
    'reserved from connected',
    'reserved from disconnecting',
    'released from undefined',
    'released from connecting',
    'released from connected',
    'released from disconnecting',
  ])

  for (const type of Object.keys(transitions) as PeerEvent['type'][]) {
    for (const state of states) {
      const name = `${type} from ${state}`
      test(`${name} is ${legal.has(name) ? 'legal' : 'refused'}`, () => {
        expect(isLegal(type, state)).toBe(legal.has(name))
      })
    }
  }
})

describe('PeerTable', () => {
  test('keeps one array of entries until an event changes an entry', () => {
    const peers = new PeerTable()
    peers.apply(at(events.connecting, 1))
    const entries = peers.entries()
    peers.apply(at(events.reserved, 2))
    peers.apply({type: 'reset', cause: 'caller', seq: 3, time: 3})
    expect(peers.entries()).toBe(entries)
    peers.apply(at(events.updated, 4))
    expect(peers.entries()).not.toBe(entries)
    expect(entries[0]?.[1].note).toBe('hi')
  })

  test('changes nothing when a reducer throws', () => {
    const peers = new PeerTable()
    peers.apply(at(events.connecting, 1))
    const poison = at(
      {
        ...about,
        type: 'updated',
        data: {
          get a(): number {
            throw new Error('poison')
          },
        },
      },
      2,
    )
    expect(() => peers.apply(poison)).toThrow('poison')
    expect(peers.get(address)).toMatchObject({note: 'hi', hubUpdated: 1})
  })

  test('finds the oldest entry of a key, and forgets what is gone', () => {
    const peers = new PeerTable()
    const [a, b] = ['net:a.com:1', 'net:b.com:1']
    peers.apply(at({...events.connecting, address: a, key: undefined} as PeerEvent, 1))
    peers.apply(at({...events.connecting, address: b} as PeerEvent, 2))
    peers.apply(at({type: 'updated', address: a, cause: 'caller', key: '@a'}, 3))
    expect(peers.oldest('@a', ['connecting'])).toBe(a)
    expect(peers.oldest('@a', ['connected'])).toBeUndefined()
    peers.apply(at({...events['connecting-failed'], address: a} as PeerEvent, 4))
    expect(peers.oldest('@a', ['connecting'])).toBe(b)
    peers.apply(at({...events['connecting-failed'], address: b} as PeerEvent, 5))
    expect(peers.oldest('@a', ['connecting'])).toBeUndefined()
  })
})

test('Fold gives copies that later events do not change', () => {
  const fold = new Fold()
  expect(fold.snapshot()).toEqual({seq: 0, time: 0, entries: []})
  fold.apply(at(events.connecting, 1))
  const snapshot = fold.snapshot()
  fold.apply(at(events.updated, 2))
  expect(snapshot.entries[0]?.[1].note).toBe('hi')
  expect(fold.snapshot().entries[0]?.[1].note).toBe('ho')
})
