import {mark} from '../values/secrets'

/** Where two JSON values differ. `undefined` is a field, or an item, that is not there. */
export interface Difference {
  /** As in JavaScript: `[0].data.note`. Empty for the values themselves. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** What of a value is named by the other: fields that it does not name are left out, at every level. */
export function named(value: unknown, by: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(by)) {
    return value.map((item, i) => (i < by.length ? named(item, by[i]) : item))
  }
  if (!isObject(value) || !isObject(by)) return value
  const names = Object.keys(by).filter((name) => Object.hasOwn(value, name))
  return Object.fromEntries(names.map((name) => [name, named(value[name], by[name])]))
}

/** Every difference, in the order of the expected value, then that of the actual one. */
export function differences(expected: unknown, actual: unknown, path = ''): Difference[] {
  if (Object.is(expected, actual)) return []
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const longer = expected.length < actual.length ? actual : expected
    return longer.flatMap((_, i) => differences(expected[i], actual[i], `${path}[${i}]`))
  }
  if (!isObject(expected) || !isObject(actual)) return [{path, expected, actual}]
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...names].flatMap((name) =>
    differences(fieldOf(expected, name), fieldOf(actual, name), path + step(name)),
  )
}

/** One difference in three lines, indented. Seeds are marked: test frameworks write it into files of their own. */
export function print({path, expected, actual}: Difference): string {
  return mark(`  ${path}\n    expected ${text(expected)}\n    actual   ${text(actual)}`)
}

function step(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
}

function fieldOf(object: {readonly [name: string]: unknown}, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isObject(value: unknown): value is {readonly [name: string]: unknown} {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
