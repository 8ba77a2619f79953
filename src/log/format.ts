import type {Checkpoint, HubEvent} from '../events'
import {isObject} from '../util/json'
import {ownFields} from '../values/metadata'

/** Which fields an item of the log has, and of what form, in each version of the format. */

/** What is written is of the latest version. */
export type Version = 1 | 2

interface Form {
  readonly is: (value: unknown) => boolean
  readonly called: string
  readonly optional: boolean
  /** The version that it came with. */
  readonly since: Version
}

type Fields = Record<string, Form>

/** The fields of an object, ready to be looked up. */
interface Shape {
  readonly fields: ReadonlyMap<string, Form>
  /** How many of them must be there. */
  readonly required: number
}

function shapeOf(fields: Fields): Shape {
  const required = Object.values(fields).filter(({optional}) => !optional).length
  return {fields: new Map(Object.entries(fields)), required}
}

const text = required('a string', (value) => typeof value === 'string')
const flag = required('true or false', (value) => typeof value === 'boolean')
const count = required('a whole number', (value) => Number.isSafeInteger(value) && Number(value) >= 0)
const time = required('a time in ms', (value) => Number.isFinite(value))
const oneOf = (...values: string[]) =>
  required(values.join(' or '), (value) => values.includes(value as string))
const cause = oneOf('caller', 'remote', 'stack', 'hub')
const inferred = oneOf('bt', 'dht', 'internet', 'lan', 'tunnel')
const metadata = required('an object without the fields of the hub', (value) => {
  if (!isObject(value)) return false
  for (const name in value) if (ownFields.has(name)) return false
  return true
})
const errorShape = shapeOf({
  message: text,
  name: optional(text),
  code: optional(required('a string or a number', (value) => text.is(value) || Number.isFinite(value))),
})
const error = required(
  'an error of message, name and code',
  (value) => isObject(value) && expectedFields(value, errorShape) === undefined,
)
const reason = oneOf('disconnect', 'reset', 'close', 'signal')
const peer: Record<string, Form> = {
  state: oneOf('connecting', 'connected', 'disconnecting'),
  key: optional(text),
  inferredType: optional(inferred),
  inbound: optional(flag),
  hubBirth: time,
  hubUpdated: time,
}
const entries = required(
  'an array of entries, each of an address of its own and its data',
  (value) =>
    Array.isArray(value) &&
    value.every(
      (entry) =>
        Array.isArray(entry) &&
        entry.length === 2 &&
        text.is(entry[0]) &&
        isObject(entry[1]) &&
        Object.entries(peer).every(([name, form]) => fits(entry[1][name], form)),
    ) &&
    new Set(value.map(([address]) => address)).size === value.length,
)

const reserveShape = shapeOf({address: text, link: count, inbound: flag, key: optional(text)})
const reserve = required(
  'an array of links in reserve, each of address, link, inbound and key',
  (value) =>
    Array.isArray(value) &&
    value.every((link) => isObject(link) && expectedFields(link, reserveShape) === undefined) &&
    new Set(value.map(({link}) => link)).size === value.length,
)

const stamped = {seq: count, time, type: text, during: optional(count)}
const about = {...stamped, address: text, cause}
const lifecycle = {...about, key: optional(text)}

/** Of each type, in the latest version. */
export const forms: Record<HubEvent['type'] | Checkpoint['type'], Fields> = {
  connecting: {...lifecycle, attempt: count, data: optional(metadata)},
  'connecting-failed': {...lifecycle, attempt: count, error},
  connected: {
    ...lifecycle,
    link: count,
    inbound: flag,
    isClient: optional(flag),
    attempt: optional(count),
    inferredType: optional(inferred),
    data: optional(metadata),
  },
  disconnecting: {
    ...lifecycle,
    attempt: optional(count),
    reason: ofVersion2(reason),
    error: ofVersion2(error),
  },
  'disconnecting-failed': {...lifecycle, error},
  disconnected: {...lifecycle, error: ofVersion2(error)},
  updated: {...lifecycle, data: optional(metadata)},
  reserved: {...lifecycle, link: count, inbound: flag},
  released: {...about, key: ofVersion2(text), link: count, error: ofVersion2(error)},
  reset: {...stamped, cause},
  closed: {...stamped, cause},
  checkpoint: {...stamped, since: ofVersion2(time), entries, reserve: ofVersion2(reserve)},
}

const shapes: Readonly<Record<Version, ReadonlyMap<string, Shape>>> = {1: shapesOf(1), 2: shapesOf(2)}

/** What was expected of a line of the log that is something else; `undefined` for one that is as it should be. */
export function expectedOf(value: unknown, version: Version = 2): string | undefined {
  if (!isObject(value)) return 'an object'
  const {type} = value
  const known = shapes[version]
  const shape = known.get(type as string)
  if (!shape) return `an event of a type that version ${version} knows: ${[...known.keys()].join(', ')}`
  return expectedFields(value, shape)
}

function shapesOf(version: Version): Map<string, Shape> {
  const known = (fields: Fields) => Object.entries(fields).filter(([, {since}]) => since <= version)
  return new Map(
    Object.entries(forms).map(([type, fields]) => [type, shapeOf(Object.fromEntries(known(fields)))]),
  )
}

function expectedFields(value: Record<string, unknown>, {fields, required}: Shape): string | undefined {
  let missing = required
  for (const name in value) {
    const form = fields.get(name)
    if (!form) return `no field ${JSON.stringify(name.slice(0, 100))}`
    if (!form.is(value[name])) return `${name} to be ${form.called}`
    if (!form.optional) missing--
  }
  if (missing === 0) return undefined
  const [name, form] = [...fields].find(([name, {optional}]) => !optional && value[name] === undefined) ?? []
  return `${name} to be ${form?.called}`
}

function fits(value: unknown, form: Form): boolean {
  return value === undefined ? form.optional : form.is(value)
}

function required(called: string, is: Form['is']): Form {
  return {is, called, optional: false, since: 1}
}

function optional(form: Form): Form {
  return {...form, optional: true}
}

/** An item of version 1 is one of version 2, too: all that is new may be missing. */
function ofVersion2(form: Form): Form {
  return {...form, optional: true, since: 2}
}
