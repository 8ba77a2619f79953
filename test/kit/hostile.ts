import fc from 'fast-check'

/** What files and callers may have in any place of a log. */
const values = fc.oneof(
  fc.constantFrom(null, '', 'net', -1, 0, 1, 1.5, 1e15, 8.64e15, 1e17, 1e300, -1e300, true, [], {}, [[]]),
  fc.constantFrom('reset', 'connected', 'connecting', 'disconnected', 'checkpoint', 'updated', 'caller'),
  fc.jsonValue({maxDepth: 2}),
)

type Change =
  | {readonly do: 'leave out' | 'repeat' | 'cut'; readonly at: number}
  | {readonly do: 'swap' | 'move'; readonly at: number; readonly to: number}
  | {readonly do: 'set'; readonly at: number; readonly field: number; readonly value: unknown}
  | {readonly do: 'replace'; readonly at: number; readonly value: unknown}

const index = fc.nat({max: 10_000})
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({do: fc.constantFrom('leave out' as const, 'repeat' as const, 'cut' as const), at: index}),
  fc.record({do: fc.constantFrom('swap' as const, 'move' as const), at: index, to: index}),
  {
    weight: 4,
    arbitrary: fc.record({do: fc.constant('set' as const), at: index, field: index, value: values}),
  },
  fc.record({do: fc.constant('replace' as const), at: index, value: values}),
)

/** A few changes of a list of JSON objects. */
export const changes = fc.array(change, {maxLength: 4})

/** The list with these changes. */
export function changed(list: readonly unknown[], all: readonly Change[]): unknown[] {
  return all.reduce<unknown[]>(apply, [...list])
}

function apply(list: unknown[], what: Change): unknown[] {
  const at = what.at % Math.max(1, list.length)
  const item = list[at]
  const others = [...list.slice(0, at), ...list.slice(at + 1)]
  switch (what.do) {
    case 'leave out':
      return others
    case 'repeat':
      return insert(list, at, item)
    case 'cut':
      return list.slice(0, at)
    case 'move':
      return insert(others, what.to % Math.max(1, list.length), item)
    case 'swap': {
      const to = what.to % Math.max(1, list.length)
      return list.map((one, i) => (i === at ? list[to] : i === to ? item : one))
    }
    case 'replace':
      return insert(others, at, what.value)
    case 'set':
      return insert(others, at, setField(item, what.field, what.value))
  }
}

function insert(list: readonly unknown[], at: number, item: unknown): unknown[] {
  return [...list.slice(0, at), item, ...list.slice(at)]
}

/** The value with another one in place of one of its fields, at any depth. */
function setField(item: unknown, field: number, value: unknown): unknown {
  if (typeof item !== 'object' || item === null) return value
  const names = Object.keys(item)
  const name = names[field % Math.max(1, names.length)]
  if (name === undefined) return value
  const old: unknown = Reflect.get(item, name)
  const isDeep = typeof old === 'object' && old !== null && field % 3 > 0
  const now = isDeep ? setField(old, Math.floor(field / names.length), value) : value
  return Array.isArray(item) ? Object.assign([...item], {[name]: now}) : {...item, [name]: now}
}
