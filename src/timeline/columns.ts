/** Whole numbers as bytes, in columns: what is alike stands side by side, so that gzip finds it. */

/** Of a number, seven bits a byte, the lowest first; the highest bit says that there are more. */
export class ColumnWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** One that is not below 0. */
  push(whole: number): void {
    if (this.#length + 10 > this.#bytes.length) this.#grow()
    let left = whole
    while (left > 127) {
      this.#bytes[this.#length++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#length++] = left
  }

  /** One that may be below 0: the lowest bit is its sign. */
  pushSigned(whole: number): void {
    this.push(whole < 0 ? -2 * whole - 1 : 2 * whole)
  }

  /** One from 0 to 255, in a column that has no others. */
  pushByte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow()
    this.#bytes[this.#length++] = byte
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(): void {
    const bytes = new Uint8Array(2 * this.#bytes.length)
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }
}

/** Gives the numbers of a column, one after the other. */
export class ColumnReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  next(): number {
    let byte = this.nextByte()
    let read = byte & 127
    for (let factor = 128; byte > 127; factor *= 128) {
      byte = this.nextByte()
      read += (byte & 127) * factor
    }
    return read
  }

  nextSigned(): number {
    const read = this.next()
    return read % 2 === 1 ? -(read + 1) / 2 : read / 2
  }

  nextByte(): number {
    return this.#bytes[this.#at++] ?? 0
  }
}
