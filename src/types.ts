/** The public types of `ssb-conn-hub`. At run time, this module exports the error class. */

export type {Counts} from '../reducers/tally'
export type {ConnectOptions} from './commands/caller'
export type {Signal} from './commands/signals'
export type {ConnectListener, SSB} from './connections/stack'
export type {
  Address,
  ConnectionData,
  Entry,
  GivenData,
  InferredType,
  Json,
  Metadata,
  OwnData,
  Peer,
  State,
} from './entry'
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
  LogItem,
  PeerEvent,
  Reason,
  Recorded,
  Released,
  Reserved,
  ReserveLink,
  Reset,
  Snapshot,
  Stamp,
  Updated,
} from './events'
export type {Options} from './options'
export type {ListenEvent, RPC} from './readers/listen-event'
export type {LogOptions} from './readers/log-readers'
export type {Stats} from './store/peer-store'
export type {Clock} from './util/clock'
export type {End, Source, Stream} from './util/stream'
export type {ErrorCode} from './values/errors'
export {ConnHubError} from './values/errors'
