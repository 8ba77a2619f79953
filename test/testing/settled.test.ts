import {afterEach, expect, test, vi} from 'vitest'
import {settled} from '../../src/testing'

afterEach(() => {
  vi.unstubAllGlobals()
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

test.each([
  ['a browser', 'MessageChannel', {setImmediate: undefined, setTimeout: undefined}],
  ['a runtime that has timers only', 'setTimeout', {setImmediate: undefined, MessageChannel: undefined}],
])('settled() waits also in %s, by its %s', async (_runtime, _by, lacking) => {
  for (const [name, value] of Object.entries(lacking)) vi.stubGlobal(name, value)
  vi.resetModules()
  const {settled} = await import('../../src/testing/settled.js')
  vi.unstubAllGlobals()
  const heard: string[] = []
  void longChain(heard)
  await settled()
  expect(heard).toEqual(['done'])
})
