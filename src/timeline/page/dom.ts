/** The elements of the page, by their id. All text goes in by `textContent`: nothing of a log is ever markup. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element as T
}

type Child = Node | string

/** An element with what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

/** Text of a log, kept apart from what stands around it: it may turn the direction of writing. */
export function foreign(text: string): HTMLElement {
  return make('bdi', {textContent: text})
}

/** Sizes a canvas to its element's box, in the pixels of the screen. Returns them, and how many make one of CSS. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): Pixels {
  const ratio = devicePixelRatio || 1
  const wide = Math.max(1, Math.round(width * ratio))
  const high = Math.max(1, Math.round(height * ratio))
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide
    canvas.height = high
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext('2d')
  if (!context) throw new Error('there is no canvas')
  return {context, width: wide, height: high, ratio}
}

export interface Pixels {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly ratio: number
}
