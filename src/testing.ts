/**
 * `ssb-conn-hub/testing`: a fake stack in which every outcome is the test's to choose, time that goes on when
 * the test says so, and given/when/then. It needs no test framework, and nothing of Node's.
 */

export type {Emitter} from './testing/emitter'
export type {Draft, Fields} from './testing/event-drafts'
export {
  connected,
  connecting,
  connectingFailed,
  disconnected,
  disconnecting,
  disconnectingFailed,
  released,
  reserved,
  updated,
} from './testing/event-drafts'
export type {ExpectedState} from './testing/expectation'
export {ExpectationError} from './testing/expectation'
export type {CloseMode} from './testing/fake-rpc'
export {FakeRpc} from './testing/fake-rpc'
export {FakeDial, FakeStack} from './testing/fake-stack'
export type {Ask, Decided, Given} from './testing/given'
export {connect, disconnect, given, update} from './testing/given'
export {addressOf, keyOfName, originOf, ourKey} from './testing/peer-names'
export type {RecordedWorld, RecordedWorldOptions} from './testing/recorded-world/recorded-world'
export {recordedWorld} from './testing/recorded-world/recorded-world'
export type {Answer, Readable, Scene} from './testing/scene'
export {givenHub} from './testing/scene'
export {settled} from './testing/settled'
export {VirtualClock} from './testing/virtual-clock'
