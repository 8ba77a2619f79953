import type {Digest} from '../digest'
import type {App} from './app'
import type {Colours} from './colours'
import type {Pixels} from './dom'
import {fitCanvas} from './dom'
import {Image} from './image'
import type {Row} from './rows'
import {ticks} from './ticks'
import {clockTime, cut, day, duration, hostOf, shortKey} from './words'

/** The widths of the names at the left and the height of the times above, in pixels of CSS. */
export const gutter = 190
export const rim = 22

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
    this.#drawOver(app, fitCanvas(this.#over, clientWidth, clientHeight), colours)
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

  #drawOver(app: App, {context, width, height, ratio}: Pixels, colours: Colours): void {
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const wide = width / ratio
    const high = height / ratio
    this.#drawTimes(app, context, wide, high, colours)
    this.#drawNames(app, context, wide, colours)
    this.#drawMarks(app, context, wide, high, colours)
    drawCursor(app, context, wide, high, colours)
  }

  #drawTimes(
    {axis, view}: App,
    context: CanvasRenderingContext2D,
    wide: number,
    high: number,
    colours: Colours,
  ) {
    const across = wide - gutter
    const offset = -new Date(axis.time(view.from)).getTimezoneOffset() * 60_000
    const {step, all} = ticks(axis, view, 84 / across, offset)
    context.font = '11px system-ui, sans-serif'
    context.textBaseline = 'middle'
    let lastDay = ''
    for (const {time, share} of all) {
      const x = Math.round(gutter + share * across) + 0.5
      context.fillStyle = colours.css('line')
      context.fillRect(x - 0.5, rim - 4, 1, high)
      const date = day(time)
      const text =
        step >= 86_400_000
          ? date
          : date !== lastDay && step >= 1000
            ? `${date.slice(5)} ${clockTime(time, false).slice(0, 5)}`
            : clockTime(time, step < 1000)
      lastDay = date
      context.fillStyle = colours.css('quiet')
      context.fillText(text, x + 3, rim / 2)
    }
  }

  #drawNames(app: App, context: CanvasRenderingContext2D, wide: number, colours: Colours): void {
    const {laneHeight} = app
    const first = Math.max(0, Math.floor(app.scroll / laneHeight))
    const every = Math.max(1, Math.ceil(13 / laneHeight))
    context.save()
    context.beginPath()
    context.rect(0, rim, wide, app.height)
    context.clip()
    context.textBaseline = 'middle'
    for (let i = first - (first % every); i < app.rows.length; i++) {
      const y = rim + i * laneHeight - app.scroll
      if (y > rim + app.height) break
      const row = app.rows[i]
      if (!row) continue
      if (i === app.chosen) {
        context.fillStyle = `${colours.css('accent')}33`
        context.fillRect(0, y, wide, Math.max(2, laneHeight))
      }
      if (i % every > 0 && row.facts) continue
      context.font = row.facts ? '11.5px system-ui, sans-serif' : 'bold 12px system-ui, sans-serif'
      context.fillStyle = colours.css(row.facts ? 'text' : 'accent')
      const right = row.facts && row.facts.failures > 0 && laneHeight >= 12 ? `${row.facts.failures}` : ''
      context.fillText(
        fitted(context, nameOf(app, row), gutter - 24 - context.measureText(right).width),
        10,
        y + laneHeight / 2,
      )
      if (!right) continue
      context.fillStyle = colours.css('failed')
      context.textAlign = 'right'
      context.fillText(right, gutter - 8, y + laneHeight / 2)
      context.textAlign = 'left'
    }
    context.restore()
  }

  #drawMarks(
    app: App,
    context: CanvasRenderingContext2D,
    wide: number,
    high: number,
    colours: Colours,
  ): void {
    const {axis, view, logs} = app
    const scale = (wide - gutter) / (view.to - view.from)
    const x = (time: number) => gutter + (axis.place(time) - view.from) * scale
    context.fillStyle = `${colours.css('quiet')}22`
    for (const {from, to} of axis.folds) {
      const left = Math.max(gutter, x(from))
      const right = x(to)
      if (right > gutter && left < wide) context.fillRect(left, rim, right - left, high)
    }
    context.font = '10.5px system-ui, sans-serif'
    for (const {digest} of logs) {
      for (const {what, time, by} of digest.marks) {
        const at = x(time)
        if (at < gutter || at > wide) continue
        context.fillStyle = colours.css(what === 'closed' ? 'quiet' : 'reset')
        context.fillRect(Math.round(at), rim, 1.5, high)
        context.fillText(
          by === undefined ? what : `${what} ${what === 'set back' ? duration(by) : by}`,
          at + 4,
          high - 8,
        )
      }
    }
  }
}

/** What a row is called. */
export function nameOf(app: App, row: Row): string {
  const log = app.logs[row.log]
  if (!log) return ''
  if (!row.facts) return log.name
  return laneName(log.digest, row.facts.lane)
}

/** A peer by its name, else by its host; and the beginning of its key. */
export function laneName({lanes, addresses}: Digest, lane: number): string {
  const {key, name, addresses: places = []} = lanes[lane] ?? {}
  const called = name ?? hostOf(addresses[places[0] ?? -1] ?? '')
  return visible(key === undefined ? called : `${called} ${shortKey(key)}`)
}

/** Without what turns the direction of writing, for where there are no elements to keep it apart. */
export function visible(text: string): string {
  return cut(text, 200).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  let fits = text
  while (fits.length > 4 && context.measureText(fits).width > width) fits = `${fits.slice(0, -3)}…`
  return fits
}

function drawCursor(
  {axis, view, time}: App,
  context: CanvasRenderingContext2D,
  wide: number,
  high: number,
  {css}: Colours,
) {
  const x = gutter + ((axis.place(time) - view.from) / (view.to - view.from)) * (wide - gutter)
  if (x < gutter - 1 || x > wide + 1) return
  context.fillStyle = css('accent')
  context.fillRect(x - 0.5, rim - 6, 1, high)
  context.beginPath()
  context.moveTo(x - 5, rim - 8)
  context.lineTo(x + 5, rim - 8)
  context.lineTo(x, rim)
  context.fill()
}
