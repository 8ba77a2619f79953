import fc from 'fast-check'
import type {InferredType, Json, LogItem, Metadata} from '../../src/types'
import {ownFields} from '../../src/values/metadata'

/** Any item that a log can have, in its most surprising forms. */

const text = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.array(fc.nat({max: 0xffff})).map((units) => String.fromCharCode(...units)),
)
const count = fc.maxSafeNat()
const stamp = {seq: count, time: fc.oneof(fc.nat(), fc.double({noNaN: true, noDefaultInfinity: true}))}
const about = {
  ...stamp,
  address: text,
  cause: fc.constantFrom('caller' as const, 'remote' as const, 'stack' as const, 'hub' as const),
}
const json = fc.jsonValue({stringUnit: 'binary'}) as fc.Arbitrary<Json>
const data: fc.Arbitrary<Metadata> = fc
  .dictionary(text, json)
  .map((all) => Object.fromEntries(Object.entries(all).filter(([name]) => !ownFields.has(name))))
const error = fc.record(
  {message: text, name: text, code: fc.oneof(text, fc.integer())},
  {requiredKeys: ['message']},
)
const inferredType = fc.constantFrom<InferredType>('bt', 'dht', 'internet', 'lan', 'tunnel')
const peer = fc.record(
  {
    state: fc.constantFrom('connecting' as const, 'connected' as const, 'disconnecting' as const),
    key: text,
    inferredType,
    inbound: fc.boolean(),
    hubBirth: fc.nat(),
    hubUpdated: fc.nat(),
  },
  {requiredKeys: ['state', 'hubBirth', 'hubUpdated']},
)

/** An item of this type, of these fields; of those behind the bar, each may be missing. */
function item(type: LogItem['type'], fields: object, optional: object = {}): fc.Arbitrary<LogItem> {
  const all = {type: fc.constant(type), ...fields, ...optional}
  const requiredKeys = ['type', ...Object.keys(fields)] as never[]
  // The fields are those of src/events.ts, and what decode() gives for them is what the test checks.
  return fc.record(all, {requiredKeys}) as unknown as fc.Arbitrary<LogItem>
}

const kinds: fc.Arbitrary<LogItem> = fc.oneof(
  item('connecting', {...about, attempt: count}, {key: text, data}),
  item('connecting-failed', {...about, attempt: count, error}, {key: text}),
  item(
    'connected',
    {...about, link: count, inbound: fc.boolean()},
    {key: text, isClient: fc.boolean(), attempt: count, inferredType, data},
  ),
  item('disconnecting', about, {key: text, attempt: count}),
  item('disconnecting-failed', {...about, error}, {key: text}),
  item('disconnected', about, {key: text}),
  item('updated', about, {key: text, data}),
  item('reserved', {...about, link: count, inbound: fc.boolean()}, {key: text}),
  item('released', {...about, link: count}),
  item('reset', {...stamp, cause: about.cause}),
  item('closed', {...stamp, cause: about.cause}),
  item('checkpoint', {
    ...stamp,
    entries: fc.uniqueArray(
      fc.tuple(
        text,
        fc.tuple(data, peer).map(([metadata, own]) => ({...metadata, ...own})),
      ),
      {selector: ([address]) => address, maxLength: 4},
    ),
  }),
)

/** As JSON carries it, where -0 is 0, and without what would become a prototype. */
export const anyItem: fc.Arbitrary<LogItem> = kinds.map((each) =>
  JSON.parse(JSON.stringify(each), (name, value) => (name === '__proto__' ? undefined : value)),
)
