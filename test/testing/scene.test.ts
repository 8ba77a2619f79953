import {describe, expect, onTestFinished, test, vi} from 'vitest'
import ConnHub from '../../src/index'
import {
  addressOf,
  connected,
  connecting,
  connectingFailed,
  disconnected,
  disconnecting,
  disconnectingFailed,
  ExpectationError,
  FakeRpc,
  FakeStack,
  givenHub,
  keyOfName,
  VirtualClock,
} from '../../src/testing'

const bob = addressOf('bob')
const key = keyOfName('bob')

describe('given a hub', () => {
  test('its readers are told what it is called for, and what its stack does', async () => {
    const scene = givenHub()
    expect(scene.hub).toBeInstanceOf(ConnHub)
    await scene.when(({hub}) => hub.connect(bob))
    scene.thenTold(connecting(bob, {key})).thenState({[bob]: 'connecting'})
    const {value: rpc} = await scene.when(({stack}) => stack.lastDial.succeed())
    scene.thenTold(connected(bob, {key, isClient: true, inbound: false})).thenState({[bob]: {inbound: false}})
    await scene.when(() => rpc?.die())
    scene.thenTold(disconnected(bob)).thenState({})
    await scene.when(({stack}) => stack.incoming('bob', bob))
    scene.thenTold(connected(bob, {isClient: false, inbound: true}))
  })

  test('what it begins with is not looked at', async () => {
    const scene = givenHub()
    await scene.given(({stack}) => stack.incoming('bob', bob))
    await scene.when(({hub}) => hub.disconnect(bob))
    scene.thenTold(disconnecting(bob), disconnected(bob))
    scene.thenTold()
  })

  test('what another plugin dials is told, though it takes until the end of the tick', async () => {
    const scene = givenHub()
    await scene.when(({stack}) => stack.dialByPlugin('bob'))
    scene.thenTold(connected(bob, {isClient: true}))
  })

  test('a failure is told with its error, as JSON', async () => {
    const scene = givenHub()
    const call = await scene.when(({hub}) => hub.connect(bob))
    await scene.when(({stack}) => stack.lastDial.fail())
    const error = {message: 'connection refused', name: 'Error'}
    scene.thenTold(connecting(bob), connectingFailed(bob, {error}))
    expect(call.status).toBe('rejected')

    await scene.given(({stack}) => Object.assign(stack.incoming('bob', bob), {closeMode: 'throws'}))
    await scene.when(({hub}) => hub.disconnect(bob))
    scene.thenTold(disconnecting(bob), disconnectingFailed(bob, {error: {message: 'close failed'}}))
  })

  test('it has virtual time', async () => {
    const scene = givenHub()
    await scene.given(({stack}) => Object.assign(stack.incoming('bob', bob), {closeMode: 'hangs'}))
    const call = await scene.when(({hub}) => hub.disconnect(bob))
    scene.thenTold(disconnecting(bob))
    await scene.when(({clock}) => clock.advance(9_999))
    scene.thenTold()
    await scene.when(({clock}) => clock.advance(1))
    scene.thenTold(disconnectingFailed(bob, {error: {code: 'ERR_CLOSE_TIMEOUT'}}))
    expect(call).toMatchObject({status: 'rejected', reason: {code: 'ERR_CLOSE_TIMEOUT'}})
  })

  test('it may be one with options, or one that a plugin makes on the same stack and clock', async () => {
    const scene = givenHub((stack, clock) => {
      expect(stack).toBeInstanceOf(FakeStack)
      expect(clock).toBeInstanceOf(VirtualClock)
      return new ConnHub<FakeRpc, {note: string}>(stack, {clock, logLimit: 0})
    })
    const call = await scene.when(({hub}) => hub.connect(bob, {note: 'tea'}))
    const {value} = await scene.when(({stack}) => stack.lastDial.succeed())
    expect(value).toBeInstanceOf(FakeRpc)
    const given: false | FakeRpc | undefined = call.value
    expect(given).toBe(value)
    scene.thenState({[bob]: {note: 'tea'}})
  })

  test('what is told otherwise is an error that tells the difference', async () => {
    const scene = givenHub()
    await scene.when(({hub}) => hub.connect(bob))
    expect(() => scene.thenTold(connected(bob, {isClient: true}))).toThrow(
      'the events are not as expected:\n' +
        '  [0].type\n    expected "connected"\n    actual   "connecting"\n' +
        '  [0].isClient\n    expected true\n    actual   nothing',
    )
    expect(() => scene.thenState({})).toThrow(ExpectationError)
  })
})

describe('a step', () => {
  test('is answered as its promise is, which is not waited for', async () => {
    const scene = givenHub()
    const call = await scene.when(({hub}) => hub.connect(bob))
    expect(call).toEqual({status: 'pending'})
    const {value: rpc} = await scene.when(({stack}) => stack.lastDial.succeed())
    expect(call).toEqual({status: 'fulfilled', value: rpc})
  })

  test('may give something else than a promise', async () => {
    expect(await givenHub().when(() => 5)).toEqual({status: 'fulfilled', value: 5})
  })

  test('may give a promise that rejects, which is no error of the test', async () => {
    const answer = await givenHub().when(({hub}) => hub.connect(''))
    expect(answer).toMatchObject({status: 'rejected', reason: {code: 'ERR_INVALID_ADDRESS'}})
  })

  test('that throws is an error of the test', async () => {
    const scene = givenHub()
    await expect(scene.when(({stack}) => stack.lastDial)).rejects.toThrow('the hub has not dialled')
    await expect(scene.given(({stack}) => stack.lastDial)).rejects.toThrow('the hub has not dialled')
  })
})

test('a scene plays to its end while every timer and every queue of the runtime is faked', async () => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'Date'],
  })
  onTestFinished(() => void vi.useRealTimers())
  const scene = givenHub()
  await scene.when(({stack}) => stack.dialByPlugin('bob'))
  scene.thenTold(connected(addressOf('bob'), {isClient: true}))
  const answer = await scene.when(({hub}) => hub.disconnect(addressOf('bob')))
  expect(answer).toEqual({status: 'fulfilled', value: true})
  scene.thenTold(disconnecting(addressOf('bob')), disconnected(addressOf('bob'))).thenState({})
})
