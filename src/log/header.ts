import {mark} from '../values/secrets'
import type {Version} from './format'

/** The first line of a log in text: it names the format and its version, and whose log it is. */
export interface Header {
  readonly version: Version
  /** The public key of the peer whose hub it is, where the stack told it. */
  readonly id?: string | undefined
}

const format = 'ssb-conn-hub log'
/** What the first line of every version begins with. */
const beginning = `{"format":"${format}",`
/** How long the first line can be, in characters. */
export const maxFirstLine = 4096
/** What can stand there, in words. */
export const expectedHeader = `${textOf({version: 2})}, with an "id" or without, or version 1 without`

/** The first line of a log that is written now. Seeds are marked. */
export function encodeHeader(id?: string): string {
  const line = mark(textOf({version: 2, id}))
  // An id that is too long for the first line is left out: with it, nobody could read the log.
  return `${line.length > maxFirstLine ? textOf({version: 2}) : line}\n`
}

/** Undefined: it is not the first line of a log, or of a version that came later. */
export function headerOf(value: unknown): Header | undefined {
  const {id} = Object(value)
  const text = JSON.stringify(value)
  if (text === textOf({version: 1})) return {version: 1}
  if (id !== undefined && typeof id !== 'string') return undefined
  return text === textOf({version: 2, id}) ? {version: 2, id} : undefined
}

/** Whether a text begins as a log does, of whatever version: it may be torn, but something of it is there. */
export function isStartOfLog(text: string): boolean {
  return text !== '' && (text.startsWith(beginning) || beginning.startsWith(text))
}

function textOf({version, id}: Header): string {
  return JSON.stringify({format, version, id})
}
