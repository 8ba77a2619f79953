import {kinds} from '../digest'
import type {Drawn} from './drawn'
import type {ByLane} from './lane-order'
import type {View} from './view'

/** The states that are painted, as a number for each pixel. Where several fall on one pixel, the greatest wins. */
export const inks = {none: 0, disconnecting: 1, connecting: 2, outbound: 3, inbound: 4} as const

const inkOf = [inks.connecting, inks.outbound, inks.disconnecting]

/** What lies over the states: links in reserve, and where one link took over from another. */
export const overlays = {reserve: 1, handOver: 2} as const

/**
 * One row of pixels, or all that are of one lane: its states, its failures, and what lies over them. Failures are kept
 * apart from states: whatever the zoom, each has its pixel, and wins.
 */
export class PixelRow {
  readonly states: Uint8Array
  readonly failures: Uint8Array
  readonly overlay: Uint8Array

  constructor(width: number) {
    this.states = new Uint8Array(width)
    this.failures = new Uint8Array(width)
    this.overlay = new Uint8Array(width)
  }

  clear(): void {
    this.states.fill(0)
    this.failures.fill(0)
    this.overlay.fill(0)
  }

  /** Paints a lane over what is there. */
  paint(lane: number, drawn: Drawn, view: View): void {
    const {states, failures, overlay} = this
    const {bars, reserves} = drawn.digest
    const {from, to} = view
    const width = states.length
    const scale = width / (to - from)
    const {starts, rows} = drawn.barsByLane
    const stop = starts[lane + 1] ?? 0
    for (let i = starts[lane] ?? 0; i < stop; i++) {
      const row = rows[i] ?? 0
      const begin = drawn.barBegin[row] ?? 0
      const end = drawn.barEnd[row] ?? 0
      if (begin > to || end < from) continue
      const kind = bars.kind[row] ?? 0
      const state = kinds.state(kind)
      const ink = state === 1 && kinds.inbound(kind) === 2 ? inks.inbound : (inkOf[state] ?? 0)
      const first = Math.max(0, Math.floor((begin - from) * scale))
      const last = Math.min(width - 1, Math.max(first, Math.ceil((end - from) * scale) - 1))
      for (let x = first; x <= last; x++) if ((states[x] ?? 0) < ink) states[x] = ink
      if (kinds.isFailed(kind) && end <= to) failures[pixelOf(end, from, scale, width)] = 1
      if (kinds.isHandOver(kind) && begin >= from)
        mark(overlay, pixelOf(begin, from, scale, width), overlays.handOver)
    }
    paintReserves(lane, drawn, view, overlay, reserves.lane.length > 0 ? drawn.reservesByLane : undefined)
  }
}

function paintReserves(lane: number, drawn: Drawn, {from, to}: View, overlay: Uint8Array, by?: ByLane): void {
  if (!by) return
  const scale = overlay.length / (to - from)
  const stop = by.starts[lane + 1] ?? 0
  for (let i = by.starts[lane] ?? 0; i < stop; i++) {
    const row = by.rows[i] ?? 0
    const begin = drawn.reserveBegin[row] ?? 0
    const end = drawn.reserveEnd[row] ?? 0
    if (begin > to || end < from) continue
    const first = Math.max(0, Math.floor((begin - from) * scale))
    const last = Math.min(overlay.length - 1, Math.max(first, Math.ceil((end - from) * scale) - 1))
    for (let x = first; x <= last; x++) mark(overlay, x, overlays.reserve)
  }
}

/** The pixel on which a place within the view falls. */
export function pixelOf(place: number, from: number, scale: number, width: number): number {
  return Math.max(0, Math.min(width - 1, Math.floor((place - from) * scale)))
}

function mark(overlay: Uint8Array, x: number, bit: number): void {
  overlay[x] = (overlay[x] ?? 0) | bit
}
