import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {addressOf, FakeStack, VirtualClock} from '../../src/testing'

/** A clock that shows 0, and a way to set timers that note when they call back. */
function setup() {
  const clock = new VirtualClock(0)
  const rung: string[] = []
  const set = (name: string, ms: number, then = () => {}) =>
    clock.setTimeout(() => {
      rung.push(`${name} at ${clock.now()}`)
      then()
    }, ms)
  return {clock, rung, set}
}

describe('a virtual clock', () => {
  test('stands still, at a plausible time or where it was set', () => {
    expect(new VirtualClock().now()).toBe(1_700_000_000_000)
    expect(new VirtualClock(5).now()).toBe(5)
  })

  test('calls timers back at their times, in the order in which they are due, then as they were set', () => {
    const {clock, rung, set} = setup()
    set('c', 30)
    set('a', 10)
    set('b', 20)
    set('a too', 10)
    clock.advance(9)
    expect(rung).toEqual([])
    clock.advance(11)
    expect(rung).toEqual(['a at 10', 'a too at 10', 'b at 20'])
    expect(clock.now()).toBe(20)
    expect(clock.pending).toBe(1)
  })

  test('calls back timers that timers set, if they are due in the time that passes', () => {
    const {clock, rung, set} = setup()
    set('a', 10, () => set('b', 5, () => set('c', 6)))
    clock.advance(20)
    expect(rung).toEqual(['a at 10', 'b at 15'])
    expect(clock.now()).toBe(20)
    expect(clock.advanceToNextTimer()).toBe(1)
    expect(rung.at(-1)).toBe('c at 21')
  })

  test('lets at least one ms pass before a timer, so that one that sets itself again does not stop the time', () => {
    const {clock, rung, set} = setup()
    const again = () => void set('t', 0, again)
    again()
    set('nothing', Number.NaN)
    clock.advance(3)
    expect(rung).toEqual(['t at 1', 'nothing at 1', 't at 2', 't at 3'])
  })

  test('goes to the next timer, and tells how far that was', () => {
    const {clock, rung, set} = setup()
    set('b', 20)
    set('a', 10)
    clock.advance(4)
    expect(clock.advanceToNextTimer()).toBe(6)
    expect(rung).toEqual(['a at 10'])
    expect(clock.advanceToNextTimer()).toBe(10)
    expect(clock.advanceToNextTimer()).toBeUndefined()
    expect(clock.now()).toBe(20)
  })

  test('tells in how many ms the next timer is due, if there is one', () => {
    const {clock, set} = setup()
    expect(clock.untilNextTimer).toBeUndefined()
    set('b', 20)
    set('a', 10)
    clock.advance(4)
    expect(clock.untilNextTimer).toBe(6)
    clock.advance(6)
    expect(clock.untilNextTimer).toBe(10)
  })

  test('lets no time pass, where that is what the test says', () => {
    const {clock, rung, set} = setup()
    set('t', 1)
    clock.advance(0)
    expect([clock.now(), rung]).toEqual([0, []])
  })

  test('forgets a timer that is cleared, also by a timer at the same time', () => {
    const {clock, rung, set} = setup()
    const second: {timer?: unknown} = {}
    const first = set('first', 10)
    set('clears', 10, () => clock.clearTimeout(second.timer))
    second.timer = set('second', 10)
    clock.clearTimeout(first)
    clock.clearTimeout(first)
    clock.clearTimeout(undefined)
    expect(clock.pending).toBe(2)
    clock.advance(10)
    expect(rung).toEqual(['clears at 10'])
  })

  test('stands at the time of a timer that throws, and goes on from there', () => {
    const {clock, rung, set} = setup()
    set('bad', 10, () => {
      throw new Error('no')
    })
    set('good', 20)
    expect(() => clock.advance(50)).toThrow('no')
    expect(clock.now()).toBe(10)
    clock.advance(10)
    expect(rung).toEqual(['bad at 10', 'good at 20'])
  })

  test('may be set forward and back, which brings no timer nearer', () => {
    const {clock, rung, set} = setup()
    set('t', 10)
    clock.jump(-1000)
    expect([clock.now(), clock.monotonic()]).toEqual([-1000, 0])
    clock.jump(5000)
    expect(rung).toEqual([])
    clock.advance(9)
    expect(rung).toEqual([])
    clock.advance(1)
    expect(rung).toEqual(['t at 4010'])
    expect(clock.monotonic()).toBe(10)
  })

  test('does not run backwards by itself', () => {
    const message = 'time cannot pass by -1 ms; a clock that is set back is a jump()'
    expect(() => new VirtualClock().advance(-1)).toThrow(new RangeError(message))
    expect(() => new VirtualClock().advance(Number.NaN)).toThrow(RangeError)
  })

  test('has functions that may be passed on alone', () => {
    const {now, setTimeout, clearTimeout} = new VirtualClock(5)
    clearTimeout(setTimeout(() => {}, 10))
    expect(now()).toBe(5)
  })

  test('is fast with many timers', () => {
    const {clock} = setup()
    const times: number[] = []
    for (let i = 0; i < 20_000; i++) clock.setTimeout(() => times.push(clock.now()), (i * 7919) % 20_011)
    clock.advance(20_011)
    expect(times).toHaveLength(20_000)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})

test('the events of a hub never run backwards, even where its clock does', async () => {
  const [stack, clock, bob] = [new FakeStack(), new VirtualClock(1000), addressOf('bob')]
  const hub = new ConnHub(stack, {clock})
  const connected = hub.connect(bob)
  clock.jump(-500)
  stack.lastDial.succeed()
  await connected
  const [[, data] = []] = [...hub.entries()]
  expect(data).toMatchObject({hubBirth: 1000, hubUpdated: 1000})
})

test('a virtual clock drives the timers of a hub, and shows that it leaves none', async () => {
  const [stack, clock] = [new FakeStack(), new VirtualClock()]
  const hub = new ConnHub(stack, {clock, closeTimeout: 500})
  const rpc = stack.incoming('bob', addressOf('bob'))
  rpc.closeMode = 'hangs'
  const disconnected = hub.disconnect(addressOf('bob'))
  expect(clock.pending).toBe(1)
  expect(clock.advanceToNextTimer()).toBe(500)
  await expect(disconnected).rejects.toMatchObject({code: 'ERR_CLOSE_TIMEOUT'})
  expect(clock.pending).toBe(0)
})
