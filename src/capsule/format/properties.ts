/**
 * Under which name a property of something live is recorded, and read in a replay. Undefined for symbols other than those
 * that JavaScript itself asks for.
 */
export function nameOf(key: PropertyKey): string | undefined {
  if (typeof key !== 'symbol') return String(key)
  if (key === Symbol.asyncIterator) return '@@asyncIterator'
  if (key === Symbol.iterator) return '@@iterator'
  return undefined
}

/** For a proxy that can be called: it has no property of its own that a proxy would have to show. */
export function blankFunction(): object {
  return (() => {}).bind(undefined)
}
