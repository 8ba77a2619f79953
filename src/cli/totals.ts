import {connectedSpans} from '../spans/life'
import type {PeerSpans} from '../spans/peers'
import type {Spans} from '../spans/spans'

/** What happened, in numbers: JSON. Times in ms since the epoch, durations in ms. */
export interface Totals {
  readonly from: number | undefined
  readonly to: number | undefined
  readonly runs: number
  readonly events: number
  readonly missing: number
  readonly peers: number
  readonly everConnected: number
  readonly connected: number
  readonly mostConnected: number
  readonly mostConnectedAt: number | undefined
  readonly elapsed: number
  readonly nobodyConnected: number
  readonly dials: number
  readonly failures: Readonly<Record<string, number>>
  readonly givenUp: Readonly<Record<string, number>>
  readonly inbound: number
  readonly outbound: number
  readonly flaps: number
  readonly handOvers: number
  readonly resets: number
}

/** @param peers those that count; default: all. Where it is not all, their lives must have been kept. */
export function totalsOf(spans: Spans, peers?: readonly PeerSpans[]): Totals {
  const all = peers ?? spans.peers
  const sum = (field: 'attempts' | 'inbound' | 'outbound' | 'flaps' | 'handOvers') =>
    all.reduce((n, peer) => n + peer[field], 0)
  const {runs, elapsed, resets, checkpoints} = spans
  const presence = peers ? presenceOf(peers, spans) : {...spans.most, alone: elapsed.alone}
  return {
    from: runs.find(({from}) => from !== undefined)?.from,
    to: spans.time,
    runs: runs.length,
    events: peers ? eventsOf(peers) : spans.events,
    missing: checkpoints.reduce((n, {missing}) => n + missing, 0),
    peers: all.length,
    everConnected: all.filter(({seen, connected}) => connected > 0 || seen !== undefined).length,
    connected: all.filter(({connected}) => connected > 0).length,
    mostConnected: presence.connected,
    mostConnectedAt: presence.time,
    elapsed: elapsed.all,
    nobodyConnected: presence.alone,
    dials: sum('attempts'),
    failures: merged(all.map(({failures}) => failures)),
    givenUp: merged(all.map(({calledOff}) => calledOff)),
    inbound: sum('inbound'),
    outbound: sum('outbound'),
    flaps: sum('flaps'),
    handOvers: sum('handOvers'),
    resets: resets.length,
  }
}

/** Counts by name, the most frequent first. */
export function merged(all: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const sum = new Map<string, number>()
  for (const counts of all) for (const [name, n] of counts) sum.set(name, (sum.get(name) ?? 0) + n)
  return Object.fromEntries([...sum].sort(([, a], [, b]) => b - a))
}

export function total(counts: Readonly<Record<string, number>> | ReadonlyMap<string, number>): number {
  const all = counts instanceof Map ? [...counts.values()] : Object.values(counts)
  return all.reduce((n, each) => n + each, 0)
}

function eventsOf(peers: readonly PeerSpans[]): number {
  const lives = peers.flatMap(({lives}) => lives)
  return lives.reduce((n, {spans, updates, end, origin}) => {
    const ended = end && end.type !== 'unknown' ? 1 : 0
    return n + spans.length + updates + ended - (origin === 'before' ? 1 : 0)
  }, 0)
}

/** How many of these peers were connected at most, and how long none was. */
function presenceOf(peers: readonly PeerSpans[], {time = 0, elapsed}: Spans) {
  const changes = peers.flatMap(({lives}) => {
    const all = lives.flatMap((life) => connectedSpans(life, time))
    // Of one peer, what overlaps is one.
    const joined: {from: number; to: number}[] = []
    for (const span of all.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1)
      if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
      else joined.push({...span})
    }
    return joined.flatMap(
      ({from, to}) =>
        [
          [from, 1],
          [to, -1],
        ] as const,
    )
  })
  let [now, connected, covered, since] = [0, 0, 0, 0]
  let at: number | undefined
  for (const [moment, change] of changes.sort(([a, x], [b, y]) => a - b || x - y)) {
    if (now === 0) since = moment
    now += change
    if (now === 0) covered += moment - since
    if (now > connected) [connected, at] = [now, moment]
  }
  return {connected, time: at, alone: Math.max(0, elapsed.all - covered)}
}
