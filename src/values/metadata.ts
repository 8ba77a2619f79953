import type {Json, Metadata, Peer} from '../entry'
import {ConnHubError, toErrorRecord} from './errors'
import {hidesSeed, isMarked} from './secrets'
import {shown} from './shown'

/** The fields that are the hub's own: nobody else writes them. */
export const ownFields: ReadonlySet<string> = new Set([
  'state',
  'key',
  'inferredType',
  'inbound',
  'hubBirth',
  'hubUpdated',
])

/** How deep metadata may be nested: a line of the log that is deeper than 250 levels cannot be read. */
const maxDepth = 200

/**
 * Takes metadata in as JSON would carry it: a deeply frozen copy, so that the caller may go on changing its own
 * object. Throws ERR_INVALID_DATA for what is no object, for what JSON refuses, and for what is nested deeper than
 * anybody needs. One walk does all of it, because it is done for every update.
 */
export function copyMetadata(data: unknown): Metadata | undefined {
  if (data === undefined || data === null) return undefined
  try {
    const value = toJson(data, '')
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isBoxed(value)) {
      return copyObject(value, 1)
    }
    throw refusal(`${shown(value)}, expected a plain object of what JSON can carry`)
  } catch (error) {
    if (error instanceof ConnHubError && error.code === 'ERR_INVALID_DATA') throw error
    throw refusal(`JSON refuses it: ${toErrorRecord(error).message}`)
  }
}

/** What JSON would make of a value: undefined where it would leave it out. */
function copyOf(given: unknown, name: string, depth: number): Json | undefined {
  const value = toJson(given, name)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // JSON knows no -0.
      return Number.isFinite(value) ? value + 0 : null
    case 'object':
      if (value === null) return null
      if (Array.isArray(value)) return copyArray(value, depth + 1)
      return isBoxed(value) ? copyOf(unboxed(value), name, depth) : copyObject(value, depth + 1)
    case 'bigint':
      throw refusal(`JSON refuses the BigInt ${value}n in it: give a number, or text`)
    default:
      return undefined
  }
}

function copyObject(object: object, depth: number): Metadata {
  assertDepth(depth)
  const copy: {[name: string]: Json} = {}
  for (const name of Object.keys(object)) {
    const field = copyOf((object as Record<string, unknown>)[name], name, depth)
    if (field !== undefined && isKept(name, depth)) copy[name] = field
  }
  return Object.freeze(copy)
}

function copyArray(array: readonly unknown[], depth: number): Json {
  assertDepth(depth)
  const copy: Json[] = []
  const {length} = array
  for (let i = 0; i < length; i++) copy.push(copyOf(array[i], String(i), depth) ?? null)
  return Object.freeze(copy)
}

/**
 * An own `__proto__` would become the prototype of something. A mark stands for a secret: as the name of a field of
 * the entry it would meet the field that it stands for.
 */
function isKept(name: string, depth: number): boolean {
  if (name === '__proto__') return false
  return depth > 1 || !(isMarked(name) || hidesSeed(name))
}

/** A cycle comes here, too. */
function assertDepth(depth: number): void {
  if (depth <= maxDepth) return
  throw refusal(`it is nested deeper than ${maxDepth} levels, or refers to itself`)
}

/** What a value's own `toJSON()` gives in its place, where it has one. */
function toJson(value: unknown, name: string): unknown {
  if (value === null || !['object', 'function', 'bigint'].includes(typeof value)) return value
  const {toJSON} = value as {readonly toJSON?: unknown}
  return typeof toJSON === 'function' ? toJSON.call(value, name) : value
}

function isBoxed(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return false
  return [Number, String, Boolean, BigInt].some((boxed) => value instanceof boxed)
}

/** The primitive in an object, read as JSON reads it. */
function unboxed(value: object): unknown {
  if (value instanceof Number) return Number(value)
  return value instanceof String ? String(value) : value.valueOf()
}

function refusal(detail: string): ConnHubError {
  return new ConnHubError('ERR_INVALID_DATA', detail)
}

/** The key that the caller claims for a peer whose address does not tell it. */
export function claimedKey(data: Metadata | undefined): string | undefined {
  return typeof data?.key === 'string' && data.key !== '' ? data.key : undefined
}

/** The metadata without the hub's own fields; `undefined` where nothing is left. */
export function withoutOwnFields(data: Readonly<Peer> | Metadata | undefined): Metadata | undefined {
  if (data === undefined) return undefined
  const names = Object.keys(data)
  const rest = names.filter((name) => !ownFields.has(name))
  if (rest.length === 0) return undefined
  // Nothing to leave out: it is metadata already.
  if (rest.length === names.length) return Object.freeze(data as Metadata)
  return Object.freeze(Object.fromEntries(rest.map((name) => [name, data[name]])) as Metadata)
}
