import type {Live} from '../effects'
import type {Recorded} from './events'
import type {ListenEvent} from './types'

/** An event as `listen()` emits it, if it is one of the public ones. Frozen, but for what is live in it. */
export function toListenEvent<R>(event: Recorded, live: Live): ListenEvent<R> | undefined {
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
      // The rpcs are those of the caller's stack, so that the caller knows their type.
      return Object.freeze({type, address, key, details: Object.freeze({rpc: live.rpc as R, isClient})})
    }
    case 'updated':
    case 'reserved':
    case 'released':
    case 'reset':
    case 'closed':
      return undefined
  }
}
