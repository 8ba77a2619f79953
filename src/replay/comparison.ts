import type {Json, Peer} from '../entry'
import type {HubEvent} from '../events'
import {canonical} from '../util/json'
import {keyOf} from '../values/address'

/** The entry of an event's address as it was before the event, as far as it matters to a comparison. */
export type Before = Readonly<Peer> | undefined

/** What of an event the caller decides: the rest is numbers, times, and what the hub knew. */
type Decided = {readonly [field: string]: unknown}

/** Compares what callers decide: the type, the address and the metadata of an event. */
export class Comparison {
  readonly #ignored: ReadonlySet<string>

  /** @param ignored names of metadata whose values are not compared */
  constructor(ignored: readonly string[]) {
    this.#ignored = new Set(ignored)
  }

  /** Text that is the same for events by which callers have decided the same. */
  textOf(event: HubEvent, before: Before): string {
    return canonical(this.decided(event, before)) ?? ''
  }

  decided(event: HubEvent, before: Before): Decided {
    const {type} = event
    switch (type) {
      case 'reset':
      case 'closed':
        return {type}
      case 'connecting':
      case 'updated': {
        const {address, data} = event
        // Where the key was known, the caller has not decided it.
        const key = (before?.key ?? keyOf(address)) ? undefined : event.key
        return {type, address, key, data: this.#compared(data)}
      }
      default:
        return {type, address: event.address}
    }
  }

  #compared(data: Readonly<Record<string, Json>> | undefined): unknown {
    if (data === undefined || this.#ignored.size === 0) return data
    const names = Object.keys(data).filter((name) => !this.#ignored.has(name))
    return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, data[name]]))
  }
}
