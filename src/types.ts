/** The public types of `ssb-conn-hub`. At run time, this module exports the error class. */

import type {Counts} from '../reducers/tally'
import type {Clock} from './clock'
import type {Checkpoint, Metadata, OwnData, Peer, Recorded} from './events'

export type {Counts} from '../reducers/tally'
export type {Clock} from './clock'
export {ConnHubError, type ErrorCode} from './errors'
export type {
  Cause,
  Checkpoint,
  Closed,
  Connected,
  Connecting,
  ConnectingFailed,
  Disconnected,
  Disconnecting,
  DisconnectingFailed,
  ErrorRecord,
  HubEvent,
  InferredType,
  Json,
  Metadata,
  OwnData,
  Peer,
  PeerEvent,
  Recorded,
  Released,
  Reserved,
  Reset,
  Snapshot,
  Stamp,
  State,
  Updated,
} from './events'
export type {ConnectListener, SSB} from './stack'

/** A multiserver address, such as `net:example.com:8008~shs:KEY`. It identifies an entry. */
export type Address = string

/**
 * The data of an entry: the hub's own fields, and the caller's metadata beside them.
 *
 * @typeParam M the type of the metadata, for those who know what theirs is
 */
export type ConnectionData<M extends object = Metadata> =
  IsNamed<M> extends true ? OwnData & Partial<Omit<M, keyof OwnData>> : Peer

/** Whether the fields of the metadata have names: not those of any object, nor of any JSON. */
type IsNamed<M> = [keyof M] extends [never] ? false : string extends keyof M ? false : true

/** An entry as it is handed out: deeply frozen. */
export type Entry<M extends object = Metadata> = readonly [
  address: Address,
  data: Readonly<ConnectionData<M>>,
]

/** Metadata as it is given: any object where its type is not told, taken in as JSON would carry it. */
export type GivenData<M extends object = Metadata> =
  IsNamed<M> extends true ? Partial<M> & {readonly key?: string} : object

/** A muxrpc connection, as secret-stack gives it. Which methods it has depends on the remote. */
export interface RPC {
  readonly id?: string
  readonly closed?: boolean
  close?(error: unknown, callback?: (error?: unknown) => void): unknown
  on?(event: 'closed', listener: () => void): unknown
}

/** What `listen()` emits. `type` tells which `details` come with it. */
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
      /** The error, as secret-stack gave it. */
      readonly details: unknown
    }

/** A source of pull-streams. */
export type Source<T> = (abort: unknown, callback: (end: unknown, data?: T) => void) => void

/** A source of pull-streams that can also be read by `for await`, which aborts it when it is left. */
export type Stream<T> = Source<T> & AsyncIterable<T>

/** What a log is made of. A checkpoint stands for all that came before it. */
export type LogItem = Recorded | Checkpoint

/** What to read of a log. */
export interface LogOptions {
  /** Whether to read what is there already. Default: true. */
  readonly old?: boolean
  /** Whether to read on, as it happens. Default: false. */
  readonly live?: boolean
  /** Only events with a greater `seq`. Default: 0, which is all. */
  readonly gt?: number
}

/** Counters of a hub, since it was made. */
export interface Stats extends Counts {
  /** Since when events are counted, in ms since the epoch. */
  readonly since: number
  /** How many entries there are now, by state. */
  readonly entries: {readonly connecting: number; readonly connected: number; readonly disconnecting: number}
}

/** What a `connect()` may be told beside the address and the metadata. */
export interface ConnectOptions {
  /**
   * When it aborts, the call rejects with its `reason`. The attempt goes on for whoever else waits for
   * it, and is called off when nobody does.
   */
  readonly signal?: Signal | undefined
}

/** What the hub uses of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** What the constructor of a hub may be told. */
export interface Options {
  /**
   * How long a link may take to close, in ms, before a disconnect has failed: more than 0, and at most
   * 2,147,483,647, which is what timers can measure. Default: 10,000.
   */
  readonly closeTimeout?: number
  /** How many events the log keeps in memory: a whole number, 0 or more. Default: 10,000. */
  readonly logLimit?: number
  /** Time and timers, for tests. Default: those of the machine. */
  readonly clock?: Clock
}
