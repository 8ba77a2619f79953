import type {HubEvent, Recorded} from '../src/events'
import type {Core, Live} from './core'
import {dial} from './dial'
import {follow} from './follow'
import {handOver} from './hand-over'
import {hangUp} from './hang-up'
import {closeAll} from './reset'

export {acceptConnections} from './accept'
export type {Core, Live} from './core'
export {reset} from './reset'

/** What follows an event once its readers were told: its promises are settled, its effect runs. */
export function runEffects(event: Recorded<HubEvent>, live: Live, core: Core): void {
  live.settle?.()
  switch (event.type) {
    case 'connecting':
      return dial(event, live, core)
    case 'disconnecting':
      return hangUp(event, live, core)
    case 'disconnecting-failed':
      return handOver(event, live, core)
    case 'disconnected':
      return follow(event, live, core)
    case 'reset':
      return closeAll(event, live, core)
    case 'closed':
      return core.endStreams()
    case 'connecting-failed':
    case 'connected':
    case 'updated':
    case 'reserved':
    case 'released':
      return
    default:
      event satisfies never
  }
}
