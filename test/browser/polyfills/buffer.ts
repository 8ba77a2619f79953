// What the packages below secret-stack use of Node's Buffer.

type Encoding = 'utf8' | 'base64' | undefined

declare function atob(text: string): string
declare function btoa(text: string): string
declare const TextEncoder: new () => {encode(text: string): Uint8Array}
declare const TextDecoder: new () => {decode(bytes: Uint8Array): string}

function bytesOf(text: string, encoding: Encoding): ArrayLike<number> {
  switch (encoding) {
    case 'base64':
      return Array.from(atob(text), (char) => char.charCodeAt(0))
    default:
      return new TextEncoder().encode(text)
  }
}

class PageBuffer extends Uint8Array {
  static override from(value: unknown, encoding?: unknown): PageBuffer {
    if (typeof value === 'string') return PageBuffer.from(bytesOf(value, encoding as Encoding))
    if (value instanceof ArrayBuffer) return new PageBuffer(value)
    const bytes = new PageBuffer((value as ArrayLike<number>).length)
    bytes.set(value as ArrayLike<number>)
    return bytes
  }

  static alloc(size: number): PageBuffer {
    return new PageBuffer(size)
  }

  static isBuffer(value: unknown): boolean {
    return value instanceof PageBuffer
  }

  static concat(parts: readonly Uint8Array[]): PageBuffer {
    const all = new PageBuffer(parts.reduce((length, part) => length + part.length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  readonly #view = new DataView(this.buffer, this.byteOffset, this.byteLength)

  /** Unlike that of a Uint8Array, it shares the memory. */
  override slice(start?: number, end?: number): this {
    return this.subarray(start, end) as this
  }

  override toString(encoding?: Encoding): string {
    switch (encoding) {
      case 'base64':
        return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(''))
      default:
        return new TextDecoder().decode(this)
    }
  }

  copy(target: Uint8Array, targetStart = 0, start = 0, end = this.length): number {
    target.set(this.subarray(start, end), targetStart)
    return end - start
  }

  readInt32BE(at = 0): number {
    return this.#view.getInt32(at)
  }

  writeInt32BE(value: number, at = 0): void {
    this.#view.setInt32(at, value)
  }

  readUInt32BE(at = 0): number {
    return this.#view.getUint32(at)
  }

  writeUInt32BE(value: number, at = 0): void {
    this.#view.setUint32(at, value)
  }

  readUInt16BE(at = 0): number {
    return this.#view.getUint16(at)
  }

  writeUInt16BE(value: number, at = 0): void {
    this.#view.setUint16(at, value)
  }
}

export {PageBuffer as Buffer}
