import type {HubEvent, Recorded} from '../src/events'
import type {Core, Effect, Live} from './core'
import {dial} from './dial'
import {follow} from './follow'
import {handOver} from './hand-over'
import {hangUp} from './hang-up'
import {closeAll} from './reset'

export {acceptConnections} from './accept'
export type {Core, Live} from './core'
export {reset} from './reset'

const nothing = (): void => {}

/** What follows each event. */
const effects: {readonly [E in HubEvent as E['type']]: Effect<E>} = {
  connecting: dial,
  'connecting-failed': nothing,
  connected: nothing,
  disconnecting: hangUp,
  'disconnecting-failed': handOver,
  disconnected: follow,
  updated: nothing,
  reserved: nothing,
  released: nothing,
  reset: closeAll,
  closed: (_event, _live, core) => core.endStreams(),
}

/** What follows an event once its readers were told: its promises are settled, its effect runs. */
export function runEffects(event: Recorded<HubEvent>, live: Live, core: Core): void {
  live.settle?.()
  // Each is of the type of its event.
  const effect = effects[event.type] as Effect
  effect(event, live, core)
}
