/** `ssb-conn-hub/capsule`: a plugin, recorded with all that it is given, and replayed exactly. For Node. */

export type {PluginRecording, RecordPluginOptions} from './capsule/record/record-plugin'
export {recordPlugin} from './capsule/record/record-plugin'
export type {Turn} from './capsule/replay/divergence'
export {PluginDivergenceError} from './capsule/replay/divergence'
export type {ReplayedPlugin} from './capsule/replay/replay-plugin'
export {replayPlugin} from './capsule/replay/replay-plugin'
export {LogFormatError} from './log/errors'
export {LogFileError} from './log-file/file-items'
export type {ErrorCode} from './values/errors'
export {ConnHubError} from './values/errors'
