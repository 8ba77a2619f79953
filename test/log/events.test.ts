import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {fold} from '../../src/replay'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {settled, setup} from '../kit/setup'
import {VirtualClock} from '../kit/virtual-clock'
import {bob, carol, partsOf, told} from './items'

describe('the log has', () => {
  test('attempts by number, also those that were called off', () => {
    const {hub} = setup()
    for (const address of [bob, carol]) hub.connect(address).catch(() => {})
    void hub.disconnect(bob)
    hub.reset()
    const events = logOf(hub).filter(({type}) => type === 'connecting' || type === 'disconnecting')
    expect(told(events, 'attempt', 'address')).toEqual([
      `caller connecting 1 ${bob}`,
      `caller connecting 2 ${carol}`,
      `caller disconnecting 1 ${bob}`,
      `hub disconnecting 2 ${carol}`,
    ])
  })

  test('which attempt a link answered', async () => {
    const {hub, stack} = setup()
    void hub.connect(bob)
    stack.lastDial.succeed()
    stack.incoming('carol', carol)
    const events = logOf(hub).filter(({type}) => type === 'connected')
    expect(events).toMatchObject([{attempt: 1, isClient: true}, {isClient: false}])
    expect(events[1]).not.toHaveProperty('attempt')
  })

  test('why a dial failed, as JSON', () => {
    const {hub, stack} = setup()
    hub.connect(bob).catch(() => {})
    stack.lastDial.fail(Object.assign(new TypeError('no route'), {code: 'EHOSTUNREACH', self: stack}))
    expect(logOf(hub).at(-1)).toMatchObject({
      type: 'connecting-failed',
      error: {message: 'no route', name: 'TypeError', code: 'EHOSTUNREACH'},
    })
  })

  test('no event that had no effect', async () => {
    const {hub, stack} = setup()
    hub.update(bob, {n: 1})
    await hub.disconnect(bob)
    await hub.connect(addressOf('us'))
    stack.incoming('us')
    hub.connect(bob).catch(() => {})
    hub.update(bob, {state: 'connected', n: undefined})
    hub.connect(bob, {}).catch(() => {})
    expect(told(logOf(hub))).toEqual(['caller connecting'])
  })

  test('nothing after the event `closed`, though the stack cannot be told to be silent', async () => {
    const stack = new FakeStack()
    const ssb = {
      connect: stack.connect.bind(stack),
      addListener: stack.addListener.bind(stack),
    }
    const hub = new ConnHub(ssb, {clock: new VirtualClock()})
    hub.connect(bob).catch(() => {})
    hub.close()
    stack.lastDial.succeed()
    stack.incoming('carol')
    stack.dialByPlugin('dave')
    await settled()
    expect(logOf(hub).at(-1)?.type).toBe('closed')
    expect(hub.snapshot().entries).toEqual([])
  })
})

describe('what the log and the snapshot give', () => {
  test('is frozen to the bottom, and JSON', () => {
    const {hub, stack} = setup({logLimit: 3})
    stack.incoming('carol', carol)
    hub.connect(bob, {deep: {list: [{a: 1}]}}).catch(() => {})
    hub.update(bob, {more: {list: [{b: 1}]}})
    stack.lastDial.fail()
    hub.connect(bob, {deep: {list: [{a: 1}]}, seed: `~shs:KEY:${'s'.repeat(43)}=`}).catch(() => {})
    const items = logOf(hub)
    expect(items.map(({type}) => type)).toEqual(['checkpoint', 'updated', 'connecting-failed', 'connecting'])
    for (const value of [items, hub.snapshot()]) {
      expect(JSON.parse(JSON.stringify(value))).toEqual(value)
      for (const part of partsOf(value)) if (part !== items) expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('is not disturbed by what comes later', () => {
    const {hub} = setup({logLimit: 0})
    hub.connect(bob, {n: 1}).catch(() => {})
    const [checkpoint] = logOf(hub)
    const snapshot = hub.snapshot()
    const [before, after] = [JSON.stringify(checkpoint), JSON.stringify(snapshot)]
    hub.update(bob, {n: 2})
    expect([JSON.stringify(checkpoint), JSON.stringify(snapshot)]).toEqual([before, after])
    expect(fold(logOf(hub))).toEqual(hub.snapshot())
  })

  test('has the time of each event, which never runs backwards', () => {
    const {hub, clock} = setup()
    hub.connect(bob).catch(() => {})
    clock.advance(5)
    hub.update(bob, {n: 1})
    clock.jump(-1000)
    hub.update(bob, {n: 2})
    const [first, ...times] = logOf(hub).map(({time}) => time)
    expect(times.map((time) => time - (first ?? 0))).toEqual([5, 5])
    expect(hub.snapshot().time).toBe(times[1])
  })
})
