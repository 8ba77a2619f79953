import type {Colours} from './colours'
import {overlays, PixelRow} from './paint'

/** The pixels of all lanes. */
export class Image {
  readonly data: ImageData
  readonly #pixels: Uint32Array
  readonly #line: Uint32Array
  readonly row: PixelRow

  constructor(width: number, height: number) {
    this.data = new ImageData(width, height)
    this.#pixels = new Uint32Array(this.data.data.buffer)
    this.#line = new Uint32Array(width)
    this.row = new PixelRow(width)
  }

  clear(): void {
    this.#pixels.fill(0)
  }

  /**
   * Writes the row, as high as a lane is, from one line of pixels to the one before another. In a high lane the failures
   * stand above the states, so that both are seen; where there is room for one only, it is the failures.
   *
   * @param mark how wide the mark of a failure is at least, in pixels
   */
  write(top: number, bottom: number, mark: number, colours: Colours): void {
    const high = bottom - top
    const gap = high >= 6 ? Math.max(1, Math.round(high / 10)) : high >= 3 ? 1 : 0
    const failuresEnd = high >= 6 ? top + Math.ceil(high * 0.45) : bottom
    const reserveStart = bottom - gap - Math.max(1, Math.round(high / 6))
    this.#stateLine(colours)
    for (let y = top + (high >= 6 ? gap : 0); y < bottom - gap; y++) this.#put(y)
    if (high >= 8) {
      this.#overlayLine(overlays.reserve, colours.reserve)
      for (let y = reserveStart; y < bottom - gap; y++) this.#put(y)
      this.#overlayLine(overlays.handOver, colours.handOver)
      for (let y = top; y < bottom; y++) this.#put(y)
    }
    this.#failureLine(high >= 6 ? mark : 1, colours.failed)
    for (let y = top; y < failuresEnd; y++) this.#put(y)
  }

  #stateLine({inks, reserve}: Colours): void {
    const {states, overlay} = this.row
    for (let x = 0; x < states.length; x++) {
      const ink = states[x] ?? 0
      this.#line[x] = ink === 0 && ((overlay[x] ?? 0) & overlays.reserve) > 0 ? reserve : (inks[ink] ?? 0)
    }
  }

  #overlayLine(bit: number, colour: number): void {
    const {overlay} = this.row
    for (let x = 0; x < overlay.length; x++) this.#line[x] = ((overlay[x] ?? 0) & bit) > 0 ? colour : 0
  }

  #failureLine(mark: number, colour: number): void {
    const {failures} = this.row
    this.#line.fill(0)
    for (let x = 0; x < failures.length; x++) if (failures[x]) this.#line.fill(colour, x, x + mark)
  }

  /** Puts the line over what is there, where it is not empty. */
  #put(y: number): void {
    const start = y * this.#line.length
    for (let x = 0; x < this.#line.length; x++) {
      const colour = this.#line[x] ?? 0
      if (colour !== 0) this.#pixels[start + x] = colour
    }
  }
}
