import type {Difference} from '../util/difference'
import {isObject} from '../util/json'
import {mark} from '../values/secrets'

/** What of a value is named by the other: fields that it does not name are left out, at every level. */
export function named(value: unknown, by: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(by)) {
    return value.map((item, i) => named(item, by[i]))
  }
  if (!isObject(value) || !isObject(by)) return value
  const names = Object.keys(by).filter((name) => Object.hasOwn(value, name))
  return Object.fromEntries(names.map((name) => [name, named(value[name], by[name])]))
}

/** One difference in three lines, indented. Seeds are marked: test frameworks write it into files of their own. */
export function print({path, expected, actual}: Difference): string {
  return mark(`  ${path}\n    expected ${text(expected)}\n    actual   ${text(actual)}`)
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
}
