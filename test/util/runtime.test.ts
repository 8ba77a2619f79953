import {afterEach, expect, test, vi} from 'vitest'
import type * as Replay from '../../src/replay'
import type * as Clock from '../../src/util/clock'

// What an old runtime lacks is said when it is needed, and how to mend it.

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('without queueMicrotask, the hub is not loaded, and says what to load before', async () => {
  vi.resetModules()
  vi.stubGlobal('queueMicrotask', undefined)
  await expect(vi.importActual('../../src/index')).rejects.toThrow(/needs queueMicrotask.*polyfill/s)
})

test('without TextDecoder, a log in text is read, and one in bytes is refused', async () => {
  vi.resetModules()
  vi.stubGlobal('TextDecoder', undefined)
  const {decode, encode} = await vi.importActual<typeof Replay>('../../src/replay')
  const text = encode([{type: 'reset', cause: 'caller', seq: 1, time: 1}])
  expect(decode(text).events).toHaveLength(1)
  expect(() => decode(Buffer.from(text))).toThrow(/no TextDecoder/)
})

test('without performance, the time of events goes by the clock alone', async () => {
  vi.resetModules()
  vi.stubGlobal('performance', undefined)
  const {systemClock} = await vi.importActual<typeof Clock>('../../src/util/clock')
  expect(systemClock.monotonic?.()).toBeNaN()
})
