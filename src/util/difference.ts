import {isObject} from './json'

/** Where two JSON values differ. `undefined` is a field, or an item, that is not there. */
export interface Difference {
  /** As in JavaScript: `data.note`, `[0].data["net:a:1"]`. Empty for the values themselves. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
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
    differences(fieldOf(expected, name), fieldOf(actual, name), join(path, name)),
  )
}

function join(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

function fieldOf(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
