import {afterEach, expect, test, vi} from 'vitest'
import {settled} from '../../src/testing'
import {nextTurnOf} from '../../src/testing/settled'

afterEach(() => {
  vi.useRealTimers()
  vi.resetModules()
})

/** Something that takes many turns of the queue of promises, and the end of a tick. */
async function longChain(heard: string[]): Promise<void> {
  for (let i = 0; i < 5000; i++) await null
  process.nextTick(() => Promise.resolve().then(() => heard.push('done')))
}

test('settled() waits until all has happened that needs no time', async () => {
  const heard: string[] = []
  void longChain(heard)
  await settled()
  expect(heard).toEqual(['done'])
})

test('settled() waits also while a test framework fakes the timers', async () => {
  vi.useFakeTimers({toFake: ['setTimeout', 'setImmediate', 'setInterval', 'Date']})
  const heard: string[] = []
  void longChain(heard)
  await settled()
  expect(heard).toEqual(['done'])
})

test('settled() waits also where the timers were faked before the kit was loaded', async () => {
  vi.useFakeTimers({toFake: ['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'Date']})
  vi.resetModules()
  const {settled} = await import('../../src/testing/settled.js')
  const heard: string[] = []
  void longChain(heard)
  await settled()
  expect(heard).toEqual(['done'])
})

const {setImmediate, setTimeout, MessageChannel} = globalThis
const never = () => expect.unreachable()

test.each([
  ['Node.js', {setImmediate, setTimeout: never, MessageChannel: never as never}],
  ['a browser', {setTimeout: never, MessageChannel}],
  ['a runtime that has timers only', {setTimeout}],
  [
    'a runtime with a faked setImmediate and a MessageChannel',
    {
      setImmediate: Object.assign(never, {clock: {}}),
      setTimeout: never,
      MessageChannel,
    },
  ],
  [
    'a runtime with a faked setImmediate and timers',
    {
      setImmediate: Object.assign((callback: () => void) => setTimeout(callback, 0), {clock: {}}),
      setTimeout: never,
    },
  ],
])('in %s, the next turn comes after all that needs no time', async (_runtime, runtime) => {
  const heard: string[] = []
  void longChain(heard)
  await new Promise<void>((resolve) => nextTurnOf(runtime as never)(resolve))
  expect(heard).toEqual(['done'])
})

test('no channel is left open, which would keep a process from its end', async () => {
  const closed: string[] = []
  class Channel {
    readonly port1 = {onmessage: () => {}, close: () => closed.push('port1')}
    readonly port2 = {postMessage: () => queueMicrotask(() => this.port1.onmessage())}
  }
  await new Promise<void>((resolve) => nextTurnOf({setTimeout, MessageChannel: Channel} as never)(resolve))
  expect(closed).toEqual(['port1'])
})
