import type {Live} from '../connections/live'
import type {AnyRpc} from '../connections/rpc'
import type {Address} from '../entry'
import type {Recorded} from '../events'

/** A muxrpc connection, as secret-stack gives it. Which methods it has depends on the remote. */
export interface RPC {
  readonly id?: string
  readonly closed?: boolean
  close?(error: unknown, callback?: (error?: unknown) => void): unknown
  on?(event: 'closed', listener: () => void): unknown
}

/** What `listen()` emits, frozen. `type` tells which `details` come with it; `key` is that of the peer, where it is known. */
export type ListenEvent<R = RPC> =
  | {
      readonly type: 'connecting' | 'disconnecting' | 'disconnected'
      readonly address: Address
      readonly key: string | undefined
      readonly details?: undefined
    }
  | {
      readonly type: 'connected'
      readonly address: Address
      readonly key: string | undefined
      /** `isClient`: whether we are the client, as `rpc:connect` said; undefined for an rpc that was never announced there. */
      readonly details: {readonly rpc: R; readonly isClient: boolean | undefined}
    }
  | {
      readonly type: 'connecting-failed' | 'disconnecting-failed'
      readonly address: Address
      readonly key: string | undefined
      /**
       * The error, as secret-stack gave it. It may be anything; besides, `any` lets those who take the event whole
       * read `event.details.isClient`, as plugins do that know of which type it is.
       */
      // biome-ignore lint/suspicious/noExplicitAny: with `unknown`, plugins that were written for 1.2.1 do not compile
      readonly details: any
    }

/** An event as `listen()` emits it, if it is one of the public ones. Frozen, but for what is live in it. */
export function toListenEvent(event: Recorded, live: Live): ListenEvent<AnyRpc> | undefined {
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
