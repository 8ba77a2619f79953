/**
 * `ssb-conn-hub/replay`: a recorded log, read, folded and travelled in. It runs where Node's modules
 * do not exist.
 */

export {decode, decoder, encode, encoder, LogFormatError} from './codec'
export {DivergenceError} from './divergence'
export {ConnHubError, type ErrorCode} from './errors'
export {fold, LogOrderError, snapshots} from './fold'
export {type PlayOptions, ReplayHub, type ReplayOptions} from './replay-hub'
export type {LogItem, Snapshot} from './types'
