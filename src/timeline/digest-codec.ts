import {mark} from '../values/secrets'
import type {Digest} from './digest'
import {emptyTables} from './digest'

/**
 * A digest as bytes: a line of JSON with what is text, in which seeds are marked, then the columns, number by number. A number of a column that
 * grows is written as how much it is more than the one before. What is alike stands side by side, so that gzip finds it.
 */

/** How the columns of a table are written, in this order. */
type Columns = readonly (readonly [table: 'lives' | 'bars' | 'reserves', name: string, how: How])[]

/** As it is; as the difference from the number above it; as the difference from the same row's number in a column before. */
type How = 'plain' | 'delta' | {readonly from: string}

const columns: Columns = [
  ['lives', 'lane', 'plain'],
  ['lives', 'address', 'plain'],
  ['lives', 'birth', 'delta'],
  ['bars', 'life', 'delta'],
  ['bars', 'begin', 'delta'],
  ['bars', 'beginTime', 'delta'],
  ['bars', 'end', {from: 'begin'}],
  ['bars', 'endTime', {from: 'beginTime'}],
  ['bars', 'kind', 'plain'],
  ['bars', 'ending', 'plain'],
  ['bars', 'code', 'plain'],
  ['reserves', 'lane', 'plain'],
  ['reserves', 'begin', 'delta'],
  ['reserves', 'beginTime', 'delta'],
  ['reserves', 'end', {from: 'begin'}],
  ['reserves', 'endTime', {from: 'beginTime'}],
]

type Table = Record<string, number[]>

export function encodeDigest(digest: Digest): Uint8Array {
  const {lives, bars, reserves, ...texts} = digest
  const tables: Record<string, Table> = {lives: {...lives}, bars: {...bars}, reserves: {...reserves}}
  const lengths = columns.map(([table, name]) => tables[table]?.[name]?.length ?? 0)
  const head = new TextEncoder().encode(`${mark(JSON.stringify({...texts, lengths}))}\n`)
  const bytes = new Bytes(head)
  for (const [table, name, how] of columns) {
    const numbers = tables[table]?.[name] ?? []
    const base = typeof how === 'object' ? tables[table]?.[how.from] : undefined
    let last = 0
    for (let i = 0; i < numbers.length; i++) {
      // Fractions of a ms are left out.
      const number = Math.round(numbers[i] ?? 0)
      bytes.push(number - (base ? Math.round(base[i] ?? 0) : last))
      if (how === 'delta') last = number
    }
  }
  return bytes.written()
}

export function decodeDigest(bytes: Uint8Array): Digest {
  const end = bytes.indexOf(10)
  const {lengths, ...texts} = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
  const digest: Digest = {...texts, ...emptyTables()}
  const {lives, bars, reserves} = digest
  const tables: Record<string, Table> = {lives: {...lives}, bars: {...bars}, reserves: {...reserves}}
  let at = end + 1
  for (const [c, [table, name, how]] of columns.entries()) {
    const numbers = tables[table]?.[name] ?? []
    const base = typeof how === 'object' ? tables[table]?.[how.from] : undefined
    let last = 0
    for (let i = 0; i < lengths[c]; i++) {
      let byte = bytes[at++] ?? 0
      let read = byte & 127
      for (let factor = 128; byte > 127; factor *= 128) {
        byte = bytes[at++] ?? 0
        read += (byte & 127) * factor
      }
      const half = read % 2
      const number = (half ? -(read + 1) : read) / 2 + (base ? (base[i] ?? 0) : last)
      numbers.push(number)
      if (how === 'delta') last = number
    }
  }
  return digest
}

/** Bytes that grow. */
class Bytes {
  #bytes: Uint8Array
  #length: number

  constructor(start: Uint8Array) {
    this.#bytes = new Uint8Array(Math.max(1024, 2 * start.length))
    this.#bytes.set(start)
    this.#length = start.length
  }

  /** A whole number, negative ones too: seven bits a byte, the lowest first; the lowest of all is the sign. */
  push(whole: number): void {
    let left = whole < 0 ? -2 * whole - 1 : 2 * whole
    if (this.#length + 10 > this.#bytes.length) this.#grow()
    while (left > 127) {
      this.#bytes[this.#length++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#length++] = left
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(): void {
    const bytes = new Uint8Array(2 * this.#bytes.length)
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }
}
