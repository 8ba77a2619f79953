/** A seed for each turn, so that a turn in which more is asked for changes nothing for the next. */
export function seedOf(seed: number, turn: number): number {
  return Math.imul(seed ^ Math.imul(turn + 1, 0x9e3779b1), 0x85ebca6b)
}

/** A UUID of version 4 that these 16 bytes make. */
export function randomUuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte, i) => {
    const marked = i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte
    return marked.toString(16).padStart(2, '0')
  }).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A whole number from `min` up to `max`, which is not reached, that these 8 bytes make. */
export function randomInt(bytes: Uint8Array, min: number, max: number): number {
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return min + Number(number % BigInt(max - min))
}
