import type {ErrorRecord} from '../events'
import {read} from '../util/safe-read'
import {mark} from './secrets'
import {shown} from './shown'

/**
 * What kind of error it is.
 *
 * | code | where | meaning |
 * |---|---|---|
 * | `ERR_CLOSED` | any method | the hub is closed |
 * | `ERR_INVALID_ADDRESS` | any method with an address | not a string, not a multiserver address that can be dialled, or longer than 4,096 characters |
 * | `ERR_INVALID_DATA` | `connect`, `update` | the metadata is not a JSON object |
 * | `ERR_INVALID_OPTION` | constructors, functions with options | an option is not valid |
 * | `ERR_CALLED_OFF` | `connect` | `disconnect()`, `reset()` or `close()` came first |
 * | `ERR_ABORTED` | `connect` | its signal aborted, without a reason of its own |
 * | `ERR_NO_RPC` | `connect` | the dial called back with neither an error nor an rpc |
 * | `ERR_DEAD_ON_ARRIVAL` | `connect` | the connection was closed already when it arrived |
 * | `ERR_NOT_READY` | `connect` | the connection was closed because `ssb.ready()` is `false` |
 * | `ERR_SELF` | `connect` | an address without a key led to ourselves |
 * | `ERR_CLOSE_TIMEOUT` | `disconnect` | a link did not close within `closeTimeout` |
 * | `ERR_LOG_FORMAT` | reading a log | not a log of a known version; has `line`, `found`, `expected` |
 * | `ERR_LOG_REPLACED` | recording a log | another file has taken the place of the one being written |
 * | `ERR_LOG_GONE` | recording a log | the file that was being written was moved or removed |
 * | `ERR_LOG_ORDER` | folding a log | events that do not follow from each other; has `seq`, `expected` |
 * | `ERR_DIVERGENCE` | replaying | a call that the recording does not have so; has `seq`, `recorded`, `called` |
 * | `ERR_CAPSULE_LIMIT` | replaying a plugin | the plugin uses what its recording does not hold |
 */
export type ErrorCode =
  | 'ERR_CLOSED'
  | 'ERR_INVALID_ADDRESS'
  | 'ERR_INVALID_DATA'
  | 'ERR_INVALID_OPTION'
  | 'ERR_CALLED_OFF'
  | 'ERR_ABORTED'
  | 'ERR_NO_RPC'
  | 'ERR_DEAD_ON_ARRIVAL'
  | 'ERR_NOT_READY'
  | 'ERR_SELF'
  | 'ERR_CLOSE_TIMEOUT'
  | 'ERR_LOG_FORMAT'
  | 'ERR_LOG_REPLACED'
  | 'ERR_LOG_GONE'
  | 'ERR_LOG_ORDER'
  | 'ERR_DIVERGENCE'
  | 'ERR_CAPSULE_LIMIT'

const messages: Readonly<Record<ErrorCode, string>> = {
  ERR_CLOSED: 'This ConnHub instance is closed, create a new one.',
  ERR_INVALID_ADDRESS: 'The given address is not a valid multiserver-address',
  ERR_INVALID_DATA: 'The given metadata is not a JSON object',
  ERR_INVALID_OPTION: 'The given argument or option is not valid',
  ERR_CALLED_OFF:
    'The attempt to connect was called off by disconnect(), reset() or close(); connect() dials anew',
  ERR_ABORTED: 'The signal of this connect() aborted without a reason; abort(reason) tells one',
  ERR_NO_RPC:
    'ssb.connect() called back with neither an error nor an rpc; a plugin that hooks it must pass both on',
  ERR_DEAD_ON_ARRIVAL: 'The connection was already closed when it arrived; connect() dials again',
  ERR_NOT_READY: 'The connection was closed because ssb.ready() is false; connect() when it is true',
  ERR_SELF: 'The address leads to ourselves, so that there is nobody to connect to',
  ERR_CLOSE_TIMEOUT:
    'The connection did not close within closeTimeout; disconnect() tries again, reset() lets go of it',
  ERR_LOG_FORMAT: 'This is not a log that can be read',
  ERR_LOG_REPLACED: 'Another file has taken the place of the log that was being written',
  ERR_LOG_GONE: 'The log that was being written is not at its path any more',
  ERR_LOG_ORDER: 'The log is not in order',
  ERR_DIVERGENCE: 'The replay went another way than the recording',
  ERR_CAPSULE_LIMIT:
    'The plugin uses what its recording does not hold, so that it cannot be replayed with it',
}

/** Every code there is. */
export const errorCodes = Object.keys(messages) as readonly ErrorCode[]

function isErrorCode(code: string | number = ''): code is ErrorCode {
  return Object.hasOwn(messages, code)
}

/**
 * Any error of the hub's own. Tell them apart by `code`, which is stable; the message is for people.
 * Errors of secret-stack and below are passed on as they are, and are not instances of this class.
 */
export class ConnHubError extends Error {
  override readonly name = 'ConnHubError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, detail?: string) {
    super(detail === undefined ? messages[code] : `${messages[code]}: ${detail}`)
    this.code = code
  }
}

/** The error of an argument or option that is not as it must be. */
export function invalidOption(name: string, given: unknown, expected: string): ConnHubError {
  return new ConnHubError('ERR_INVALID_OPTION', `${name} is ${shown(given)}, expected ${expected}`)
}

/** What the log keeps of an error, whatever was thrown: frozen JSON, without secrets. Never throws. */
export function toErrorRecord(error: unknown): ErrorRecord {
  const [name, code] = ['name', 'code'].map((field) => read(Object(error), field))
  return Object.freeze({
    message: mark(messageOf(error) || describe(error, code)),
    ...(typeof name === 'string' && {name: mark(name)}),
    ...(typeof code === 'string' && {code: mark(code)}),
    // JSON knows no -0.
    ...(typeof code === 'number' && Number.isFinite(code) && {code: code + 0}),
  })
}

/** An error as it was recorded. */
export function fromErrorRecord({message, name, code}: ErrorRecord): Error {
  if (name === 'ConnHubError' && isErrorCode(code)) return Object.assign(new ConnHubError(code), {message})
  return Object.assign(new Error(message), {
    ...(name !== undefined && {name}),
    ...(code !== undefined && {code}),
  })
}

function messageOf(error: unknown): string {
  const message = read(Object(error), 'message')
  return typeof message === 'string' ? message : print(error)
}

/**
 * An error without a message. Node.js has one for a host name that was refused at each of its addresses: its code
 * and its parts tell what happened.
 */
function describe(error: unknown, code: unknown): string {
  const parts = partsOf(error).map(messageOf).filter(Boolean).join('; ')
  const shortly = typeof code === 'string' || typeof code === 'number' ? String(code) : ''
  return [shortly, parts].filter(Boolean).join(': ') || print(error)
}

/** The errors in an AggregateError, of which a few say enough. */
function partsOf(error: unknown): unknown[] {
  const errors = read(Object(error), 'errors')
  try {
    return Array.isArray(errors) ? errors.slice(0, 10) : []
  } catch {
    return []
  }
}

function print(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'an error that cannot be printed'
  }
}
