import * as util from 'node:util'
import type {Peer} from '../entry'
import type {PeerSpans} from '../spans/peers'
import {ownFields} from '../values/metadata'
import {mark} from '../values/secrets'

/** Where text goes: a stream of the process, or what a test has in its place. */
export interface Output {
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** What moves the cursor of a terminal, or turns the direction of a text: metadata and messages are a stranger's. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
/** Public keys: 44 characters of base64, or of base64 for URLs, and no piece of something longer. */
const publicKey =
  /(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{8})[A-Za-z0-9+/_-]{35}(?![A-Za-z0-9+/_-])=?(?:\.ed25519)?/g

/** Any text on one line, harmless to a terminal. */
export function safe(text: string): string {
  return mark(text).replace(control, (char) => char.replace(/[\s\S]/g, unit))
}

/** JSON of what JSON has not, too, without what would harm a terminal: JSON leaves some of that as it is. */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value, (_, field) => {
    if (field instanceof Map) return Object.fromEntries(field)
    return field instanceof Set ? [...field] : field
  })
  return text.replace(control, (char) => char.replace(/[\s\S]/g, unit))
}

function unit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Writes what a command tells: text for people, or JSON. */
export class Printer {
  readonly #out: Output
  readonly #full: boolean
  readonly #colours: boolean

  /** @param full whether to write keys in full */
  constructor(out: Output, full: boolean, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out
    this.#full = full
    this.#colours = out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  }

  async line(text = ''): Promise<void> {
    await this.write(`${text}\n`)
  }

  /** Waits where whoever reads is slow. */
  async write(text: string): Promise<void> {
    if (!this.#out.write(text)) await new Promise<void>((resolve) => this.#out.once('drain', resolve))
  }

  async json(value: unknown): Promise<void> {
    await this.line(jsonOf(value))
  }

  style(style: Style, text: string): string {
    // Node.js has it from 20.12 on.
    return this.#colours && util.styleText
      ? util.styleText(style, text, {validateStream: false} as never)
      : text
  }

  /** A stranger's text: its keys in short form, and no longer than so many characters. */
  text(text: string, most = 200): string {
    const short = this.#full ? text : text.replace(publicKey, '$1…')
    const shown = safe(short.slice(0, 2 * most))
    return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown
  }

  /** A peer: its name, where it has one, and its key or address. */
  peer({id, name}: Pick<PeerSpans, 'id' | 'name'>): string {
    return name === undefined || name === '' ? this.text(id) : `${this.text(id)} “${this.text(name, 30)}”`
  }

  /** Rows under a header, in columns. What is a number stands to the right. */
  async table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): Promise<void> {
    const widths = header.map((title, i) =>
      Math.max(title.length, ...rows.map((row) => shown(row[i]).length)),
    )
    const lineOf = (row: readonly (string | number)[]) => {
      const cells = row.map((cell, i) => {
        const width = widths[i] ?? 0
        if (typeof cell === 'number') return shown(cell).padStart(width)
        return i === row.length - 1 ? cell : cell.padEnd(width)
      })
      return this.#fitting(cells.join('  ').trimEnd())
    }
    const titles = header.map((title, i) =>
      typeof rows[0]?.[i] === 'number' ? title.padStart(widths[i] ?? 0) : title,
    )
    await this.line(this.style('bold', lineOf(titles)))
    for (const row of rows) await this.line(lineOf(row))
  }

  #fitting(line: string): string {
    const {isTTY, columns = Number.POSITIVE_INFINITY} = this.#out
    return isTTY && line.length > columns ? `${line.slice(0, columns - 1)}…` : line
  }
}

export function count(n: number): string {
  return n.toLocaleString('en')
}

/** `3 dials`, `1 dial` */
export function counted(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`
}

/** `ECONNREFUSED 3, none 1`, the most frequent first. */
export function ranked(counts: Iterable<readonly [string, number]>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  return sorted.map(([name, n]) => `${safe(name)} ${count(n)}`).join(', ')
}

/** The metadata of an entry, without the fields of the hub. */
export function metadataOf(peer: Readonly<Peer>): string {
  const fields = Object.entries(peer).filter(([name]) => !ownFields.has(name))
  return fields
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

function shown(cell: string | number | undefined): string {
  return typeof cell === 'number' ? count(cell) : (cell ?? '')
}
