import type {Metadata, Peer} from '../entry'
import {deepFreeze} from '../util/deep-freeze'
import {isDeeper, parseJson} from '../util/json'
import {ConnHubError, toErrorRecord} from './errors'
import {hidesSeed, isMarked} from './secrets'

/** The fields that are the hub's own: nobody else writes them. */
export const ownFields: ReadonlySet<string> = new Set([
  'state',
  'key',
  'inferredType',
  'inbound',
  'hubBirth',
  'hubUpdated',
])

const maxDepth = 200

/**
 * Takes metadata in as JSON would carry it: a deeply frozen copy, so that the caller may go on
 * changing its own object. Throws ERR_INVALID_DATA for what is no object, for what JSON refuses,
 * and for what is nested deeper than anybody needs.
 */
export function copyMetadata(data: unknown): Metadata | undefined {
  if (data === undefined || data === null) return undefined
  const text = stringify(data)
  if (text?.[0] !== '{') throw new ConnHubError('ERR_INVALID_DATA', 'it is not an object')
  const copy = parseJson(text) as {[name: string]: Metadata[string]}
  // A mark stands for a secret. As the name of a field it would meet the field it stands for.
  for (const name of Object.keys(copy)) if (isMarked(name) || hidesSeed(name)) delete copy[name]
  if (isDeeper(copy, maxDepth)) {
    throw new ConnHubError('ERR_INVALID_DATA', `it is nested deeper than ${maxDepth} levels`)
  }
  return deepFreeze(copy)
}

function stringify(data: unknown): string | undefined {
  try {
    return JSON.stringify(data)
  } catch (error) {
    throw new ConnHubError('ERR_INVALID_DATA', `JSON refuses it: ${toErrorRecord(error).message}`)
  }
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
