/** `ssb-conn-hub/log-file`: the log of a hub, kept in files. For Node. */

export {LogFormatError} from './codec'
export {ConnHubError, type ErrorCode} from './errors'
export {LogOrderError} from './fold'
export {foldLog, LogFileError, type ReadOptions, readLog, type Torn} from './read-log'
export {
  type Listener,
  type Recordable,
  type Recording,
  type RecordingEvents,
  type RecordOptions,
  recordLog,
} from './record-log'
export type {LogItem, Snapshot} from './types'
