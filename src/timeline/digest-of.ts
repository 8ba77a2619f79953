import type {ErrorRecord} from '../events'
import type {Ending, Life, ReserveSpan} from '../spans/life'
import type {Spans} from '../spans/spans'
import type {Bars, Digest, DigestRun, Lane, Mark} from './digest'
import {endings, ends, inferredTypes, kinds, placeOf, states, tablesOf} from './digest'

/**
 * The digest of a log: it takes what `Spans` keeps of it, and changes nothing there.
 *
 * @param id the public key of the peer whose log it is
 */
export function digestOf(spans: Spans, id?: string): Digest {
  const runs = runsOf(spans)
  const tables = tablesOf()
  const addresses = new Names()
  const codes = new Names()
  const lanes: Lane[] = []
  const lives: {readonly life: Life; readonly lane: number}[] = []
  const reserves: {readonly reserve: ReserveSpan; readonly lane: number}[] = []
  for (const peer of spans.peers) {
    const lane = lanes.length
    const {key, name} = peer
    lanes.push({key, name, addresses: Array.from(peer.addresses, (address) => addresses.place(address))})
    for (const life of peer.lives) lives.push({life, lane})
    for (const reserve of peer.reserves) reserves.push({reserve, lane})
  }
  lives.sort((a, b) => a.life.index - b.life.index)
  for (const {life, lane} of lives) pushLife(life, lane)
  reserves.sort((a, b) => a.reserve.run - b.reserve.run || a.reserve.seq - b.reserve.seq)
  for (const {reserve, lane} of reserves) pushReserve(reserve, lane)
  const count = runs.reduce((sum, {length}) => sum + length, 0)
  return {
    ...(id !== undefined && {id}),
    count,
    events: spans.events,
    ...extent(spans),
    runs: runs.map(({start, first, since}) => ({start, first, since})),
    addresses: addresses.all,
    codes: codes.all,
    lanes,
    ...tables,
    marks: marksOf(spans, runs),
  }

  function pushReserve({run, seq, start, end}: ReserveSpan, lane: number): void {
    const {reserves} = tables
    reserves.lane.push(lane)
    reserves.begin.push(at(run, seq))
    reserves.beginTime.push(start)
    reserves.end.push(endAt(run, end))
    reserves.endTime.push(end?.time ?? -1)
  }

  function pushLife(life: Life, lane: number): void {
    const row = tables.lives.lane.push(lane) - 1
    tables.lives.address.push(addresses.place(life.address))
    tables.lives.birth.push(life.birth)
    for (const [i, {state, seq, start}] of life.spans.entries()) {
      const next = life.spans[i + 1]
      const isDialling = state === 'connecting'
      const inbound = isDialling || life.inbound === undefined ? 0 : life.inbound ? 2 : 1
      const type = isDialling ? 0 : inferredTypes.indexOf(life.inferredType)
      const isHandOver = i === 0 && life.origin === 'reserve'
      const end = next ? (next.error ? ends.failed : ends.on) : endOf(life.end)
      pushBar({
        life: row,
        begin: at(life.run, seq),
        beginTime: start,
        end: next ? at(life.run, next.seq) : endAt(life.run, life.end),
        endTime: next?.start ?? life.end?.time ?? -1,
        kind: kinds.of(states.indexOf(state), inbound, type, end, isHandOver),
        ending: endings.of(
          next ? (next.state === 'disconnecting' ? life.closing?.cause : undefined) : life.end?.cause,
          state === 'disconnecting' || next?.state === 'disconnecting' ? life.closing?.reason : undefined,
        ),
        code: codeOf(next ? next.error : life.end?.error),
      })
    }
  }

  function pushBar(bar: {readonly [name in keyof Bars]: number}): void {
    const {bars} = tables
    bars.life.push(bar.life)
    bars.begin.push(bar.begin)
    bars.beginTime.push(bar.beginTime)
    bars.end.push(bar.end)
    bars.endTime.push(bar.endTime)
    bars.kind.push(bar.kind)
    bars.ending.push(bar.ending)
    bars.code.push(bar.code)
  }

  function codeOf(error: ErrorRecord | undefined): number {
    return error ? codes.place(String(error.code ?? 'none').slice(0, 100)) + 1 : 0
  }

  function at(run: number, seq: number): number {
    return placeOf(runs[run] ?? {start: 0, first: 0}, seq)
  }

  /** What ends with its run ends where the next one begins. */
  function endAt(run: number, end: Ending | undefined): number {
    if (!end) return -1
    const {start = 0, length = 0} = runs[run] ?? {}
    return end.seq === undefined ? start + length : at(run, end.seq)
  }
}

interface RunPlaces extends DigestRun {
  readonly length: number
}

function runsOf(spans: Spans): RunPlaces[] {
  let start = 0
  return spans.runs.map(({first, last, since}) => {
    const run = {start, first, since, length: last - first + 1}
    start += run.length
    return run
  })
}

function endOf(end: Ending | undefined): number {
  if (!end) return ends.open
  return end.type === 'connecting-failed' ? ends.failed : ends.gone
}

function extent({runs}: Spans): Pick<Digest, 'from' | 'to'> {
  const from = Math.min(...runs.map(({from = Number.POSITIVE_INFINITY}) => from))
  const to = Math.max(...runs.map(({to = Number.NEGATIVE_INFINITY}) => to))
  return from <= to ? {from, to} : {from: 0, to: 0}
}

function marksOf(spans: Spans, runs: readonly RunPlaces[]): Mark[] {
  const marks: Mark[] = []
  const at = (run: number, seq: number) => placeOf(runs[run] ?? {start: 0, first: 0}, seq)
  for (const {run, seq, time} of spans.resets) marks.push({what: 'reset', at: at(run, seq), time})
  for (const {run, seq, time = 0, missing} of spans.checkpoints) {
    if (missing > 0) marks.push({what: 'missing', at: at(run, seq), time, by: missing})
  }
  let latest: number | undefined
  for (const [i, {first, from, to = 0, closed}] of spans.runs.entries()) {
    if (closed !== undefined) marks.push({what: 'closed', at: at(i, closed), time: to})
    if (from !== undefined && latest !== undefined) {
      const by = latest - from
      marks.push({at: at(i, first), time: from, ...(by > 0 ? {what: 'set back', by} : {what: 'new hub'})})
    }
    latest = to || latest
  }
  return marks.sort((a, b) => a.at - b.at)
}

/** Texts, each once. */
class Names {
  readonly all: string[] = []
  readonly #places = new Map<string, number>()

  place(text: string): number {
    let place = this.#places.get(text)
    if (place === undefined) {
      place = this.all.push(text) - 1
      this.#places.set(text, place)
    }
    return place
  }
}
