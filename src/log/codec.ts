import type {LogItem} from '../events'
import {isDeeper, parseJson} from '../util/json'
import {invalidOption} from '../values/errors'
import {mark} from '../values/secrets'
import {LogFormatError} from './errors'
import type {Version} from './format'
import {expectedOf} from './format'
import type {Header} from './header'
import {encodeHeader, expectedHeader, headerOf, maxFirstLine} from './header'
import {assertItems} from './items'

// Browsers and Node have it (React Native, from 0.85), but none of TypeScript's standard libraries declares it.
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: {stream?: boolean}): string
}

/**
 * A log as text: JSON lines. The first names the format and its version, each further one is an
 * event or a checkpoint, or, in version 2, one of a plugin that was recorded beside it. What follows the last newline
 * is torn: the recorder was killed.
 */

/** What a line begins with that is not the log's, but of a plugin that was recorded beside it, in version 2. */
const ofPlugin = '{"plugin":"'
/**
 * How long a further line can be, in characters: a checkpoint of some 400,000 peers. Without a limit, a reader
 * would gather an endless line until its memory is full.
 */
export const maxLine = 2 ** 27
/** How deep a line may be nested: metadata is not let in deeper than 200 levels. */
const maxDepth = 250

/** Whose log it is that is written. */
export interface EncodeOptions {
  /** The public key of the peer whose hub it is: `hub.id`. */
  readonly id?: string | undefined
}

/** The text of a log: the same bytes for the same events. Seeds are marked. */
export function encode(items: Iterable<LogItem>, options?: EncodeOptions): string {
  assertItems(items)
  let text = encodeHeader(options?.id)
  for (const item of items) text += encodeLine(item)
  return text
}

/** Where a log in text begins: its first line and its first item, to be written together. */
export function encodeStart(first: LogItem, id?: string): string {
  return encodeHeader(id) + encodeLine(first)
}

export function encodeLine(item: LogItem): string {
  return `${mark(JSON.stringify(item))}\n`
}

/** Whether the line, of a log of version 2, is none of the log's own: readers of the log pass it over. */
export function isOfPlugin(line: string): boolean {
  return line.startsWith(ofPlugin)
}

/** A log that was text. */
export interface Decoded {
  readonly events: LogItem[]
  /** What was torn off it, if anything was. */
  readonly torn: string | undefined
  /** The public key of the peer whose log it is, where its first line tells. */
  readonly id: string | undefined
}

/**
 * The events of a log in text, of any version of the format. Throws a LogFormatError for what its version does not
 * know, and for text without a whole first line.
 */
export function decode(text: string | Uint8Array): Decoded {
  const decoder = new LogDecoder()
  const events = decoder.push(text)
  const torn = decoder.end()
  return {events, torn, id: decoder.header?.id}
}

/** Decodes a log that comes in pieces. */
export class LogDecoder {
  readonly #maxLine: number
  /** Made for the first bytes: text needs none. */
  #bytes: TextDecoder | undefined
  #rest = ''
  #line = 0
  #header: Header | undefined
  #error: LogFormatError | undefined

  /** @param longest how long a line can be, in characters */
  constructor(longest = maxLine) {
    this.#maxLine = longest
  }

  /** The first line, once it is there. */
  get header(): Header | undefined {
    return this.#header
  }

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
    if (this.#line === 0) throw new LogFormatError(1, torn, expectedHeader)
    return torn === '' ? undefined : markTorn(torn)
  }

  #decodeBytes(piece: Uint8Array): string {
    if (typeof TextDecoder !== 'function') {
      throw invalidOption('bytes', piece, 'text, because this runtime has no TextDecoder')
    }
    this.#bytes ??= new TextDecoder()
    return this.#bytes.decode(piece, {stream: true})
  }

  /** Whether this cannot be the next line, whatever follows. */
  #isTooLong(line: string): boolean {
    return line.length > (this.#line === 0 ? maxFirstLine : this.#maxLine)
  }

  #decodeLine(line: string): LogItem | undefined {
    this.#line++
    if (this.#line === 1) return this.#begin(line)
    const version = this.#header?.version
    const isTooLong = line.length > this.#maxLine
    if (!isTooLong && version === 2 && isOfPlugin(line)) return undefined
    const value = isTooLong ? undefined : parse(line)
    const expected = isTooLong
      ? `a line of at most ${this.#maxLine} characters`
      : expectedNext(value, version)
    // expectedNext() has checked every field.
    return expected === undefined ? (value as LogItem) : this.#refuse(line, expected)
  }

  #begin(line: string): undefined {
    this.#header = line.length > maxFirstLine ? undefined : headerOf(parse(line))
    if (!this.#header) this.#refuse(line, expectedHeader)
  }

  #refuse(line: string, expected: string): undefined {
    this.#error = new LogFormatError(this.#line, line, expected)
    this.#rest = ''
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

function expectedNext(value: unknown, version: Version | undefined): string | undefined {
  if (value === undefined) return `a line of JSON, no deeper than ${maxDepth} levels`
  return expectedOf(value, version)
}

/** Where a mark was torn, what is left of it stays: it is no seed. */
function markTorn(torn: string): string {
  const [rest = ''] = /(?<=[:~])(?:s|se|see|seed|seed-[0-9a-f]{0,15})$/.exec(torn) ?? []
  return mark(torn.slice(0, torn.length - rest.length)) + rest
}
