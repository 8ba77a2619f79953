import type {Checkpoint, LogItem, Snapshot} from '../../src/types'
import {addressOf} from '../kit/fake-stack'

export const bob = addressOf('bob')
export const carol = addressOf('carol')

/** `checkpoint 3`, `event 4`, … */
export function names(items: readonly LogItem[]): string[] {
  return items.map(({type, seq}) => `${type === 'checkpoint' ? type : 'event'} ${seq}`)
}

/** The cause and type of each event, and what else is told of it. */
export function told(items: readonly LogItem[], ...fields: string[]): string[] {
  return items.map((item) => {
    const all: Record<string, unknown> = {...item}
    return ['cause', 'type', ...fields].flatMap((field) => all[field] ?? []).join(' ')
  })
}

export function checkpointOf(state: Snapshot): Checkpoint {
  return {type: 'checkpoint', ...state}
}

const about = {address: bob, cause: 'stack', time: 1_700_000_000_000} as const
const key = '@Ym9i.ed25519'
const data = {note: 'hi', nested: {list: [1, null, true]}}
const error = {message: 'connection refused', name: 'Error', code: 'ECONNREFUSED'}

/** One item of every type, with every field that it can have in version 2. */
export const samples: {readonly [T in LogItem['type']]: LogItem & {type: T}} = {
  connecting: {...about, seq: 1, type: 'connecting', attempt: 1, key, data},
  'connecting-failed': {...about, seq: 2, type: 'connecting-failed', attempt: 1, key, error},
  connected: {
    ...about,
    seq: 3,
    type: 'connected',
    link: 2,
    inbound: true,
    isClient: false,
    attempt: 1,
    inferredType: 'internet',
    key,
    data,
  },
  disconnecting: {...about, seq: 4, type: 'disconnecting', attempt: 1, key, reason: 'signal', error},
  'disconnecting-failed': {...about, seq: 5, type: 'disconnecting-failed', key, error},
  disconnected: {...about, seq: 6, type: 'disconnected', key, error},
  updated: {...about, seq: 7, type: 'updated', key, data},
  reserved: {...about, seq: 8, type: 'reserved', link: 3, inbound: false, key},
  released: {...about, seq: 9, type: 'released', link: 3, key, error},
  reset: {seq: 10, time: about.time, type: 'reset', cause: 'caller'},
  closed: {seq: 11, time: about.time, type: 'closed', cause: 'caller'},
  checkpoint: {
    type: 'checkpoint',
    seq: 12,
    time: about.time,
    since: about.time - 1000,
    entries: [
      [
        bob,
        {state: 'connected', key, inferredType: 'lan', inbound: true, hubBirth: 1, hubUpdated: 2, ...data},
      ],
      [carol, {state: 'connecting', hubBirth: 3, hubUpdated: 3}],
    ],
    reserve: [
      {address: bob, link: 4, inbound: true, key},
      {address: carol, link: 5, inbound: false},
    ],
  },
}

/** Which fields came with version 2. */
export const newIn2: {readonly [T in LogItem['type']]?: readonly string[]} = {
  disconnecting: ['reason', 'error'],
  disconnected: ['error'],
  released: ['key', 'error'],
  checkpoint: ['since', 'reserve'],
}

/** The same items as version 1 had them. */
export const samplesOf1 = Object.values(samples).map((item) => without(item, newIn2[item.type] ?? []))

export const headerOf1 = '{"format":"ssb-conn-hub log","version":1}\n'
export const header = '{"format":"ssb-conn-hub log","version":2}\n'

/** The item without these fields. */
export function without(item: LogItem, names: readonly string[]): LogItem {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name))) as never
}

/** A log in text, of lines that need not be right. */
export function textOf(...lines: unknown[]): string {
  return header + linesOf(...lines)
}

export function linesOf(...lines: unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** A value, and every object in it. */
export function partsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(partsOf)]
}
