import type {Digest} from '../digest'
import type {App} from './app'
import type {Row} from './rows'
import {cut, hostOf, shortKey} from './words'

/** What a row is called. */
export function nameOf(app: App, row: Row): string {
  const log = app.logs[row.log]
  if (!log) return ''
  if (!row.facts) return log.name
  return laneName(log.digest, row.facts.lane)
}

/** A peer by its name, else by its host; and the beginning of its key. */
export function laneName({lanes, addresses}: Digest, lane: number): string {
  const {key, name, addresses: places = []} = lanes[lane] ?? {}
  const called = name ?? hostOf(addresses[places[0] ?? -1] ?? '')
  return visible(key === undefined ? called : `${called} ${shortKey(key)}`)
}

/** Without what turns the direction of writing, for where there are no elements to keep it apart. */
export function visible(text: string): string {
  return cut(text, 200).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')
}
