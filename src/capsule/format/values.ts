import {isNativeError, isUint8Array} from 'node:util/types'
import type {Json} from '../../entry'
import {ConnHubError, fromErrorRecord} from '../../values/errors'

/**
 * Which values are data, and how data that JSON does not have is written: as `{$: kind, …}`.
 * Everything else is live: it is given on as a stand-in, and known by a number.
 */

export type Tagged = {readonly $: string; readonly [field: string]: Json}

const maxDepth = 100

/** An object or an array without a class of its own. */
export function isPlain(value: unknown): value is Record<string, unknown> | unknown[] {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  // That of any realm: test frameworks have realms of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

export function isDate(value: unknown): value is Date {
  return value instanceof Date
}

/** Whether a value has no class that matters: it is copied, and not given on. */
export function isLeaf(value: unknown): boolean {
  return !isObject(value) || isDate(value) || isUint8Array(value) || isNativeError(value)
}

/** Whether anything in the value, at any depth, is live in this way. */
export function has(value: unknown, isSuch: (object: object) => boolean, depth = 0): boolean {
  if (isLeaf(value) || !isObject(value)) return false
  if (depth > maxDepth || isSuch(value)) return true
  const fields =
    value instanceof Map || value instanceof Set ? [...value] : isPlain(value) ? Object.values(value) : []
  return fields.some((field) => has(field, isSuch, depth + 1))
}

/** Whether an object is live by itself. */
export function isLive(value: object): boolean {
  return !isLeaf(value) && !isPlain(value) && !(value instanceof Map) && !(value instanceof Set)
}

/** Writes what is neither live nor plain. */
export function writeLeaf(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return {$: 'undefined'}
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : {$: 'number', text: Object.is(value, -0) ? '-0' : String(value)}
    case 'bigint':
      return {$: 'bigint', text: String(value)}
    case 'symbol':
      return {$: 'symbol', text: value.description ?? ''}
  }
  if (value === null) return null
  if (isDate(value)) return {$: 'date', time: Number.isNaN(value.getTime()) ? null : value.getTime()}
  if (isUint8Array(value)) {
    const {buffer, byteOffset, byteLength} = value
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
    return {$: Buffer.isBuffer(value) ? 'buffer' : 'bytes', text}
  }
  return writeError(value as Error)
}

function writeError(error: Error): Json {
  const fields: Record<string, Json> = {}
  for (const [name, value] of Object.entries(error)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) fields[name] = value as Json
  }
  const {message, name} = error
  return {
    $: 'error',
    message: String(message),
    name: String(name),
    ...(Object.keys(fields).length > 0 && {fields}),
  }
}

/** Reads what `writeLeaf` wrote; undefined for another kind. */
export function readLeaf(tagged: Tagged): {readonly value: unknown} | undefined {
  const {$: kind, text} = tagged
  switch (kind) {
    case 'undefined':
      return {value: undefined}
    case 'number':
      return {value: Number(text)}
    case 'bigint':
      return {value: BigInt(String(text))}
    case 'symbol':
      return {value: Symbol(String(text))}
    case 'date':
      return {value: new Date(tagged.time === null ? Number.NaN : Number(tagged.time))}
    case 'buffer':
      return {value: Buffer.from(String(text), 'base64')}
    case 'bytes':
      return {value: new Uint8Array(Buffer.from(String(text), 'base64'))}
    case 'error':
      return {value: readError(tagged)}
    default:
      return undefined
  }
}

function readError({message, name, fields}: Tagged): Error {
  const all = (fields ?? {}) as Record<string, Json>
  const record = {
    message: String(message),
    name: String(name),
    ...(typeof all.code === 'string' && {code: all.code}),
  }
  const known = fromErrorRecord(record)
  const error = known instanceof ConnHubError ? known : makeError(record.message, record.name)
  for (const [field, value] of Object.entries(all)) {
    Object.defineProperty(error, field, {value, configurable: true, enumerable: true, writable: true})
  }
  if (error.message !== record.message)
    Object.defineProperty(error, 'message', {value: record.message, configurable: true, writable: true})
  return error
}

const classes: Readonly<Record<string, ErrorConstructor>> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
}

function makeError(message: string, name: string): Error {
  const error = new (classes[name] ?? Error)(message)
  if (error.name !== name)
    Object.defineProperty(error, 'name', {value: name, configurable: true, writable: true})
  return error
}

/** The names under which secrets are kept: what stands there is left out. */
const secretNames = new Set([
  'private',
  'privateKey',
  'secret',
  'secretKey',
  'seed',
  'password',
  'token',
  'shs',
  'appKey',
])

export function isSecret(name: string, value: unknown): boolean {
  return secretNames.has(name) && (typeof value === 'string' || isUint8Array(value))
}

/** What stands for a secret. */
export const secret: Tagged = {$: 'secret'}

/** Whether it is a value as it is recorded: JSON, in which what has a `$` is as it was written here. */
export function isRecorded(value: unknown): boolean {
  if (typeof value !== 'object') return value !== undefined
  if (value === null) return true
  if (Array.isArray(value)) return value.every(isRecorded)
  return '$' in value ? isTagged(value as Tagged) : Object.values(value).every(isRecorded)
}

function isTagged({$: kind, id, n, of, text, time, message, name, fields = {}}: Tagged): boolean {
  const isNumber = (number: unknown) => Number.isSafeInteger(number) && Number(number) >= 0
  switch (kind) {
    case 'undefined':
    case 'secret':
      return true
    case 'number':
    case 'symbol':
    case 'buffer':
    case 'bytes':
      return typeof text === 'string'
    case 'bigint':
      return typeof text === 'string' && /^-?\d+$/.test(text)
    case 'date':
      return time === null || typeof time === 'number'
    case 'error':
      return typeof message === 'string' && typeof name === 'string' && isPlain(fields)
    case 'plain':
      return isPlain(of) && !Array.isArray(of) && Object.values(of).every(isRecorded)
    case 'frozen':
      return isRecorded(of)
    case 'set':
      return Array.isArray(of) && isRecorded(of)
    case 'map':
      return (
        Array.isArray(of) && of.every((pair) => Array.isArray(pair) && pair.length === 2 && isRecorded(pair))
      )
    case 'own':
      return Array.isArray(of) && isNumber(of[0]) && of.slice(1).every((step) => typeof step === 'string')
    case 'hub':
      return isNumber(id) && isNumber(n)
    case 'promise':
    case 'stream':
    case 'function':
    case 'object':
      return isNumber(id)
    default:
      return false
  }
}
