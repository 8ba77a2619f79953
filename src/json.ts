/** Parses JSON, and leaves out what would become the prototype of something. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, text.includes('__proto__') ? leaveOutProto : undefined)
}

function leaveOutProto(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value
}
