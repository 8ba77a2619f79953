import {createHash} from 'node:crypto'
import {mark} from '../../values/secrets'
import {isLeaf, isObject, isPlain, writeLeaf} from './values'

/**
 * The text by which a call is known that only reads: what is called, and what it is given. It is the same when it is
 * recorded and when it is replayed; `idOf` gives the number of what is live.
 */
export function questionOf(of: string, args: readonly unknown[], idOf: (value: object) => unknown): string {
  if (args.length === 0) return of
  const text = mark(JSON.stringify(args.map((arg) => describe(arg, idOf, 0))))
  const short = text.length > 200 ? createHash('sha256').update(text).digest('base64url').slice(0, 22) : text
  return `${of}(${short})`
}

function describe(value: unknown, idOf: (value: object) => unknown, depth: number): unknown {
  if (!isObject(value)) return writeLeaf(value)
  const id = idOf(value)
  if (id !== undefined) return {$: 'live', id}
  if (isLeaf(value)) return writeLeaf(value)
  if (!isPlain(value) || depth > 100) return {$: 'live'}
  if (Array.isArray(value)) return value.map((field) => describe(field, idOf, depth + 1))
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([name, field]) => [name, describe(field, idOf, depth + 1)]))
}
