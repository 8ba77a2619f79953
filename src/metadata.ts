import {ConnHubError, describe} from './errors'
import type {Metadata} from './events'
import {deepFreeze} from './freeze'
import {isDeeper, parseJson} from './json'
import {hidesSeed, isMarked} from './redact'

const maxDepth = 200

/**
 * Takes metadata in as JSON would carry it: a deeply frozen copy, so that the caller may go on
 * changing its own object. Throws ERR_INVALID_DATA for what is no object, for what JSON refuses,
 * and for what is nested deeper than anybody needs.
 */
export function takeIn(data: unknown): Metadata | undefined {
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
    throw new ConnHubError('ERR_INVALID_DATA', `JSON refuses it: ${describe(error).message}`)
  }
}
