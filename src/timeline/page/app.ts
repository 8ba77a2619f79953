import type {Axis} from './axis'
import {straight} from './axis'
import {parseFilter} from './filter'
import type {Place} from './hash'
import {readHash, writeHash} from './hash'
import type {Sort} from './lane-facts'
import type {LogView} from './log-view'
import type {Row} from './rows'
import {rowsOf} from './rows'
import {spanOf} from './span'
import type {View} from './view'
import {showing, within} from './view'

/** Where the cursor is: an item of a log. */
export interface Cursor {
  readonly log: number
  readonly at: number
}

/** How high a lane is, in pixels of CSS. */
const usualHeight = 18

/** What the page shows. It is changed by the methods, and drawn by those who watch it. */
export class App {
  logs: readonly LogView[] = []
  rows: readonly Row[] = []
  axis: Axis = straight
  /** All that there is on the axis, and what of it is shown. */
  all: View = {from: 0, to: 1}
  view: View = {from: 0, to: 1}
  cursor: Cursor = {log: 0, at: 0}
  /** The row that is chosen, or -1. */
  chosen = -1
  filter = ''
  sort: Sort = 'seen'
  isFolded = false
  /** Whether all logs are shown by the clock of the first. */
  isAligned = false
  /** Whether all lanes are to fit the height. */
  isFitted = false
  /** What the page is about to do, or waits for. */
  status = ''
  /** What is amiss with the logs, in words. */
  notes: readonly string[] = []
  /** What was opened last: who reads something else may stop. */
  opened: unknown
  /** How many pixels of the rows are above what is shown. */
  scroll = 0
  /** How high the lanes are together, as it was drawn last. */
  height = 0
  readonly #draw: (app: App) => void
  #isScheduled = false

  constructor(draw: (app: App) => void) {
    this.#draw = draw
  }

  /** Shows these logs, at the place that the hash of the URL tells. */
  show(logs: readonly LogView[], hash: string): void {
    const place = readHash(hash)
    this.isAligned = place.align ?? this.isAligned
    this.logs = logs.map((log) => log.byClock(this.isAligned))
    this.filter = place.filter ?? this.filter
    this.sort = place.sort ?? this.sort
    this.isFolded = place.fold ?? this.isFolded
    this.isFitted = place.all ?? this.isFitted
    const log = place.log !== undefined && logs[place.log] ? place.log : 0
    this.cursor = {log, at: Math.min(place.at ?? Number.MAX_SAFE_INTEGER, this.#last(log))}
    this.openEvents()
    this.arrange()
    this.#span()
    this.view = this.all
    if (place.from !== undefined && place.to !== undefined && place.from < place.to) {
      this.view = within({from: this.axis.place(place.from), to: this.axis.place(place.to)}, this.all)
    }
    this.changed()
  }

  /** Shows what the logs have become. What was at their end stays there. */
  renew(logs: readonly LogView[]): void {
    const {axis, view, all} = this
    const isAll = view.from <= all.from && view.to >= all.to
    const wasAtEnd = this.isAtEnd
    const [from, to] = [axis.time(view.from), axis.time(view.to)]
    this.logs = logs
    if (wasAtEnd) this.cursor = {...this.cursor, at: this.#last(this.cursor.log)}
    this.#span()
    const by = view.to >= all.to ? this.axis.time(this.all.to) - to : 0
    const same = {from: this.axis.place(from + by), to: this.axis.place(to + by)}
    this.view = isAll ? this.all : within(same, this.all)
    this.openEvents()
    this.arrange()
  }

  /** Whether the cursor is at the end of its log. */
  get isAtEnd(): boolean {
    return this.cursor.at >= this.#last(this.cursor.log)
  }

  get log(): LogView | undefined {
    return this.logs[this.cursor.log]
  }

  /** The time at the cursor. */
  get time(): number {
    const {log, cursor} = this
    if (!log) return 0
    const time = log.events.at(log.digest, cursor.at)?.time
    return time ? time - log.shift : log.moments.timeAt(cursor.at)
  }

  get laneHeight(): number {
    const fitted = this.height / Math.max(1, this.rows.length)
    return this.isFitted ? Math.min(usualHeight, fitted) : usualHeight
  }

  /** The row that is chosen, where it is a lane. */
  get chosenLane(): {log: number; lane: number} | undefined {
    const row = this.rows[this.chosen]
    return row?.facts && {log: row.log, lane: row.facts.lane}
  }

  /** Works out which lanes are shown, and in which order. */
  arrange(): void {
    const filter = parseFilter(this.filter)
    const chosen = this.chosenLane
    for (const log of this.logs) log.arrange(filter, this.sort)
    this.rows = rowsOf(this.logs)
    if (chosen) this.chosen = this.rowOf(chosen.log, chosen.lane)
    this.changed()
  }

  rowOf(log: number, lane: number): number {
    return this.rows.findIndex((row) => row.log === log && row.facts?.lane === lane)
  }

  foldIdle(isFolded: boolean): void {
    const [from, to] = [this.axis.time(this.view.from), this.axis.time(this.view.to)]
    this.isFolded = isFolded
    this.#span()
    this.view = within({from: this.axis.place(from), to: this.axis.place(to)}, this.all)
    this.changed()
  }

  align(isAligned: boolean): void {
    this.isAligned = isAligned
    this.renew(this.logs.map((log) => log.byClock(isAligned)))
  }

  look(view: View): void {
    this.view = view
    this.changed()
  }

  scrollBy(pixels: number): void {
    this.scroll += pixels
    this.changed()
  }

  choose(row: number): void {
    this.chosen = row
    if (row >= 0) {
      const top = row * this.laneHeight
      if (top < this.scroll) this.scroll = top
      if (top + this.laneHeight > this.scroll + this.height) this.scroll = top + this.laneHeight - this.height
    }
    this.changed()
  }

  /** Moves the cursor to an item, and shows it. */
  goTo(at: number, log = this.cursor.log): void {
    this.cursor = {log, at: Math.max(0, Math.min(at, this.#last(log)))}
    this.openEvents()
    this.view = showing(this.view, this.axis.place(this.time), this.all)
    this.changed()
  }

  goToTime(time: number, log = this.cursor.log): void {
    this.goTo(this.logs[log]?.moments.atTime(time) ?? 0, log)
  }

  get hash(): string {
    const {axis, view, all, cursor} = this
    const isAll = view.from <= all.from && view.to >= all.to
    const place: Place = {
      ...(!isAll && {from: axis.time(view.from), to: axis.time(view.to)}),
      ...(cursor.log > 0 && {log: cursor.log}),
      ...(!this.isAtEnd && {at: cursor.at}),
      filter: this.filter,
      sort: this.sort === 'seen' ? undefined : this.sort,
      fold: this.isFolded,
      all: this.isFitted,
      align: this.isAligned,
    }
    return writeHash(place)
  }

  /** Draws once, before the next frame, however often it is called. */
  changed(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#draw(this)
    })
  }

  /** Opens the events around the cursor, where they are not, and draws again. */
  async openEvents(): Promise<void> {
    const {log, cursor} = this
    if (!log || log.events.isOpen(log.digest, cursor.at)) return
    await log.events.open(log.digest, cursor.at)
    this.changed()
  }

  #last(log: number): number {
    return Math.max(0, (this.logs[log]?.digest.count ?? 0) - 1)
  }

  #span(): void {
    Object.assign(this, spanOf(this.logs, this.isFolded))
  }
}
