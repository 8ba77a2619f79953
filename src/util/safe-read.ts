/** Reads a property of an object that is not ours; `undefined` where that throws. */
export function read(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}
