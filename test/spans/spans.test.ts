import {describe, expect, test} from 'vitest'
import type {PeerSpans, SpanOptions} from '../../src/spans'
import {connectedAt, Spans, spans, uptimeOf} from '../../src/spans'
import {
  addressOf,
  connected,
  connecting,
  connectingFailed,
  type Draft,
  disconnected,
  disconnecting,
  disconnectingFailed,
  keyOfName,
  originOf,
  released,
  reserved,
  updated,
} from '../../src/testing'
import {GivenHistory} from '../../src/testing/given-history'
import type {Checkpoint, HubEvent, LogItem, Peer} from '../../src/types'

const bob = addressOf('bob')
const room = addressOf('bob', 'room.example.com')
const keyless = 'net:192.0.2.7:8008'

function itemsOf(...drafts: (Draft | HubEvent | LogItem)[]): readonly LogItem[] {
  return new GivenHistory(drafts as (Draft | LogItem)[]).items
}

function peersOf(...drafts: (Draft | HubEvent | LogItem)[]): readonly PeerSpans[] {
  return spans(itemsOf(...drafts)).peers
}

function checkpoint(
  seq: number,
  time: number,
  entries: Record<string, Partial<Peer>> = {},
  since = 1,
): Checkpoint {
  const all = Object.entries(entries).map(([address, peer]): [string, Peer] => [
    address,
    {state: 'connected', hubBirth: 5, hubUpdated: time, ...peer},
  ])
  return {type: 'checkpoint', seq, time, since, entries: all}
}

describe('the life of an entry', () => {
  test('has the states that it went through, who dialled, and who ended it and why', () => {
    const error = {message: 'stream ended', code: 'EPIPE'}
    const [peer] = peersOf(
      connecting(bob, {time: 1000}),
      connected(bob, {time: 1200}),
      disconnected(bob, {time: 5200, error, during: 2}),
    )
    expect(peer).toMatchObject({
      id: keyOfName('bob'),
      attempts: 1,
      outbound: 1,
      inbound: 0,
      uptime: 4000,
      seen: 5200,
    })
    const [life] = peer?.lives ?? []
    expect(life).toMatchObject({
      origin: 'dial',
      cause: 'caller',
      inbound: false,
      outcome: 'ended',
      attempt: 1,
      link: 2,
    })
    expect(life?.spans).toEqual([
      {state: 'connecting', seq: 1, start: 1000},
      {state: 'connected', seq: 2, start: 1200},
    ])
    expect(life?.end).toEqual({type: 'disconnected', seq: 3, time: 5200, cause: 'remote', error, during: 2})
    expect(life && [connectedAt(life), uptimeOf(life, 0)]).toEqual([1200, 4000])
  })

  test('tells a dial that failed from one that was called off, and why', () => {
    const gaveUp = {message: 'too slow', name: 'TimeoutError'}
    const [peer] = peersOf(
      connecting(bob),
      connectingFailed(bob, {error: {code: 'ECONNREFUSED'}}),
      connecting(bob),
      connectingFailed(bob),
      connecting(bob),
      disconnecting(bob, {reason: 'signal', error: gaveUp}),
      disconnected(bob),
    )
    expect(peer?.lives.map(({outcome}) => outcome)).toEqual(['failed', 'failed', 'called-off'])
    expect(peer?.lives[2]?.closing).toMatchObject({cause: 'caller', reason: 'signal', error: gaveUp})
    expect(peer?.failures).toEqual(
      new Map([
        ['ECONNREFUSED', 1],
        ['none', 1],
      ]),
    )
    expect(peer?.calledOff).toEqual(new Map([['signal', 1]]))
  })

  test('goes on where a link could not be closed', () => {
    const [peer] = peersOf(
      connected(bob),
      disconnecting(bob),
      disconnectingFailed(bob, {error: {code: 'ERR_CLOSE_TIMEOUT'}}),
    )
    const [life] = peer?.lives ?? []
    expect(life?.spans.map(({state, error}) => [state, error?.code])).toEqual([
      ['connected', undefined],
      ['disconnecting', undefined],
      ['connected', 'ERR_CLOSE_TIMEOUT'],
    ])
    expect([life?.outcome, peer?.connected]).toEqual(['open', 1])
  })

  test('was called off also where a link that waited could not be closed, and is connected then', () => {
    const [peer] = peersOf(connecting(bob), disconnecting(bob), disconnectingFailed(bob), disconnected(bob))
    expect(peer?.calledOff).toEqual(new Map([['disconnect', 1]]))
    expect(peer?.lives.map(({outcome}) => outcome)).toEqual(['ended'])
  })

  test('counts what was updated, and its peer has the latest name', () => {
    const [peer] = peersOf(connected(bob, {data: {name: 'Bob'}}), updated(bob, {data: {name: 'Robert'}}))
    expect([peer?.lives[0]?.updates, peer?.name]).toEqual([1, 'Robert'])
  })
})

describe('a peer', () => {
  test('has one row for all of its addresses, and its uptime counts once where they overlap', () => {
    const peers = peersOf(
      connecting(bob, {time: 100}),
      connected(bob, {time: 200}),
      connecting(room, {time: 300}),
      connected(room, {time: 300}),
      disconnected(bob, {time: 500}),
      disconnected(room, {time: 600}),
    )
    expect(peers).toHaveLength(1)
    expect(peers[0]).toMatchObject({uptime: 400, outbound: 2, first: 100})
    expect([...(peers[0]?.addresses ?? [])]).toEqual([bob, room])
  })

  test('is an address where nobody knows the key, until one is proven there', () => {
    const alone = [connecting(keyless), connectingFailed(keyless), connecting(keyless)]
    expect(peersOf(...alone)).toMatchObject([{id: keyless, key: undefined, attempts: 2}])
    const key = keyOfName('bob')
    const known = peersOf(...alone, connected(keyless, {key}), disconnected(keyless), connecting(keyless))
    expect(known).toMatchObject([{id: key, key, attempts: 3, outbound: 1}])
    const both = peersOf(connected(bob), ...alone, connected(keyless, {key}))
    expect(both).toHaveLength(1)
    expect(both[0]).toMatchObject({id: key, attempts: 2, inbound: 1, outbound: 1, connected: 2})
    expect(both[0]?.lives.map(({index}) => index)).toEqual([0, 1, 2])
    expect(spans(itemsOf(connected(bob), ...alone, connected(keyless, {key}))).connected).toBe(1)
  })

  test('is the one whose key was proven, whatever was claimed', () => {
    const [erin, key] = [keyOfName('erin'), keyOfName('bob')]
    const claimed = [connecting(keyless, {key: erin}), connected(keyless, {key})]
    expect(peersOf(...claimed)).toMatchObject([{id: key, attempts: 1, outbound: 1}])
    const all = peersOf(connected(addressOf('erin')), disconnected(addressOf('erin')), ...claimed)
    expect(all).toMatchObject([
      {id: erin, attempts: 0, connected: 0},
      {id: key, attempts: 1, connected: 1},
    ])
    expect(all.map(({lives}) => lives.length)).toEqual([1, 1])
  })

  test('is another one once its key was claimed by an update', () => {
    const key = keyOfName('bob')
    expect(peersOf(connecting(keyless), updated(keyless, {key}))).toMatchObject([{id: key, attempts: 1}])
  })

  test('flaps where a short connection was lost, not where we ended it, or another link took over', () => {
    const link = 7
    const lost = [connected(bob), disconnected(bob)]
    expect(peersOf(...lost)).toMatchObject([{flaps: 1}])
    expect(peersOf(connected(bob, {time: 0}), disconnected(bob, {time: 60_000}))).toMatchObject([{flaps: 0}])
    expect(peersOf(connected(bob), disconnecting(bob), disconnected(bob))).toMatchObject([{flaps: 0}])
    const [peer] = peersOf(
      connected(bob),
      reserved(bob, {link}),
      disconnected(bob),
      connected(bob, {cause: 'hub', link}),
    )
    expect(peer).toMatchObject({flaps: 0, handOvers: 1, inbound: 2})
    expect(peer?.lives.map(({origin}) => origin)).toEqual(['inbound', 'reserve'])
    expect(peer?.reserves).toMatchObject([{link, inbound: true, seq: 2, end: {type: 'connected', seq: 4}}])
  })

  test('has the links that waited in reserve, and how each ended', () => {
    const [peer] = peersOf(
      connected(originOf('bob')),
      reserved(originOf('bob'), {link: 7}),
      reserved(originOf('bob'), {link: 8}),
      released(originOf('bob'), {link: 7, error: {message: 'gone'}}),
      {type: 'reset', cause: 'caller'},
    )
    expect(peer?.reserves.map(({link, end}) => [link, end?.type, end?.seq, end?.error?.message])).toEqual([
      [7, 'released', 4, 'gone'],
      [8, 'reset', 5, undefined],
    ])
  })
})

describe('the hub', () => {
  test('has its resets, and counts over time: connected peers, and time with nobody', () => {
    const all = spans(
      itemsOf(
        checkpoint(0, 0, {}, 1000),
        connected(bob, {time: 3000}),
        connected(addressOf('carol'), {time: 5500}),
        {type: 'reset', cause: 'caller', time: 9000} as HubEvent,
        disconnecting(bob, {cause: 'hub'}),
        disconnected(bob, {cause: 'hub'}),
      ),
    )
    expect(all.resets).toEqual([{run: 0, seq: 3, time: 9000, cause: 'caller'}])
    expect([all.connected, all.most]).toEqual([1, {connected: 2, time: 5500}])
    expect(all.elapsed).toEqual({all: 8002, alone: 2000})
    expect(all.bins.width).toBe(1000)
    expect(all.bins.bins.map(({start, most, last, connections}) => [start, most, last, connections])).toEqual(
      [
        [3000, 1, 1, 1],
        [5000, 2, 2, 1],
        [9000, 2, 1, 0],
      ],
    )
  })

  test('has few bins, however long the log, and none of the counts is lost', () => {
    const all = new Spans()
    for (const item of itemsOf(
      ...Array.from({length: 5000}, (_, i) => [
        connecting(bob, {time: 1e12 + i * 7000}),
        connectingFailed(bob, {time: 1e12 + i * 7000}),
      ]).flat(),
    ))
      all.apply(item)
    const {width, bins} = all.bins
    expect(bins.length).toBeLessThanOrEqual(1024)
    expect(bins.reduce((n, {failures}) => n + failures, 0)).toBe(5000)
    expect(bins.every(({start}) => start % width === 0)).toBe(true)
  })

  test('has bins also where moments lie years apart', () => {
    const all = new Spans()
    const days = Array.from({length: 3000}, (_, i) => i * 86_400_000 * 30)
    for (const item of itemsOf(
      ...days.flatMap((time) => [connected(bob, {time}), disconnected(bob, {time})]),
    )) {
      all.apply(item)
    }
    expect(all.bins.bins.length).toBeLessThanOrEqual(1024)
    expect(all.bins.bins.reduce((n, {connections}) => n + connections, 0)).toBe(3000)
  })

  test('refuses what does not follow, as a fold does, and then nothing has changed', () => {
    const all = new Spans()
    const [first, second] = itemsOf(connecting(bob), connectingFailed(bob))
    if (!first || !second) throw new Error('no events')
    expect(() => all.apply(second)).toThrow(
      'at event 2 (connecting-failed), expected event 1, or a checkpoint',
    )
    expect(() => all.apply({...second, seq: 1})).toThrow('this one is absent')
    all.apply(first)
    all.apply(second)
    expect(all.peers).toMatchObject([{attempts: 1}])
    expect(() => spans('[]' as never)).toThrow('the items of a log')
  })

  test('gives tables only where it was asked to keep what they are made of', () => {
    expect(() => spans([]).tableAt(0)).toThrow('tables')
    expect(spans([], {tables: true}).tableAt(0)).toEqual([])
  })
})

describe('a checkpoint', () => {
  const lines = (options: SpanOptions, ...items: LogItem[]) => {
    const all = spans(items, options)
    return all.peers.flatMap(({lives}) => lives)
  }

  test('at the beginning has entries that are open already, since before', () => {
    const all = spans([checkpoint(40, 9000, {[bob]: {hubBirth: 2000}})])
    expect(all.peers[0]?.lives).toMatchObject([
      {
        origin: 'before',
        seq: 40,
        start: 9000,
        birth: 2000,
        outcome: 'open',
        spans: [{state: 'connected', seq: 40}],
      },
    ])
    expect([all.connected, all.time]).toEqual([1, 9000])
  })

  test('of a rotation changes nothing', () => {
    const before = checkpoint(40, 9000, {[bob]: {}})
    expect(lines({}, before, before)).toHaveLength(1)
    expect(spans([before, before]).checkpoints.map(({missing}) => missing)).toEqual([0, 0])
  })

  test('after events that are missing ends what is gone, at the last moment that is known of it', () => {
    const key = keyOfName('bob')
    const all = spans(
      [checkpoint(40, 9000, {[bob]: {key}}), checkpoint(60, 12_000, {[room]: {hubBirth: 11_000, key}})],
      {tables: true},
    )
    expect(all.peers[0]?.lives).toMatchObject([
      {address: bob, outcome: 'unknown', end: {type: 'unknown', seq: 60, time: 9000}},
      {address: room, outcome: 'open', origin: 'before', start: 12_000},
    ])
    expect(all.checkpoints[1]).toMatchObject({missing: 20})
    expect(all.tableAt(59).map(([address]) => address)).toEqual([bob])
    expect(all.tableAt(60).map(([address]) => address)).toEqual([room])
  })

  test('after events that are missing tells of another state of what is still there', () => {
    const [life] = lines(
      {},
      checkpoint(40, 9000, {[bob]: {state: 'connecting'}}),
      checkpoint(60, 12_000, {[bob]: {state: 'connected', key: keyOfName('bob')}}),
    )
    expect(life?.spans.map(({state, seq}) => [state, seq])).toEqual([
      ['connecting', 40],
      ['connected', 60],
    ])
  })

  test.each([
    ['that was made at another time', checkpoint(0, 0, {}, 20_000)],
    ['whose numbers begin again', checkpoint(3, 20_000, {}, 1)],
    ['on a clock that was set back', checkpoint(60, 500, {}, 500)],
  ])('of a hub %s begins another run, and what was open is not known further', (_, second) => {
    const all = spans([checkpoint(40, 9000, {[bob]: {}}), second])
    expect(all.runs).toHaveLength(2)
    expect(all.runs[0]).toMatchObject({first: 40, last: 40, to: 9000, closed: undefined})
    expect(all.peers[0]?.lives).toMatchObject([{run: 0, end: {type: 'unknown', seq: undefined, time: 9000}}])
    expect([all.connected, all.elapsed.all]).toEqual([0, 0])
  })
})

test('without keeping lives, each is given when it has ended, and the counts are the same', () => {
  const ended: string[] = []
  const items = itemsOf(connecting(bob), connectingFailed(bob), connected(bob))
  const all = spans(items, {keep: false, onEnd: ({outcome}, {id}) => ended.push(`${outcome} ${id}`)})
  expect(ended).toEqual([`failed ${keyOfName('bob')}`])
  const {lives, ...counts} = spans(items).peers[0] as PeerSpans
  expect(lives).toHaveLength(2)
  expect(all.peers[0]).toMatchObject({...counts, lives: []})
  expect(all.open.map(([{outcome}]) => outcome)).toEqual(['open'])
})
