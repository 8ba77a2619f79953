import {mark} from '../values/secrets'
import {ColumnWriter} from './columns'
import type {Digest} from './digest'
import type {Head, Name, Shape} from './digest-format'
import {columnsOf, names, ownersOf, who, whole} from './digest-format'
import {Recent} from './recent'

/** A digest as bytes: see digest-format.ts. */
export function encodeDigest(digest: Digest): Uint8Array {
  const {lives, bars, reserves, ...texts} = digest
  const columns = columnsOf(() => new ColumnWriter())
  const shapes = writeBars(digest, columns.bars)
  const owners = ownersOf(digest)
  const begins = firstBars(digest)
  for (const [life, lane] of lives.lane.entries()) {
    const address = lives.address[life] ?? 0
    columns.lane.pushSigned(lane - (owners[address] ?? 0))
    owners[address] = lane
    columns.birth.pushSigned(whole(lives.birth[life]) - whole(bars.beginTime[begins[life] ?? 0]))
  }
  for (const lane of reserves.lane) columns.reserveLane.push(lane)
  writeSteps(digest, columns)
  const written = names.map((name) => columns[name].written())
  const lengths = written.map(({length}) => length)
  const rows = [lives.lane.length, bars.life.length, reserves.lane.length] as const
  const json: Head = {...texts, ...textsOf(digest), rows, shapes, lengths}
  const head = new TextEncoder().encode(`${mark(JSON.stringify(json))}\n`)
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, head.length))
  bytes.set(head)
  let at = head.length
  for (const column of written) {
    bytes.set(column, at)
    at += column.length
  }
  return bytes
}

/** Addresses are numbered in the order in which they are met here: lane by lane. */
function textsOf({lanes, addresses}: Digest): Pick<Head, 'lanes' | 'addresses'> {
  let met = 0
  const textOf = (address: number) => (address === met ? (addresses[met++] ?? '') : address)
  return {
    lanes: lanes.map((lane) => ({...lane, addresses: lane.addresses.map(textOf)})),
    addresses: addresses.slice(met),
  }
}

/** Of each address, the places of the shapes of its bars, counted from 1, and a 0. */
function writeBars({addresses, lives, bars}: Digest, column: ColumnWriter): Shape[] {
  const shapes: Shape[] = []
  const places = new Map<string, number>()
  const ofAddress: number[][] = addresses.map(() => [])
  for (const [row, life] of bars.life.entries()) {
    const isLast = bars.life[row + 1] !== life
    const shape: Shape = [bars.kind[row] ?? 0, bars.ending[row] ?? 0, bars.code[row] ?? 0, Number(isLast)]
    const key = shape.join()
    const place = places.get(key) ?? shapes.push(shape)
    places.set(key, place)
    ofAddress[lives.address[life] ?? 0]?.push(place)
  }
  for (const its of ofAddress) for (const place of [...its, 0]) column.push(place)
  return shapes
}

function writeSteps(digest: Digest, columns: Record<Name, ColumnWriter>): void {
  const {places, times, whose} = stepsOf(digest)
  const order = places.map((_, step) => step).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b)
  const recent = new Recent()
  const waiting: number[] = []
  let reserve = 0
  let [place, time] = [0, whole(digest.from)]
  for (const step of order) {
    const [its = 0, at = 0, then = 0] = [whose[step], places[step], times[step]]
    columns.place.pushSigned(at - place)
    columns.time.pushSigned(then - time)
    place = at
    time = then
    if (its === reserveBegins) {
      columns.who.push(who.reserveBegins)
      waiting.push(reserve++)
    } else if (its < 0) {
      const rank = waiting.indexOf(reserveEnds - its)
      columns.who.push(who.reserveEnds)
      columns.reserveEnd.push(rank)
      waiting.splice(rank, 1)
    } else {
      const rank = recent.rankOf(its)
      recent.name(its, rank)
      columns.who.push(rank < 0 ? who.other : who.recent + rank)
      if (rank >= 0) continue
      columns.low.pushByte(its % 256)
      columns.high.push(Math.floor(its / 256))
    }
  }
}

const reserveBegins = -1
/** The end of the first; that of the next is 1 less, and so on. */
const reserveEnds = -2

/** What begins and ends, in the order of the tables: where, when, and the address whose bar it is, or else a reserve. */
function stepsOf({lives, bars, reserves}: Digest) {
  const [places, times, whose]: [number[], number[], number[]] = [[], [], []]
  for (const [row, life] of bars.life.entries()) {
    const address = lives.address[life] ?? 0
    if (bars.life[row - 1] !== life) push(bars.begin[row], bars.beginTime[row], address)
    if ((bars.end[row] ?? -1) >= 0) push(bars.end[row], bars.endTime[row], address)
  }
  for (const [row, begin] of reserves.begin.entries()) {
    push(begin, reserves.beginTime[row], reserveBegins)
    if ((reserves.end[row] ?? -1) >= 0) push(reserves.end[row], reserves.endTime[row], reserveEnds - row)
  }
  return {places, times, whose}

  function push(place = 0, time = 0, its = 0): void {
    places.push(place)
    times.push(whole(time))
    whose.push(its)
  }
}

function firstBars({bars}: Digest): number[] {
  const rows: number[] = []
  for (const [row, life] of bars.life.entries()) rows[life] ??= row
  return rows
}
