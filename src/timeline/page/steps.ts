import {kinds} from '../digest'
import type {App} from './app'
import {nextFailure, nextOfLane} from './moments'

/** How the cursor goes from event to event. */

export type Direction = 1 | -1

/** To the next event, or the one before. */
export function step(app: App, direction: Direction): void {
  const {log, cursor} = app
  if (!log) return
  const {events, moments} = log
  // Where the page does not have the events, it goes to the next one that it knows of.
  const next = events.isEmpty ? moments.next(cursor.at, direction) : cursor.at + direction
  if (next !== undefined) app.goTo(next)
}

export function stepFailure(app: App, direction: Direction): void {
  const {log, cursor} = app
  if (!log) return
  const at = nextFailure(log.digest, cursor.at, direction, log.isShown)
  if (at === undefined) return
  app.goTo(at)
  const {bars, lives} = log.digest
  const row = bars.end.findIndex((end, row) => end === at && kinds.isFailed(bars.kind[row] ?? 0))
  app.choose(app.rowOf(cursor.log, lives.lane[bars.life[row] ?? 0] ?? -1))
}

/** By an event of the peer that is chosen. */
export function stepPeer(app: App, direction: Direction): void {
  const chosen = app.chosenLane
  const log = chosen && app.logs[chosen.log]
  if (!log) return
  const from = chosen.log === app.cursor.log ? app.cursor.at : log.moments.atTime(app.time)
  const at = nextOfLane(log.digest, from, direction, chosen.lane)
  if (at !== undefined) app.goTo(at, chosen.log)
}
