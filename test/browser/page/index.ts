export {life, throwingReader, timeout} from './hub'
export {replay, replayPieces} from './replay'
export {scene} from './testing'
