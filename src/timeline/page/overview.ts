import {kinds} from '../digest'
import type {App} from './app'
import type {Colours} from './colours'
import {fitCanvas} from './dom'
import type {Drawn} from './drawn'
import {add} from './drawn'
import {gutter} from './layout'
import type {View} from './view'
import {counted} from './words'

/** How many were connected, and how many failures there were, in each of so many parts of the axis. */
export interface Counts {
  readonly connected: Int32Array
  readonly failures: Int32Array
}

export function countsOf({bars: {begin, end, kind}}: Drawn, {from, to}: View, parts: number): Counts {
  const connected = new Int32Array(parts + 1)
  const failures = new Int32Array(parts)
  const scale = parts / (to - from)
  const part = (place: number) => Math.max(0, Math.min(parts - 1, Math.floor((place - from) * scale)))
  for (let i = 0; i < begin.length; i++) {
    const is = kind[i] ?? 0
    const ends = part(end[i] ?? 0)
    if (kinds.state(is) === 1) {
      add(connected, part(begin[i] ?? 0), 1)
      add(connected, ends + 1, -1)
    }
    if (kinds.isFailed(is)) add(failures, ends, 1)
  }
  for (let i = 1; i < parts; i++) add(connected, i, connected[i - 1] ?? 0)
  return {connected: connected.subarray(0, parts), failures}
}

/** How high the strip of a log is, in pixels of CSS. */
const heightOfLog = 46

/** The whole log, in a strip: how many were connected, and how many dials failed. What is shown below is marked in it. */
export class Overview {
  readonly #canvas: HTMLCanvasElement
  #counted = new Map<Drawn, {all: View; parts: number; counts: Counts}>()

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(app: App, {css}: Colours): void {
    const {clientWidth} = this.#canvas.parentElement as HTMLElement
    const tall = heightOfLog * Math.max(1, app.logs.length)
    const {context, width, height, ratio} = fitCanvas(this.#canvas, clientWidth, tall)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    const left = Math.round(gutter * ratio)
    const parts = Math.max(1, width - left)
    const known = new Map<Drawn, {all: View; parts: number; counts: Counts}>()
    const high = height / Math.max(1, app.logs.length)
    for (const [i, log] of app.logs.entries()) {
      const drawn = log.drawn(app.axis)
      let counted = this.#counted.get(drawn)
      if (counted?.all !== app.all || counted.parts !== parts) {
        counted = {all: app.all, parts, counts: countsOf(drawn, app.all, parts)}
      }
      known.set(drawn, counted)
      const {connected, failures} = counted.counts
      const bottom = high * (i + 1)
      const most = maxOf(connected)
      const worst = maxOf(failures)
      context.globalAlpha = 0.55
      context.fillStyle = css('outbound')
      for (let x = 0; x < parts; x++) {
        const up = ((connected[x] ?? 0) / Math.max(1, most)) * (high - 8 * ratio)
        if (up > 0) context.fillRect(left + x, bottom - up, 1, up)
      }
      context.globalAlpha = 1
      context.fillStyle = css('failed')
      for (let x = 0; x < parts; x++) {
        const count = failures[x] ?? 0
        // By its logarithm: one failure among hundreds elsewhere is still seen.
        const up = (Math.log1p(count) / Math.log1p(Math.max(worst, 4))) * high * 0.4
        if (count > 0)
          context.fillRect(left + x, bottom - Math.max(2, up), Math.max(1, ratio), Math.max(2, up))
      }
      this.#tell(app, context, i, bottom - high, most, css)
    }
    this.#counted = known
    this.#mark(app, context, left, width, height, css)
  }

  #tell(
    app: App,
    context: CanvasRenderingContext2D,
    i: number,
    top: number,
    most: number,
    css: (n: string) => string,
  ) {
    const ratio = devicePixelRatio || 1
    const log = app.logs[i]
    if (!log) return
    const failures = log.facts.reduce((sum, fact) => sum + fact.failures, 0)
    context.font = `${11 * ratio}px system-ui, sans-serif`
    context.textBaseline = 'top'
    context.fillStyle = css('outbound')
    context.fillText(`at most ${counted(most, 'link')} at once`, 10 * ratio, top + 6 * ratio)
    context.fillStyle = css('failed')
    context.fillText(counted(failures, 'failure'), 10 * ratio, top + 22 * ratio)
  }

  #mark(
    {all, view}: App,
    context: CanvasRenderingContext2D,
    left: number,
    width: number,
    height: number,
    css: (n: string) => string,
  ) {
    const scale = (width - left) / (all.to - all.from)
    const from = left + (view.from - all.from) * scale
    const to = left + (view.to - all.from) * scale
    context.fillStyle = css('page')
    context.globalAlpha = 0.6
    context.fillRect(left, 0, from - left, height)
    context.fillRect(to, 0, width - to, height)
    context.globalAlpha = 1
    context.fillStyle = css('accent')
    context.fillRect(from, 0, 1.5, height)
    context.fillRect(to - 1.5, 0, 1.5, height)
  }
}

function maxOf(numbers: Int32Array): number {
  let most = 0
  for (const number of numbers) if (number > most) most = number
  return most
}
