import type {TimerRequest} from '../machine/world'
import type {TimerName} from './lines'

/**
 * Names timers by what they are for and when they were set, so that those which a plugin sets besides, and which
 * never matter, give the others no other names.
 */
export class TimerNames {
  #round = -1
  #counts = new Map<string, number>()

  next(round: number, {kind, ms}: TimerRequest): TimerName {
    if (round !== this.#round) this.#counts.clear()
    this.#round = round
    const key = `${kind} ${ms}`
    const n = this.#counts.get(key) ?? 0
    this.#counts.set(key, n + 1)
    return {round, kind, ms, n}
  }
}

export function keyOf({round, kind, ms, n}: TimerName): string {
  return `${round} ${kind} ${ms} ${n}`
}

/** How much earlier or later than computed a timer of Node's may be due, in ms: it rounds the time. */
export const imprecision = 2
