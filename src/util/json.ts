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
