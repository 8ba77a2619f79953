import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {EventTime} from '../../src/store/event-time'
import {contained} from '../../src/util/clock'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {setup, uncaught} from '../kit/setup'
import {VirtualClock} from '../kit/virtual-clock'

const start = 1_700_000_000_000

/** Event time by a clock whose times are the test's. */
function eventTimeOf(clock: object) {
  const time = new EventTime(contained({...new VirtualClock(start), ...clock}))
  return {
    now: () => time.now,
    read: () => {
      time.read()
      return time.now
    },
  }
}

describe('the time of events', () => {
  test('is that of the clock, as it was read last', () => {
    const clock = new VirtualClock(start)
    const time = eventTimeOf(clock)
    expect(time.read()).toBe(start)
    clock.advance(5)
    expect(time.now()).toBe(start)
    expect(time.read()).toBe(start + 5)
    clock.jump(60_000)
    expect(time.read()).toBe(start + 60_005)
  })

  test('goes on at the pace of the monotonic clock where the clock was set back, until it has caught up (I20)', () => {
    const clock = new VirtualClock(start)
    const time = eventTimeOf(clock)
    time.read()
    clock.jump(-5000)
    expect(time.read()).toBe(start)
    clock.advance(3000)
    expect(time.read()).toBe(start + 3000)
    clock.jump(3000)
    clock.advance(1000)
    expect(time.read()).toBe(start + 4000)
    clock.jump(2000)
    clock.advance(1000)
    expect(clock.now()).toBe(start + 5000)
    expect(time.read()).toBe(start + 5000)
    clock.advance(1)
    expect(time.read()).toBe(start + 5001)
  })

  test('shows true durations after a clock that was a year ahead once', () => {
    const clock = new VirtualClock(start)
    const time = eventTimeOf(clock)
    const year = 365 * 24 * 3600 * 1000
    clock.jump(year)
    const ahead = time.read()
    clock.jump(-year)
    clock.advance(60_000)
    expect(time.read() - ahead).toBe(60_000)
    clock.advance(60_000)
    expect(time.read() - ahead).toBe(120_000)
  })

  test('stands still while the clock is behind where there is no monotonic clock', () => {
    const clock = new VirtualClock(start)
    const time = eventTimeOf({now: clock.now, monotonic: undefined})
    time.read()
    clock.jump(-5000)
    clock.advance(3000)
    expect(time.read()).toBe(start)
    clock.advance(3000)
    expect(time.read()).toBe(start + 1000)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])('takes no time that is none: %o', (shown) => {
    const clock = new VirtualClock(start)
    const time = eventTimeOf({
      now: () => (clock.monotonic() < 2 ? clock.now() : shown),
      monotonic: clock.monotonic,
    })
    time.read()
    clock.advance(7)
    expect(time.read()).toBe(start + 7)
  })

  test('goes on where the clock throws, whose error is its own', async () => {
    const clock = new VirtualClock(start)
    let isBroken = false
    const now = () => {
      if (isBroken) throw new Error('no time')
      return clock.now()
    }
    const time = eventTimeOf({now, monotonic: clock.monotonic})
    time.read()
    isBroken = true
    clock.advance(7)
    const errors = await uncaught(() => {
      expect(time.read()).toBe(start + 7)
    })
    expect(errors).toEqual([new Error('no time')])
  })
})

test('a clock that calls the hub while it is read: the events are numbered 1, 2, 3, and every call is answered', async () => {
  const stack = new FakeStack()
  const clock = new VirtualClock(start)
  const [bob, carol] = [addressOf('bob'), addressOf('carol')]
  const acts: ((hub: ConnHub) => unknown)[] = [
    (hub) => hub.connect(bob),
    (hub) => hub.disconnect(bob),
    (hub) => hub.connect(bob, {note: 'again'}),
    (hub) => hub.reset(),
    (hub) => hub.update(carol, {note: 1}),
  ]
  const answers: Promise<unknown>[] = []
  let hub: ConnHub | undefined
  const now = () => {
    const act = hub && acts.shift()
    if (hub && act) answers.push(Promise.resolve(act(hub)).catch((error: {code: string}) => error.code))
    return clock.now()
  }
  hub = new ConnHub(stack, {clock: {...clock, now}})
  answers.push(hub.connect(bob))
  answers.push(hub.connect(carol))
  for (const dial of stack.dials) dial.succeed()
  await Promise.all(answers)
  const seqs: number[] = []
  for await (const {seq} of hub.log()) seqs.push(seq)
  expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  expect(acts).toEqual([])
  expect(hub.getState(bob)).toBe('connected')
})

test.each([
  'setTimeout',
  'clearTimeout',
])('a clock whose %s throws leaves no disconnect() pending', async (broken) => {
  const clock = Object.assign(new VirtualClock(start), {
    [broken]() {
      throw new Error('no timer')
    },
  })
  const {hub, stack} = setup({clock, closeTimeout: 5})
  const bob = addressOf('bob')
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'hangs'
  const errors = await uncaught(async () => {
    const disconnected = hub.disconnect(bob)
    if (broken === 'clearTimeout') rpc.die()
    await disconnected.catch(({code}) => expect(code).toBe('ERR_CLOSE_TIMEOUT'))
  })
  expect(errors).toEqual([new Error('no timer')])
})
