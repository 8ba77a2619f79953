import type {App} from './app'
import type {Colours} from './colours'
import type {Pixels} from './dom'
import {gutter, rim} from './layout'
import {nameOf} from './names'
import {ticks} from './ticks'
import {clockTime, day, duration} from './words'

/** Draws what lies over the lanes: the times, the names of the peers, what happened to the hub, and the cursor. */
export function drawOver(app: App, {context, width, height, ratio}: Pixels, colours: Colours): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const wide = width / ratio
  const high = height / ratio
  drawTimes(app, context, wide, high, colours)
  drawNames(app, context, wide, colours)
  drawMarks(app, context, wide, high, colours)
  drawCursor(app, context, wide, high, colours)
}

function drawTimes(
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

function drawNames(app: App, context: CanvasRenderingContext2D, wide: number, colours: Colours): void {
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

function drawMarks(
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
