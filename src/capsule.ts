/** `ssb-conn-hub/capsule`: a plugin, recorded with all that it is given, and replayed exactly. For Node. */

export {PluginDivergenceError, type Turn} from './capsule/divergence'
export {type PluginRecording, type RecordPluginOptions, recordPlugin} from './capsule/record-plugin'
export {type ReplayedPlugin, replayPlugin} from './capsule/replay-plugin'
export {LogFormatError} from './log/errors'
export {LogFileError} from './log-file/file-items'
export {ConnHubError, type ErrorCode} from './values/errors'
