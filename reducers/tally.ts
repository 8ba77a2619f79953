import type {HubEvent, ReserveLink} from '../src/events'
import {Reserve} from './reserve'

/** What happened so far, in numbers. */
export interface Counts {
  /** Attempts to connect that began. */
  readonly attempts: number
  /** Attempts that `disconnect()`, `reset()`, `close()` or a signal called off. */
  readonly calledOff: number
  /** Attempts that failed, by the `code` of their error: `{ECONNREFUSED: 3, none: 1}`. Of over 100 codes, the rest is `other`. */
  readonly failures: {readonly [code: string]: number}
  /** How often entries became connected, by who made the connection. */
  readonly connections: {readonly inbound: number; readonly outbound: number}
  /** Links that wait in reserve now. */
  readonly reserve: number
}

/** How many codes are told apart; the rest is counted as `other`. Remotes and plugins choose codes, without end. */
const maxCodes = 100

/** Counts events as they are folded. It changes in place, which is cheap enough to be always on. */
export class Tally {
  #attempts = 0
  #calledOff = 0
  #inbound = 0
  #outbound = 0
  readonly #failures = new Map<string, number>()
  readonly #reserve = new Reserve()

  /** @param reserve the links in reserve when counting begins */
  constructor(reserve: readonly ReserveLink[] = []) {
    this.#reserve.replace(reserve)
  }

  /** The links that wait in reserve now, oldest first. */
  get reserve(): readonly ReserveLink[] {
    return this.#reserve.links()
  }

  count(event: HubEvent): void {
    this.#reserve.apply(event)
    switch (event.type) {
      case 'connecting':
        this.#attempts++
        return
      case 'connecting-failed':
        return this.#countFailure(String(event.error.code ?? 'none'))
      case 'connected':
        if (event.inbound) this.#inbound++
        else this.#outbound++
        return
      case 'disconnecting':
        if (event.attempt !== undefined) this.#calledOff++
        return
      case 'reserved':
      case 'released':
      case 'reset':
      case 'disconnecting-failed':
      case 'disconnected':
      case 'updated':
      case 'closed':
        return
      default:
        event satisfies never
    }
  }

  /** A copy, which later events that this one counts do not change. */
  copy(): Tally {
    const copy = new Tally(this.reserve)
    copy.#attempts = this.#attempts
    copy.#calledOff = this.#calledOff
    copy.#inbound = this.#inbound
    copy.#outbound = this.#outbound
    for (const [code, count] of this.#failures) copy.#failures.set(code, count)
    return copy
  }

  counts(): Counts {
    return Object.freeze({
      attempts: this.#attempts,
      calledOff: this.#calledOff,
      failures: Object.freeze(Object.fromEntries(this.#failures)),
      connections: Object.freeze({inbound: this.#inbound, outbound: this.#outbound}),
      reserve: this.#reserve.size,
    })
  }

  #countFailure(code: string): void {
    const name = this.#failures.has(code) || this.#failures.size < maxCodes ? code : 'other'
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
  }
}
