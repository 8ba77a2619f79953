/** Reads a property of an object that is not ours; `undefined` where that throws. */
export function read(object: object, name: string | symbol): unknown {
  try {
    return (object as Record<string | symbol, unknown>)[name]
  } catch {
    return undefined
  }
}
