import type {PeerSpans} from '../spans/peers'
import type {Spans} from '../spans/spans'
import type {Call, Command} from './command'
import {LogError} from './input'
import type {Link} from './links'
import {linksOf} from './links'
import type {Offset} from './offset'
import {offsetOf, pairsOf} from './offset'
import {counted, ranked, safe} from './print'
import {spansOf} from './reading'
import {duration, moment} from './times'
import {UsageError} from './usage-error'

/** What one side has recorded of the other. */
interface Side {
  readonly letter: string
  readonly path: string
  readonly id: string
  readonly spans: Spans
  readonly other: PeerSpans | undefined
  readonly links: readonly Link[]
}

/** `diff`: two logs of two peers that knew each other. */
export const diff: Command = {
  takes: 'A B',
  about:
    "two peers' logs on one time axis: what both saw, what only one saw, and how far their clocks lie apart",
  more: 'Whose log it is stands in its first line; --a and --b tell it for logs of version 1. The logs are compared as a whole;\n--since and --until say which connections are listed, by the clock of A.',
  options: {
    a: {type: 'string', value: 'KEY', about: 'the public key of the peer whose log A is'},
    b: {type: 'string', value: 'KEY', about: 'the public key of the peer whose log B is'},
  },
  async run(call) {
    const [pathA, pathB, ...others] = call.logs.paths
    if (!pathA || !pathB || others.length > 0) throw new UsageError('diff takes two logs')
    const {a: idA, b: idB} = call.values
    const [readA, readB] = [await read(call, pathA, idA, '--a'), await read(call, pathB, idB, '--b')]
    const a = sideOf('A', pathA, readA, readB.id)
    const b = sideOf('B', pathB, readB, readA.id)
    const pairs = pairsOf(a.links, b.links)
    const offset = offsetOf(pairs)
    const onlyA = a.links.filter((link) => !pairs.some((pair) => pair.a === link))
    const onlyB = b.links.filter((link) => !pairs.some((pair) => pair.b === link))
    if (call.values.json) {
      const sides = [a, b].map(({path, id, spans, other}) => ({
        ...{path, id, from: spans.runs[0]?.from, to: spans.time},
        ...{failures: other?.failures ?? {}, givenUp: other?.calledOff ?? {}},
      }))
      await call.print.json({a: sides[0], b: sides[1], offset, both: pairs, onlyA, onlyB})
    } else {
      await tellSides(call, a, b, offset, pairs.length)
      await tellLinks(call, a, b, pairs, onlyA, onlyB, offset)
    }
    return a.links.length + b.links.length === 0 ? 1 : 0
  },
}

async function read(
  {whole}: Call,
  path: string,
  given: unknown,
  option: string,
): Promise<{id: string; spans: Spans}> {
  let id = typeof given === 'string' ? given : undefined
  const spans = await spansOf(whole(path), {}, undefined, (header) => {
    id ??= header.id
  })
  if (id === undefined)
    throw new LogError(`${path} does not tell whose log it is: give its key with ${option}`)
  return {id, spans}
}

function sideOf(
  letter: string,
  path: string,
  {id, spans}: {id: string; spans: Spans},
  otherId: string,
): Side {
  const other = spans.peers.find((peer) => peer.id === otherId)
  return {letter, path, id, spans, other, links: other ? linksOf(other) : []}
}

async function tellSides(
  {print}: Call,
  a: Side,
  b: Side,
  offset: Offset | undefined,
  both: number,
): Promise<void> {
  for (const {letter, path, id, spans} of [a, b]) {
    const range = `${moment(spans.runs[0]?.from)} to ${moment(spans.time)}`
    await print.line(`${print.style('bold', letter)}  ${print.text(id)}  ${safe(path)}  ${range}`)
  }
  for (const {letter, other} of [a, b]) {
    const failed = [
      ...(other?.failures ?? []),
      ...[...(other?.calledOff ?? [])].map(([why, n]) => [`given up (${why})`, n] as const),
    ]
    if (failed.length > 0) await print.line(`${letter}’s dials that failed: ${print.text(ranked(failed))}`)
  }
  await print.line(clockLine(offset))
  await print.line(`both saw ${counted(both, 'connection')}`)
}

function clockLine(offset: Offset | undefined): string {
  if (!offset) return 'how far the clocks lie apart cannot be told: no connection is in both logs'
  const {least, most, isSteady} = offset
  if (!isSteady) {
    return `B’s clock did not keep its distance from A’s: it was ahead by between ${ms(least)} and ${ms(most)}`
  }
  return `B’s clock is ahead of A’s by ${ms((least + most) / 2)}, give or take ${ms((most - least) / 2)}`
}

async function tellLinks(
  {print, logs}: Call,
  a: Side,
  b: Side,
  pairs: readonly {readonly a: Link; readonly b: Link}[],
  onlyA: readonly Link[],
  onlyB: readonly Link[],
  offset: Offset | undefined,
): Promise<void> {
  const {since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY} = logs.range
  const ahead = offset ? (offset.least + offset.most) / 2 : 0
  const rows = [
    ...pairs.map((pair) => ({at: pair.a.from, row: bothRow(pair.a, pair.b)})),
    ...onlyA.map((link) => ({
      at: link.from,
      row: oneRow('only A', link, link.inbound ? 'B' : 'A', noteOf(link.from + ahead, b)),
    })),
    ...onlyB.map((link) => ({
      at: link.from - ahead,
      row: oneRow('only B', link, link.inbound ? 'A' : 'B', noteOf(link.from - ahead, a)),
    })),
  ]
    .filter(({at}) => at >= since && at <= until)
    .sort((x, y) => x.at - y.at)
  if (rows.length === 0) return
  await print.line()
  await print.table(
    ['TIME (A’S CLOCK)', 'SEEN BY', 'DIALLED BY', 'LASTED', 'THE END, AS A SAW IT', 'AND AS B DID'],
    rows.map(({at, row}) => [moment(Math.round(at)), ...row]),
  )
}

function bothRow(a: Link, b: Link): string[] {
  return ['both', a.inbound ? 'B' : 'A', lasted(a), a.how, b.how]
}

function oneRow(seen: string, link: Link, dialler: string, note: string): string[] {
  const [how, none] = [link.how, note]
  return [seen, dialler, lasted(link), ...(seen === 'only A' ? [how, none] : [none, how])]
}

/** Why a side may not have seen it. */
function noteOf(time: number, {spans}: Side): string {
  const from = spans.runs[0]?.from
  if (from !== undefined && time < from) return 'not recorded yet'
  return spans.time !== undefined && time > spans.time ? 'not recorded any more' : 'nothing'
}

function lasted({from, to}: Link): string {
  return to === undefined ? '' : duration(to - from)
}

function ms(n: number): string {
  return Math.abs(n) < 10_000 ? `${Math.round(n)} ms` : `${(n / 1000).toFixed(3)} s`
}
