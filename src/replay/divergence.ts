import type {Json} from '../entry'
import type {HubEvent, Recorded} from '../events'
import {ConnHubError} from '../values/errors'

/**
 * A call on a replay that the recording does not have at this point, or has differently. It says what
 * was recorded next, what was called, and where they differ.
 */
export class DivergenceError extends ConnHubError {
  /** Of what was recorded next; where nothing was, of the last event of the recording. */
  readonly seq: number
  /** The next recorded event of a command; undefined where the recording has no more. */
  readonly recorded: Recorded | undefined
  /** The event that the call would have caused. */
  readonly called: HubEvent

  /** @param before the entry before the call */
  constructor(seq: number, recorded: Recorded | undefined, called: HubEvent, before: Known) {
    super('ERR_DIVERGENCE', `at event ${seq}\n${differenceOf(recorded, called, before)}`)
    this.seq = seq
    this.recorded = recorded
    this.called = called
  }
}

/**
 * Whether a call causes what was recorded: the same type, address and data.
 *
 * @param before the entry before the event
 */
export function isSame(recorded: Recorded, called: HubEvent, before: Known): boolean {
  return canonical(comparable(recorded, before)) === canonical(comparable(called, before))
}

type Known = {readonly key?: string} | undefined

/** What of an event the caller decides: the rest is numbers, times and what the hub knew. */
function comparable(event: HubEvent, before: Known): Record<string, unknown> {
  const {type} = event
  if (type === 'reset' || type === 'closed') return {type}
  const {address} = event
  if (type !== 'connecting' && type !== 'updated') return {type, address}
  // A key that was known already is not claimed by an update, and version 1 of the format does not tell it.
  const key = type === 'updated' && before?.key !== undefined ? undefined : event.key
  return {type, address, key, data: event.data}
}

function differenceOf(recorded: Recorded | undefined, called: HubEvent, before: Known): string {
  const then = recorded && comparable(recorded, before)
  const now = comparable(called, before)
  const lines = [
    `  recorded next: ${then ? canonical(then) : 'nothing'}`,
    `  called:        ${canonical(now)}`,
  ]
  for (const [path, was, is] of then ? differences('', then, now) : []) {
    lines.push(
      `  ${path}: ${canonical(was) ?? 'nothing'} was recorded, ${canonical(is) ?? 'nothing'} was called`,
    )
  }
  return lines.join('\n')
}

type Difference = readonly [path: string, was: unknown, is: unknown]

function differences(path: string, was: unknown, is: unknown): Difference[] {
  if (canonical(was) === canonical(is)) return []
  if (!isPlain(was) || !isPlain(is)) return [[path, was, is]]
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
  return names.flatMap((name) => differences(path ? `${path}.${name}` : name, was[name], is[name]))
}

/** JSON with its fields in order, so that equal values have equal text. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, field: unknown) =>
    isPlain(field) ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))) : field,
  )
}

function isPlain(value: unknown): value is Record<string, Json | undefined> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
