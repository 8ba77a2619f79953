export {VirtualClock} from '../../src/testing'
