import {inks} from './paint'

/** The colours of the style sheet, as pixels have them. */
export interface Colours {
  /** By ink. */
  readonly inks: Uint32Array
  readonly failed: number
  readonly reserve: number
  readonly handOver: number
  /** By name, as the style sheet has them. */
  readonly css: (name: string) => string
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const css = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const byInk = new Uint32Array(8)
  for (const [name, ink] of Object.entries(inks)) {
    if (ink > 0 && css(name)) byInk[ink] = pixel(css(name))
  }
  return {
    inks: byInk,
    failed: pixel(css('failed')),
    reserve: pixel(css('reserve')),
    handOver: pixel(css('text')),
    css,
  }
}

/** `#rrggbb` as the bytes red, green, blue, alpha, on a machine whose lowest byte comes first: all that browsers run on. */
export function pixel(hex: string): number {
  const rgb = Number.parseInt(hex.slice(1, 7), 16)
  return ((255 << 24) | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0
}
