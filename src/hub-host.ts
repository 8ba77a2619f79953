import type {SSB} from './connections/stack'
import type {Recorded} from './events'
import {read} from './util/safe-read'

/**
 * Where a plugin is recorded or replayed, its hub is not its own: the recording wants to hear of each event, and a
 * replay has another hub in its place. The `ssb` that the plugin is given tells so, by a symbol, and the constructor
 * asks for it: no module has to be replaced.
 */
export interface HubHost {
  /** Gives the hub that the plugin gets; `make` makes it of the stack that is behind this `ssb`. */
  makeHub(make: (ssb: SSB) => object): object
}

/** The symbol that is asked for. It is the same in every copy of this package. */
export const hubHost = Symbol.for('ssb-conn-hub.host')

/** Who makes the hubs of this `ssb`, where it is not their constructor. */
export function hostOf(ssb: unknown): HubHost | undefined {
  const host = read(Object(ssb), hubHost)
  return typeof host === 'object' && host !== null && 'makeHub' in host ? (host as HubHost) : undefined
}

/** Tells of each event at the moment when it is applied, before its readers hear of it. */
export interface EventSource {
  onApplied(listener: (event: Recorded) => void): void
}

/** Of each hub, for the recording of a plugin. Not a method: nobody else is to call it. */
export const eventSources = new WeakMap<object, EventSource>()
