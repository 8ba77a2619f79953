/** `ssb-conn-hub/log-file`: the log of a hub, kept in files. For Node. */

export type {LogItem, Snapshot} from './events'
export {LogFormatError, LogOrderError} from './log/errors'
export {LogFileError, type Torn} from './log-file/file-items'
export {foldLog, type ReadOptions, readLog} from './log-file/read-log'
export {
  type Listener,
  type Recordable,
  type Recording,
  type RecordingEvents,
  type RecordOptions,
  recordLog,
} from './log-file/record-log'
export {ConnHubError, type ErrorCode} from './values/errors'
