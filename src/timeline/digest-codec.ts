import {mark} from '../values/secrets'
import {ColumnReader, ColumnWriter} from './columns'
import type {Bars, Digest, Reserves} from './digest'
import {tablesOf} from './digest'
import {Recent} from './recent'

/**
 * A digest as bytes: a line of JSON with what is text, in which seeds are marked, then columns of numbers.
 *
 * An event that ends one bar of an entry begins the next, so it is told once. Address by address it is told what bars
 * there are (`bars`): from that follows what each step of an address does, which begins a life, or ends a bar and with
 * it the life or not. Of all steps, in the order of the log, it is told how many places (`place`) and ms (`time`) each
 * is after the one before, and whose it is (`who`).
 */

const names = [
  ...(['bars', 'place', 'time', 'who', 'low', 'high'] as const),
  ...(['lane', 'birth', 'reserveLane', 'reserveEnd'] as const),
]

type Name = (typeof names)[number]

/** A kind of bar: its kind, its ending and its code, and 1 where it is the last one of its life. */
type Shape = readonly [kind: number, ending: number, code: number, isLast: number]

/** Whose a step is: what is not said here is an address by its rank in `Recent`. */
const who = {reserveBegins: 0, reserveEnds: 1, other: 2, recent: 3}

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
  const rows = [lives.lane.length, bars.life.length, reserves.lane.length]
  const written = names.map((name) => columns[name].written())
  const lengths = written.map(({length}) => length)
  const head = new TextEncoder().encode(`${mark(JSON.stringify({...texts, rows, shapes, lengths}))}\n`)
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, head.length))
  bytes.set(head)
  let at = head.length
  for (const column of written) {
    bytes.set(column, at)
    at += column.length
  }
  return bytes
}

export function decodeDigest(bytes: Uint8Array): Digest {
  const end = bytes.indexOf(10)
  const {rows, shapes, lengths, ...texts} = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
  let at = end + 1
  const columns = columnsOf((i) => {
    const start = at
    at += lengths[i]
    return new ColumnReader(bytes.subarray(start, at))
  })
  const digest: Digest = {...texts, ...tablesOf(...(rows as [number, number, number]))}
  readSteps(digest, shapes, columns)
  return digest
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

function readSteps(digest: Digest, shapes: readonly Shape[], columns: Record<Name, ColumnReader>): void {
  const {lives, bars, reserves} = digest
  const owners = ownersOf(digest)
  const {all, starts} = readBars(digest, columns.bars)
  /** By address: its bar that goes on, or -1. */
  const open: number[] = starts.map(() => -1)
  const recent = new Recent()
  const waiting: number[] = []
  /** How many rows are written. */
  const rows = {lives: 0, bars: 0, reserves: 0}
  let [place, time] = [0, whole(digest.from)]
  while (!columns.place.isAtEnd) {
    place += columns.place.nextSigned()
    time += columns.time.nextSigned()
    const code = columns.who.next()
    if (code === who.reserveBegins) {
      const row = rows.reserves++
      reserves.lane[row] = columns.reserveLane.next()
      begin(reserves, row)
      waiting.push(row)
    } else if (code === who.reserveEnds) {
      const [row = 0] = waiting.splice(columns.reserveEnd.next(), 1)
      end(reserves, row)
    } else {
      const rank = code === who.other ? -1 : code - who.recent
      const address = rank < 0 ? columns.low.nextByte() + columns.high.next() * 256 : recent.at(rank)
      recent.name(address, rank)
      step(address)
    }
  }

  function step(address: number): void {
    const row = open[address] ?? -1
    if (row < 0) return beginLife(address)
    end(bars, row)
    const goesOn = bars.life[row + 1] === bars.life[row]
    open[address] = goesOn ? row + 1 : -1
    if (goesOn) begin(bars, row + 1)
  }

  /** All of its bars get their rows: the rows of a life stand together. */
  function beginLife(address: number): void {
    const lane = (owners[address] ?? 0) + columns.lane.nextSigned()
    owners[address] = lane
    const life = rows.lives++
    lives.lane[life] = lane
    lives.address[life] = address
    lives.birth[life] = time + columns.birth.nextSigned()
    open[address] = rows.bars
    begin(bars, rows.bars)
    let at = starts[address] ?? 0
    let shape: Shape | undefined
    do {
      const row = rows.bars++
      shape = shapes[(all[at++] ?? 0) - 1]
      bars.life[row] = life
      bars.kind[row] = shape?.[0] ?? 0
      bars.ending[row] = shape?.[1] ?? 0
      bars.code[row] = shape?.[2] ?? 0
    } while (shape?.[3] === 0)
    starts[address] = at
  }

  function begin(table: Bars | Reserves, row: number): void {
    table.begin[row] = place
    table.beginTime[row] = time
  }

  function end(table: Bars | Reserves, row: number): void {
    table.end[row] = place
    table.endTime[row] = time
  }
}

/** The places of shapes, and where those of each address start. */
function readBars({addresses}: Digest, column: ColumnReader): {all: number[]; starts: number[]} {
  const all: number[] = []
  const starts = addresses.map(() => {
    const start = all.length
    for (let place = column.next(); place > 0; place = column.next()) all.push(place)
    return start
  })
  return {all, starts}
}

/** Of each address, the lane of which it is: where it is of several, the last. */
function ownersOf({lanes}: Digest): number[] {
  const owners: number[] = []
  for (const [lane, {addresses}] of lanes.entries()) for (const address of addresses) owners[address] = lane
  return owners
}

function firstBars({bars}: Digest): number[] {
  const rows: number[] = []
  for (const [row, life] of bars.life.entries()) rows[life] ??= row
  return rows
}

function columnsOf<T>(make: (index: number) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(i)])) as Record<Name, T>
}

/** Fractions of a ms are left out. */
function whole(number = 0): number {
  return Math.round(number)
}
