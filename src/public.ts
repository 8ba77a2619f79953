import type {Live} from '../effects'
import type {Recorded} from './events'
import type {Rpc} from './stack'
import type {ListenEvent} from './types'

/** An event as `listen()` emits it, if it is one of the public ones. Frozen, but for what is live in it. */
export function toListenEvent(event: Recorded, live: Live): ListenEvent<Rpc> | undefined {
  switch (event.type) {
    case 'connecting':
    case 'disconnecting':
    case 'disconnected': {
      const {type, address, key} = event
      return Object.freeze({type, address, key})
    }
    case 'connecting-failed':
    case 'disconnecting-failed': {
      const {type, address, key} = event
      return Object.freeze({type, address, key, details: live.error})
    }
    case 'connected': {
      const {type, address, key, isClient} = event
      const details = Object.freeze({rpc: live.rpc ?? {}, isClient})
      return Object.freeze({type, address, key, details})
    }
    case 'updated':
    case 'reserved':
    case 'released':
    case 'reset':
    case 'closed':
      return undefined
    default:
      return event satisfies never
  }
}
