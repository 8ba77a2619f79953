/**
 * `ssb-conn-hub/testing`: a fake stack in which every outcome is the test's to choose, time that goes on when
 * the test says so, and given/when/then. It needs no test framework, and nothing of Node's.
 */

export type {Emitter} from './testing/emitter'
export {
  connected,
  connecting,
  connectingFailed,
  type Draft,
  disconnected,
  disconnecting,
  disconnectingFailed,
  type Fields,
  released,
  reserved,
  updated,
} from './testing/event-drafts'
export {ExpectationError, type ExpectedState} from './testing/expectation'
export {type CloseMode, FakeRpc} from './testing/fake-rpc'
export {FakeDial, FakeStack} from './testing/fake-stack'
export {type Ask, connect, type Decided, disconnect, type Given, given, update} from './testing/given'
export {addressOf, keyOfName, originOf, ourKey} from './testing/peer-names'
export {type Answer, givenHub, type Readable, type Scene} from './testing/scene'
export {settled} from './testing/settled'
export {VirtualClock} from './testing/virtual-clock'
