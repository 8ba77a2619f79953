import type {LogItem} from '../events'
import {ConnHubError} from '../values/errors'
import {mark} from '../values/secrets'

/** A log that cannot be read: says in which line, what was found there, and what was expected. */
export class LogFormatError extends ConnHubError {
  /** Counts from 1. */
  readonly line: number
  /** The beginning of what stands there, with marks in place of seeds. */
  readonly found: string
  /** What could stand there, in words. */
  readonly expected: string

  constructor(line: number, found: string, expected: string) {
    const excerpt = mark(found.length > 200 ? `${found.slice(0, 200)}…` : found)
    super('ERR_LOG_FORMAT', `line ${line}: found ${excerpt || 'nothing'}, expected ${mark(expected)}`)
    this.line = line
    this.found = excerpt
    this.expected = mark(expected)
  }
}

/**
 * A log whose items do not follow from each other: says at which `seq`, and what was expected there.
 * The table is as it was before it.
 */
export class LogOrderError extends ConnHubError {
  /** That of the event that does not follow. */
  readonly seq: number
  /** What could have followed, in words. */
  readonly expected: string

  constructor({seq, type}: LogItem, expected: string) {
    super('ERR_LOG_ORDER', `at event ${seq} (${type}), expected ${expected}`)
    this.seq = seq
    this.expected = expected
  }
}
