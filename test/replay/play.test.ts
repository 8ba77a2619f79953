import pull from 'pull-stream'
import {beforeEach, describe, expect, test, vi} from 'vitest'
import {DivergenceError, ReplayHub} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {recording} from './recorded'

let events: LogItem[]
beforeEach(async () => {
  events = await recording()
})

describe('play()', () => {
  test('tells the events at their times, faster or slower, on timers that a test may fake', async () => {
    vi.useFakeTimers()
    try {
      const hub = new ReplayHub(events)
      const done = hub.play({speed: 2})
      await vi.advanceTimersByTimeAsync(0)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(49)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(hub.snapshot().seq).toBe(2)
      await vi.advanceTimersByTimeAsync(250)
      await done
      expect(hub.step()).toBeUndefined()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('waits for longer than one timer can measure', async () => {
    vi.useFakeTimers()
    try {
      const month = 30 * 24 * 3600 * 1000
      const [first, ...others] = events
      const hub = new ReplayHub([
        ...(first ? [first] : []),
        ...others.map((item) => ({...item, time: item.time + month})),
      ])
      void hub.play()
      await vi.advanceTimersByTimeAsync(month)
      expect(hub.snapshot().seq).toBe(1)
      await vi.advanceTimersByTimeAsync(100)
      expect(hub.snapshot().seq).toBe(2)
      hub.close()
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error
    } finally {
      vi.useRealTimers()
    }
  })

  test('stops when it is paused, and goes on from there', async () => {
    vi.useFakeTimers()
    try {
      const hub = new ReplayHub(events)
      const done = hub.play()
      await vi.advanceTimersByTimeAsync(100)
      hub.pause()
      await done
      expect(hub.snapshot().seq).toBe(2)
      expect(vi.getTimerCount()).toBe(0)
      const rest = hub.play()
      await vi.advanceTimersByTimeAsync(99)
      expect(hub.snapshot().seq).toBe(2)
      await vi.advanceTimersByTimeAsync(401)
      await rest
      expect(hub.step()).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test('stops where a reader pauses it, also among events of one time', async () => {
    vi.useFakeTimers()
    try {
      const at = events[0]?.time ?? 0
      const hub = new ReplayHub(events.map((event) => ({...event, time: at})))
      const done = hub.play()
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          if (type === 'connected') hub.pause()
        }),
      )
      await vi.advanceTimersByTimeAsync(0)
      await done
      expect([hub.snapshot().seq, vi.getTimerCount()]).toEqual([2, 0])
    } finally {
      vi.useRealTimers()
    }
  })

  test('begins with the first event, however old the checkpoint before it is', async () => {
    vi.useFakeTimers()
    try {
      const old: LogItem = {type: 'checkpoint', seq: 0, time: 1, entries: []}
      const hub = new ReplayHub([old, ...events])
      const done = hub.play()
      await vi.advanceTimersByTimeAsync(600)
      await done
      expect(hub.step()).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test('stops when it is called again, and when the replay is closed, which then stays where it is', async () => {
    vi.useFakeTimers()
    try {
      const hub = new ReplayHub(events, {onDivergence: 'collect'})
      const first = hub.play()
      const second = hub.play({speed: 100})
      expect(vi.getTimerCount()).toBe(1)
      await first
      await vi.advanceTimersByTimeAsync(1)
      expect(hub.snapshot().seq).toBe(2)
      hub.close()
      hub.close()
      expect(vi.getTimerCount()).toBe(0)
      await second
      expect(() => hub.seek(1)).toThrow(expect.objectContaining({code: 'ERR_CLOSED'}))
      expect([hub.snapshot().seq, hub.divergences.length]).toEqual([2, 1])
    } finally {
      vi.useRealTimers()
    }
  })

  test.each([0, -1, Number.NaN])('has no speed of %s', (speed) => {
    expect(() => new ReplayHub(events).play({speed})).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringContaining(`speed is ${speed}, expected a positive number`),
      }),
    )
  })
})
