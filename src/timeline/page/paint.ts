import {firstIndex} from '../../util/sorted'
import {kinds} from '../digest'
import type {Drawn, LaneBars} from './drawn'
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
  paint(lane: number, {bars, reserves}: Drawn, view: View): void {
    const {states, failures, overlay} = this
    const {from, to} = view
    const {begin, end, kind} = bars
    const width = states.length
    const scale = width / (to - from)
    for (let i = firstInView(bars, lane, from), stop = bars.starts[lane + 1] ?? 0; i < stop; i++) {
      const begins = begin[i] ?? 0
      const ends = end[i] ?? 0
      if (begins > to) break
      if (ends < from) continue
      const is = kind[i] ?? 0
      const state = kinds.state(is)
      const ink = state === 1 && kinds.inbound(is) === 2 ? inks.inbound : (inkOf[state] ?? 0)
      const first = Math.max(0, Math.floor((begins - from) * scale))
      const last = Math.min(width - 1, Math.max(first, Math.ceil((ends - from) * scale) - 1))
      for (let x = first; x <= last; x++) if ((states[x] ?? 0) < ink) states[x] = ink
      if (kinds.isFailed(is) && ends <= to) failures[pixelOf(ends, from, scale, width)] = 1
      if (kinds.isHandOver(is) && begins >= from) {
        mark(overlay, pixelOf(begins, from, scale, width), overlays.handOver)
      }
    }
    paintReserves(lane, reserves, view, overlay)
  }
}

function paintReserves(lane: number, reserves: LaneBars, {from, to}: View, overlay: Uint8Array): void {
  const {starts, begin, end} = reserves
  const scale = overlay.length / (to - from)
  for (let i = firstInView(reserves, lane, from), stop = starts[lane + 1] ?? 0; i < stop; i++) {
    const begins = begin[i] ?? 0
    const ends = end[i] ?? 0
    if (begins > to) break
    if (ends < from) continue
    const first = Math.max(0, Math.floor((begins - from) * scale))
    const last = Math.min(overlay.length - 1, Math.max(first, Math.ceil((ends - from) * scale) - 1))
    for (let x = first; x <= last; x++) mark(overlay, x, overlays.reserve)
  }
}

/** All bars of the lane before this one end before a place. */
function firstInView({starts, latest}: LaneBars, lane: number, from: number): number {
  const start = starts[lane] ?? 0
  return start + firstIndex((starts[lane + 1] ?? 0) - start, (i) => (latest[start + i] ?? 0) < from)
}

/** The pixel on which a place within the view falls. */
export function pixelOf(place: number, from: number, scale: number, width: number): number {
  return Math.max(0, Math.min(width - 1, Math.floor((place - from) * scale)))
}

function mark(overlay: Uint8Array, x: number, bit: number): void {
  overlay[x] = (overlay[x] ?? 0) | bit
}
