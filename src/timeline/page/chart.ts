import type {App} from './app'
import type {Colours} from './colours'
import type {Pixels} from './dom'
import {fitCanvas} from './dom'
import {Image} from './image'
import {gutter, rim} from './layout'
import {drawOver} from './over'

/** The lanes. They are painted pixel by pixel; names, times and lines go on a canvas above. */
export class Chart {
  readonly #lanes: HTMLCanvasElement
  readonly #over: HTMLCanvasElement
  #image: Image | undefined

  constructor(lanes: HTMLCanvasElement, over: HTMLCanvasElement) {
    this.#lanes = lanes
    this.#over = over
  }

  draw(app: App, colours: Colours): void {
    const {clientWidth, clientHeight} = this.#lanes.parentElement as HTMLElement
    app.height = Math.max(1, clientHeight - rim)
    const rowsHeight = app.rows.length * app.laneHeight
    app.scroll = Math.max(0, Math.min(app.scroll, rowsHeight - app.height))
    const lanes = fitCanvas(this.#lanes, Math.max(1, clientWidth - gutter), app.height)
    Object.assign(this.#lanes.style, {left: `${gutter}px`, top: `${rim}px`})
    this.#paint(app, lanes, colours)
    drawOver(app, fitCanvas(this.#over, clientWidth, clientHeight), colours)
  }

  #paint(app: App, {context, width, height, ratio}: Pixels, colours: Colours): void {
    if (this.#image?.data.width !== width || this.#image.data.height !== height) {
      this.#image = new Image(width, height)
    }
    const image = this.#image
    image.clear()
    const step = app.laneHeight * ratio
    const first = Math.floor((app.scroll * ratio) / step)
    let top = Math.floor(first * step - app.scroll * ratio)
    let isOpen = false
    // Where lanes are lower than a pixel, several share one.
    for (let i = first; i < app.rows.length && top < height; i++) {
      if (!isOpen) image.row.clear()
      isOpen = true
      const row = app.rows[i]
      const log = row && app.logs[row.log]
      if (log && row.facts) image.row.paint(row.facts.lane, log.drawn(app.axis), app.view)
      // Never above the last pixel: the lanes that are left would have none.
      const bottom = Math.floor((i + 1) * step - app.scroll * ratio)
      if (bottom <= top && i < app.rows.length - 1) continue
      image.write(
        Math.max(0, top),
        Math.min(height, Math.max(bottom, top + 1)),
        Math.round(2 * ratio),
        colours,
      )
      top = bottom
      isOpen = false
    }
    context.putImageData(image.data, 0, 0)
  }
}
