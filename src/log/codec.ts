import type {LogItem} from '../events'
import {isDeeper, parseJson} from '../util/json'
import {mark} from '../values/secrets'
import {LogFormatError} from './errors'
import {expectedOf} from './format'

// Browsers and Node have it (React Native, from 0.85), but none of TypeScript's standard libraries declares it.
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: {stream?: boolean}): string
}

/**
 * A log as text: JSON lines. The first names the format and its version, each further one is an
 * event or a checkpoint. What follows the last newline is torn: the recorder was killed.
 */

const header = {format: 'ssb-conn-hub log', version: 1}
/** The first line of a log in text. */
export const headerLine = `${JSON.stringify(header)}\n`
/** What the first line of every version begins with. */
const beginning = `{"format":"${header.format}",`
/** How long the first line can be, in characters. */
const maxFirstLine = 4096
/**
 * How long a further line can be, in characters: a checkpoint of some 400,000 peers. Without a limit, a reader
 * would gather an endless line until its memory is full.
 */
export const maxLine = 2 ** 27
/** How deep a line may be nested: metadata is not let in deeper than 200 levels. */
const maxDepth = 250

/** The text of a log: the same bytes for the same events. Seeds are marked. */
export function encode(items: Iterable<LogItem>): string {
  let text = headerLine
  for (const item of items) text += encodeLine(item)
  return text
}

/** Where a log in text begins: its first line and its first item, to be written together. */
export function encodeStart(first: LogItem): string {
  return headerLine + encodeLine(first)
}

export function encodeLine(item: LogItem): string {
  return `${mark(JSON.stringify(item))}\n`
}

/** Whether a text begins as a log does, of whatever version: it may be torn, but something of it is there. */
export function isStartOfLog(text: string): boolean {
  return text !== '' && (text.startsWith(beginning) || beginning.startsWith(text))
}

/**
 * The events of a log in text, and what was torn off it, if anything was. Throws a LogFormatError for
 * what version 1 does not know, and for text without a whole first line.
 */
export function decode(text: string | Uint8Array): {events: LogItem[]; torn: string | undefined} {
  const decoder = new LogDecoder()
  const events = decoder.push(text)
  return {events, torn: decoder.end()}
}

/** Decodes a log that comes in pieces. */
export class LogDecoder {
  /** Made for the first bytes: text needs none. */
  #bytes: TextDecoder | undefined
  #rest = ''
  #line = 0
  #error: LogFormatError | undefined

  /** What is wrong with the line that could not be read. */
  get error(): LogFormatError | undefined {
    return this.#error
  }

  /** The number of the line that comes next, or that could not be read. */
  get line(): number {
    return this.#error?.line ?? this.#line + 1
  }

  /** The events of the lines that are whole now, up to one that cannot be read. */
  push(piece: string | Uint8Array): LogItem[] {
    if (this.#error) return []
    const text = typeof piece === 'string' ? piece : this.#decodeBytes(piece)
    const items: LogItem[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0 && !this.#error; end = text.indexOf('\n', start)) {
      const item = this.#decodeLine(this.#rest + text.slice(start, end))
      if (item) items.push(item)
      this.#rest = ''
      start = end + 1
    }
    if (this.#error) return items
    // Not searched again: a long line in many pieces costs no more than in one.
    this.#rest += text.slice(start)
    if (this.#isTooLong(this.#rest)) this.#decodeLine(this.#rest)
    return items
  }

  /** What was torn off, if anything was. Throws if a line could not be read, or there was no whole first one. */
  end(): string | undefined {
    if (this.#error) throw this.#error
    const torn = this.#rest + (this.#bytes?.decode() ?? '')
    if (this.#line === 0) throw new LogFormatError(1, torn, headerLine.trim())
    return torn === '' ? undefined : markTorn(torn)
  }

  #decodeBytes(piece: Uint8Array): string {
    this.#bytes ??= new TextDecoder()
    return this.#bytes.decode(piece, {stream: true})
  }

  /** Whether this cannot be the next line, whatever follows. */
  #isTooLong(line: string): boolean {
    return line.length > (this.#line === 0 ? maxFirstLine : maxLine)
  }

  #decodeLine(line: string): LogItem | undefined {
    const isTooLong = this.#isTooLong(line)
    const value = isTooLong ? undefined : parse(line)
    this.#line++
    const expected =
      this.#line === 1
        ? expectedFirst(value)
        : isTooLong
          ? `a line of at most ${maxLine} characters`
          : expectedNext(value)
    if (expected !== undefined) {
      this.#error = new LogFormatError(this.#line, line, expected)
      this.#rest = ''
      return undefined
    }
    // expectedOf() has checked every field.
    return this.#line === 1 ? undefined : (value as LogItem)
  }
}

/** Undefined: it is no JSON, or nested deeper than a line of a log can be. */
function parse(line: string): unknown {
  try {
    const value = parseJson(line)
    return line.length > 2 * maxDepth && isDeeper(value, maxDepth) ? undefined : value
  } catch {
    return undefined
  }
}

function expectedFirst(value: unknown): string | undefined {
  return JSON.stringify(value) === JSON.stringify(header) ? undefined : headerLine.trim()
}

function expectedNext(value: unknown): string | undefined {
  return value === undefined ? `a line of JSON, no deeper than ${maxDepth} levels` : expectedOf(value)
}

/** Where a mark was torn, what is left of it stays: it is no seed. */
function markTorn(torn: string): string {
  const [rest = ''] = /(?<=[:~])(?:s|se|see|seed|seed-[0-9a-f]{0,15})$/.exec(torn) ?? []
  return mark(torn.slice(0, torn.length - rest.length)) + rest
}
