/** `ssb-conn-hub/log-file`: the log of a hub, kept in files. For Node. */

export type {LogItem, Snapshot} from './events'
export {LogFormatError, LogOrderError} from './log/errors'
export {LogFileError} from './log-file/file-items'
export {foldLog, readLog} from './log-file/read-log'
export type {FileHeader, ReadOptions, Torn} from './log-file/read-options'
export type {Listener, Recordable, Recording, RecordingEvents, RecordOptions} from './log-file/record-log'
export {recordLog} from './log-file/record-log'
export type {ErrorCode} from './values/errors'
export {ConnHubError} from './values/errors'
