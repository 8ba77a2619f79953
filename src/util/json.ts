/** Parses JSON, and leaves out what would become the prototype of something. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Its letters may be escaped.
  if (text.includes('__proto__') || text.includes('\\u00')) leaveOutProto(value)
  return value
}

/** Without recursion, and thus without a depth at which it fails. */
function leaveOutProto(value: unknown): void {
  const objects: unknown[] = [value]
  while (objects.length > 0) {
    const object = objects.pop()
    if (typeof object !== 'object' || object === null) continue
    Reflect.deleteProperty(object, '__proto__')
    for (const field of Object.values(object)) objects.push(field)
  }
}

/** Whether the value is nested deeper than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const field of Object.values(value)) if (isDeeper(field, levels - 1)) return true
  return false
}

/** Whether the value is a JSON object: no array, and not `null`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON with its fields in order, so that equal values have equal text; `undefined` for what is not JSON. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, field: unknown) =>
    isObject(field) ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))) : field,
  )
}
