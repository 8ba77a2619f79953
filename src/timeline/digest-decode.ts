import {ColumnReader} from './columns'
import type {Bars, Digest, Lane, Reserves} from './digest'
import {tablesOf} from './digest'
import type {Head, Name, Shape} from './digest-format'
import {columnsOf, ownersOf, who, whole} from './digest-format'
import {Recent} from './recent'

export function decodeDigest(bytes: Uint8Array): Digest {
  const end = bytes.indexOf(10)
  const head: Head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
  const {rows, shapes, lengths, ...texts} = head
  let at = end + 1
  const columns = columnsOf((i) => {
    const start = at
    at += lengths[i] ?? 0
    return new ColumnReader(bytes.subarray(start, at))
  })
  const digest: Digest = {...texts, ...textsOf(head), ...tablesOf(...rows)}
  readSteps(digest, shapes, columns)
  return digest
}

function textsOf({lanes, addresses}: Head): Pick<Digest, 'lanes' | 'addresses'> {
  const met: string[] = []
  const numberOf = (address: string | number) =>
    typeof address === 'string' ? met.push(address) - 1 : address
  const numbered = lanes.map((lane): Lane => ({...lane, addresses: lane.addresses.map(numberOf)}))
  return {lanes: numbered, addresses: [...met, ...addresses]}
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
