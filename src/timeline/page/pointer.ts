import type {App} from './app'
import {byId} from './dom'
import {gutter, rim} from './layout'
import {nameOf} from './names'
import {tableAt} from './table-at'
import type {View} from './view'
import {panned, within, zoomed} from './view'
import {clockTime, day} from './words'

/** The mouse: the wheel zooms, dragging moves, a click sets the cursor and chooses a peer. */
export function listenToPointer(app: App): void {
  const stage = byId('stage')
  const hover = byId('hover')
  const share = (x: number) => (x - gutter) / Math.max(1, stage.clientWidth - gutter)
  const placeAt = (x: number) => app.view.from + share(x) * (app.view.to - app.view.from)
  const rowAt = (y: number) => Math.floor((y - rim + app.scroll) / app.laneHeight)
  let drag: {x: number; y: number; view: View; scroll: number; hasMoved: boolean} | undefined

  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const unit = event.deltaMode === 1 ? 20 : 1
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      const {x} = inside(stage, event)
      if (x < gutter) return app.scrollBy(event.deltaY * unit)
      if (sideways !== 0)
        app.look(panned(app.view, (sideways * unit) / (stage.clientWidth - gutter), app.all))
      if (event.shiftKey || event.deltaY === 0) return
      app.look(zoomed(app.view, Math.exp((event.deltaY * unit) / 400), placeAt(x), app.all))
    },
    {passive: false},
  )
  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    const {x, y} = inside(stage, event)
    drag = {x, y, view: app.view, scroll: app.scroll, hasMoved: false}
    stage.setPointerCapture(event.pointerId)
  })
  stage.addEventListener('pointermove', (event) => {
    const {x, y} = inside(stage, event)
    if (!drag) return showHover(app, hover, x, y, rowAt(y), placeAt(x))
    hover.hidden = true
    if (Math.abs(x - drag.x) + Math.abs(y - drag.y) > 4) drag.hasMoved = true
    if (!drag.hasMoved) return
    const by = (share(drag.x) - share(x)) * (drag.view.to - drag.view.from)
    app.scroll = drag.scroll + drag.y - y
    app.look(within({from: drag.view.from + by, to: drag.view.to + by}, app.all))
  })
  stage.addEventListener('pointerup', (event) => {
    const {x, y} = inside(stage, event)
    if (drag && !drag.hasMoved) {
      const row = app.rows[rowAt(y)]
      if (x >= gutter) app.goToTime(app.axis.time(placeAt(x)), row?.log)
      if (y > rim) app.choose(row?.facts ? rowAt(y) : -1)
    }
    drag = undefined
  })
  stage.addEventListener('pointercancel', () => {
    drag = undefined
  })
  stage.addEventListener('pointerleave', () => {
    hover.hidden = true
  })
  listenToOverview(app)
}

/** Dragging in the overview moves what is shown; a click shows what is there. */
function listenToOverview(app: App): void {
  const overview = byId('overview')
  const move = (event: MouseEvent) => {
    const {x} = inside(overview, event)
    const share = (x - gutter) / Math.max(1, overview.clientWidth - gutter)
    const half = (app.view.to - app.view.from) / 2
    const middle = app.all.from + share * (app.all.to - app.all.from)
    app.look(within({from: middle - half, to: middle + half}, app.all))
  }
  overview.addEventListener('pointerdown', (event) => {
    overview.setPointerCapture(event.pointerId)
    move(event)
  })
  overview.addEventListener('pointermove', (event) => {
    if (event.buttons & 1) move(event)
  })
}

function showHover(app: App, hover: HTMLElement, x: number, y: number, at: number, place: number): void {
  const row = app.rows[at]
  const log = row && app.logs[row.log]
  hover.hidden = !log || x < gutter || y < rim
  if (!row || !log || hover.hidden) return
  const time = app.axis.time(place)
  const {facts} = row
  const lines = [nameOf(app, row), `${day(time)} ${clockTime(time)}`]
  if (facts) {
    const there = tableAt(log.digest, log.moments.atTime(time)).filter(({lane}) => lane === facts.lane)
    lines.push(...there.map(({state, inbound}) => (inbound ? `${state}, they dialled` : state)))
  }
  hover.textContent = lines.join('\n')
  const isRight = x > (hover.parentElement?.clientWidth ?? 0) * 0.6
  hover.style.left = isRight ? '' : `${x + 14}px`
  hover.style.right = isRight ? `${(hover.parentElement?.clientWidth ?? 0) - x + 14}px` : ''
  hover.style.top = `${Math.min(y + 14, (hover.parentElement?.clientHeight ?? 0) - 70)}px`
}

function inside(element: Element, {clientX, clientY}: MouseEvent): {x: number; y: number} {
  const {left, top} = element.getBoundingClientRect()
  return {x: clientX - left, y: clientY - top}
}
