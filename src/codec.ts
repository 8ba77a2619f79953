import pull from 'pull-stream'
import {ConnHubError} from './errors'
import {parseJson} from './json'
import {expectedOf} from './log-format'
import {mark} from './redact'
import type {LogItem, Source} from './types'

// Browsers, React Native and Node have it, but none of the standard libraries of TypeScript declares it.
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: {stream?: boolean}): string
}

/**
 * A log as text: JSON lines. The first names the format and its version, each further one is an
 * event or a checkpoint. What follows the last newline is torn: the recorder was killed.
 */

const header = {format: 'ssb-conn-hub log', version: 1}
const headerLine = `${JSON.stringify(header)}\n`

/** A log that cannot be read: says in which line, what was found there, and what was expected. */
export class LogFormatError extends ConnHubError {
  /** Counts from 1. */
  readonly line: number
  readonly found: string
  readonly expected: string

  constructor(line: number, found: string, expected: string) {
    const excerpt = mark(found.length > 200 ? `${found.slice(0, 200)}…` : found)
    super('ERR_LOG_FORMAT', `line ${line}: found ${excerpt || 'nothing'}, expected ${expected}`)
    this.line = line
    this.found = excerpt
    this.expected = expected
  }
}

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
  readonly #text = new TextDecoder()
  #rest = ''
  #line = 0

  /** The events of the lines that are whole now. */
  push(piece: string | Uint8Array): LogItem[] {
    const text = this.#rest + (typeof piece === 'string' ? piece : this.#text.decode(piece, {stream: true}))
    const items: LogItem[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const item = this.#decodeLine(text.slice(start, end))
      if (item) items.push(item)
      start = end + 1
    }
    this.#rest = text.slice(start)
    return items
  }

  /** What was torn off, if anything was. Throws if there was no whole first line. */
  end(): string | undefined {
    const torn = this.#rest + this.#text.decode()
    if (this.#line === 0) throw new LogFormatError(1, torn, headerLine.trim())
    return torn === '' ? undefined : mark(torn)
  }

  #decodeLine(line: string): LogItem | undefined {
    this.#line++
    const expected = this.#line === 1 ? headerLine.trim() : 'a line of JSON'
    let value: unknown
    try {
      value = parseJson(line)
    } catch {
      throw new LogFormatError(this.#line, line, expected)
    }
    if (this.#line === 1) {
      if (JSON.stringify(value) === JSON.stringify(header)) return undefined
      throw new LogFormatError(1, line, expected)
    }
    const missing = expectedOf(value)
    if (missing !== undefined) throw new LogFormatError(this.#line, line, missing)
    // expectedOf() has checked every field.
    return value as LogItem
  }
}

/** A pull-stream through from events to text. */
export function encoder(): (source: Source<LogItem>) => Source<string> {
  return (read) => {
    let begun = false
    return (abort, callback) => {
      if (!abort && !begun) {
        begun = true
        return callback(null, headerLine)
      }
      read(abort, (end, item) => (item && !end ? callback(null, encodeLine(item)) : callback(end)))
    }
  }
}

/**
 * A pull-stream through from text or bytes, in pieces of any size, to events. It ends with a
 * LogFormatError where `decode` would throw one.
 *
 * @param onTorn called at the end with what was torn off, if anything was
 */
export function decoder(
  onTorn: (torn: string) => void = () => {},
): (source: Source<string | Uint8Array>) => Source<LogItem> {
  return (read) => {
    const log = new LogDecoder()
    const pieces: Source<LogItem[]> = (abort, callback) => {
      read(abort, (end, piece) => {
        if (end && end !== true) return callback(end)
        try {
          if (!end && piece !== undefined) return callback(null, log.push(piece))
          const torn = abort ? undefined : log.end()
          if (torn !== undefined) onTorn(torn)
        } catch (error) {
          return end ? callback(error) : read(error, () => callback(error))
        }
        callback(end)
      })
    }
    return pull(pieces as pull.Source<LogItem[]>, pull.flatten()) as Source<LogItem>
  }
}
