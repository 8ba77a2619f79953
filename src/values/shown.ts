import {mark} from './secrets'

/** What moves the cursor of a terminal, or turns the direction of a text. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A piece of a text as a message shows it: without secrets, with control characters escaped, cut after so many characters. */
export function excerpt(text: string, length: number): string {
  // Some more, so that a seed at the end is marked before it is cut.
  const safe = mark(text.slice(0, 2 * length + 100)).replace(control, escaped)
  return safe.length > length ? `${withoutTornMark(safe.slice(0, length))}…` : safe
}

/** A value that was given, as a message shows it. None of its methods is called. Never throws. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `"${excerpt(value, 100)}"`
    case 'object':
      return value === null ? 'null' : shownObject(value)
    case 'function':
      return 'a function'
    case 'bigint':
      return `${value}n`
    default:
      return String(value)
  }
}

function shownObject(object: object): string {
  try {
    if (Array.isArray(object)) return `an array of ${object.length}`
    const names = Object.keys(object)
    const some = names.slice(0, 5).map((name) => excerpt(name, 30))
    if (names.length > some.length) some.push('…')
    return some.length > 0 ? `an object with ${some.join(', ')}` : 'an object without fields'
  } catch {
    return 'an object that cannot be looked into'
  }
}

function escaped(char: string): string {
  return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

/** What is left of a mark that was cut would get a mark of its own. */
function withoutTornMark(text: string): string {
  return text.replace(/([:~]|3[aA]|7[eE])(?:s|se|see|seed|seed-[0-9a-f]{0,15})$/, '$1')
}
