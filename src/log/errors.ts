import type {LogItem} from '../events'
import {ConnHubError} from '../values/errors'
import {mark} from '../values/secrets'
import {excerpt} from '../values/shown'

/** A log that cannot be read: says in which line, what was found there, and what was expected. */
export class LogFormatError extends ConnHubError {
  /** Counts from 1. */
  readonly line: number
  /** The beginning of what stands there, with marks in place of seeds, and control characters escaped. */
  readonly found: string
  /** What could stand there, in words. */
  readonly expected: string

  constructor(line: number, found: string, expected: string) {
    const start = excerpt(found, 200)
    super('ERR_LOG_FORMAT', `line ${line}: found ${start || 'nothing'}, expected ${mark(expected)}`)
    this.line = line
    this.found = start
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
