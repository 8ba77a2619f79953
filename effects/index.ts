import type {Live} from '../src/connections/live'
import type {Context} from '../src/context'
import type {HubEvent, Recorded} from '../src/events'
import {closeAll} from './close-all'
import {dial} from './dial'
import type {Effect} from './effect'
import {follow} from './follow'
import {handOver} from './hand-over'
import {hangUp} from './hang-up'

export {acceptConnections} from './accept'

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
  closed: (_event, _live, context) => context.endStreams(),
}

/** What follows an event once its readers were told: its promises are settled, its effect runs. */
export function runEffects(event: Recorded<HubEvent>, live: Live, context: Context): void {
  live.settle?.()
  // The effect under the type of an event takes events of that type; TypeScript cannot see that.
  const effect = effects[event.type] as Effect
  if (effect === nothing) return
  context.readClock()
  effect(event, live, context)
}
