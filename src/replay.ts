/**
 * `ssb-conn-hub/replay`: a recorded log, read, folded and travelled in. It runs where Node's modules
 * do not exist.
 */

export type {LogItem, Snapshot} from './events'
export type {Decoded, EncodeOptions} from './log/codec'
export {decode, encode} from './log/codec'
export {decoder, encoder} from './log/codec-streams'
export {LogFormatError, LogOrderError} from './log/errors'
export {fold, snapshots} from './log/fold'
export {DivergenceError, UnfaithfulReplayError} from './replay/divergence'
export type {PlayOptions, ReplayOptions} from './replay/options'
export {ReplayHub} from './replay/replay-hub'
export type {ErrorCode} from './values/errors'
export {ConnHubError} from './values/errors'
