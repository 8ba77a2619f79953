/** `ssb-conn-hub/capsule`: a plugin, recorded with all that it is given, and replayed exactly. For Node. */

export type {Turn} from './capsule/divergence'
export {PluginDivergenceError} from './capsule/divergence'
export type {PluginRecording, RecordPluginOptions} from './capsule/record-plugin'
export {recordPlugin} from './capsule/record-plugin'
export type {ReplayedPlugin} from './capsule/replay-plugin'
export {replayPlugin} from './capsule/replay-plugin'
export {LogFormatError} from './log/errors'
export {LogFileError} from './log-file/file-items'
export type {ErrorCode} from './values/errors'
export {ConnHubError} from './values/errors'
