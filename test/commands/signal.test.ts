import {getEventListeners} from 'node:events'
import {describe, expect, test} from 'vitest'
import type {Signal} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

const bob = addressOf('bob')

describe('a connect() with a signal', () => {
  test('is called off when the signal aborts, and rejects with its reason', async () => {
    const {hub, stack, told} = setup()
    const abort = new AbortController()
    const connected = hub.connect(bob, null, {signal: abort.signal})
    const reason = new Error('too slow')
    abort.abort(reason)
    await expect(connected).rejects.toBe(reason)
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
    const late = stack.lastDial.succeed()
    expect(late.closes).toBe(1)
    expect(told.take()).toEqual([])
  })

  test('rejects before anything happened if the signal has aborted', async () => {
    const {hub, stack, told} = setup()
    const reason = new Error('gone')
    await expect(hub.connect(bob, null, {signal: AbortSignal.abort(reason)})).rejects.toBe(reason)
    expect(stack.dials).toEqual([])
    expect(told.take()).toEqual([])
  })

  test('does not listen to a signal that has aborted', async () => {
    const {hub} = setup()
    const signal = AbortSignal.abort()
    let listened = 0
    signal.addEventListener = () => listened++
    await expect(hub.connect(bob, null, {signal})).rejects.toBe(signal.reason)
    expect(listened).toBe(0)
  })

  test('is not begun if its metadata aborts it', async () => {
    const {hub, stack} = setup()
    const abort = new AbortController()
    const data = {
      toJSON() {
        abort.abort()
        return {}
      },
    }
    await expect(hub.connect(bob, data, {signal: abort.signal})).rejects.toBe(abort.signal.reason)
    expect(stack.dials).toEqual([])
  })

  test('leaves the attempt to the others who want it, and the last one calls it off', async () => {
    const {hub, stack, told} = setup()
    const [first, second] = [new AbortController(), new AbortController()]
    const connected = [first, second].map(({signal}) => hub.connect(bob, null, {signal}))
    for (const promise of connected) promise.catch(() => {})
    first.abort()
    await expect(connected[0]).rejects.toBe(first.signal.reason)
    expect(hub.getState(bob)).toBe('connecting')
    expect(await outcome(connected[1] as Promise<unknown>)).toBe('pending')
    second.abort()
    await expect(connected[1]).rejects.toBe(second.signal.reason)
    expect(stack.dials).toHaveLength(1)
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('leaves the attempt to one that asked without a signal', async () => {
    const {hub, stack} = setup()
    const abort = new AbortController()
    const patient = hub.connect(bob)
    const other = hub.connect(bob, null, {signal: abort.signal})
    abort.abort()
    await expect(other).rejects.toBe(abort.signal.reason)
    const rpc = stack.lastDial.succeed()
    expect(await patient).toBe(rpc)
  })

  test('gives the rpc, and an abort afterwards changes nothing', async () => {
    const {hub, stack, told} = setup()
    const abort = new AbortController()
    const connected = hub.connect(bob, null, {signal: abort.signal})
    const rpc = stack.lastDial.succeed()
    expect(await connected).toBe(rpc)
    abort.abort()
    await settled()
    expect(rpc.closed).toBe(false)
    expect(told.take()).toEqual(['connecting', 'connected'])
    expect(await hub.connect(bob, null, {signal: new AbortController().signal})).toBe(rpc)
  })

  test('rejects as the dial does', async () => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob, null, {signal: new AbortController().signal})
    const error = new Error('refused')
    stack.lastDial.fail(error)
    await expect(connected).rejects.toBe(error)
  })

  test('stops listening to the signal when it is settled', async () => {
    const {hub, stack} = setup()
    const listeners = new Set<() => void>()
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => listeners.delete(listener),
    }
    const connected = hub.connect(bob, null, {signal})
    expect(listeners.size).toBe(1)
    stack.lastDial.fail()
    await connected.catch(() => {})
    await settled()
    expect(listeners.size).toBe(0)
  })

  test('leaves once, however often the signal says so, and has a code where the signal has no reason', async () => {
    const {hub} = setup()
    const listeners: (() => void)[] = []
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => listeners.push(listener),
      removeEventListener: () => {},
    }
    const other = hub.connect(bob)
    const connected = hub.connect(bob, null, {signal})
    for (const listener of [...listeners, ...listeners]) listener()
    await expect(connected).rejects.toMatchObject({code: 'ERR_ABORTED'})
    expect(await outcome(other)).toBe('pending')
  })

  test('that waits for a disconnect is not dialled when the signal aborts', async () => {
    const {hub, stack, told} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    const disconnected = hub.disconnect(bob)
    const abort = new AbortController()
    const waiting = hub.connect(bob, null, {signal: abort.signal})
    abort.abort()
    await expect(waiting).rejects.toBe(abort.signal.reason)
    expect(hub.getState(bob)).toBe('disconnecting')
    rpc.die()
    expect(await disconnected).toBe(true)
    expect(stack.dials).toEqual([])
    expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected'])
  })

  test('is called off by a reader that is told of it', async () => {
    const {hub, stack, told} = setup()
    const abort = new AbortController()
    const read = hub.listen()
    read(null, () => abort.abort())
    const connected = hub.connect(bob, null, {signal: abort.signal})
    await expect(connected).rejects.toBe(abort.signal.reason)
    expect(stack.dials).toEqual([])
    expect(told.take()).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('goes on when one that joined it in a reader leaves at once', async () => {
    const {hub, stack} = setup()
    const read = hub.listen()
    const abort = new AbortController()
    read(null, () => {
      hub.connect(bob, null, {signal: abort.signal}).catch(() => {})
      abort.abort()
    })
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    expect(await connected).toBe(rpc)
  })

  test('keeps a connection that the other side made before the readers were told of the abort', async () => {
    const {hub, stack, told} = setup()
    const abort = new AbortController()
    const connected = hub.connect(bob, null, {signal: abort.signal})
    connected.catch(() => {})
    const read = hub.listen()
    read(null, () => abort.abort())
    const rpc = stack.incoming('bob')
    stack.lastDial.fail()
    await expect(connected).rejects.toBe(abort.signal.reason)
    expect(rpc.closed).toBe(false)
    expect(told.take()).toEqual(['connecting', 'connected'])
  })

  test.each([
    [{}],
    [null],
    ['abort'],
    [{aborted: false, addEventListener() {}}],
  ])('refuses %j as a signal, before anything happened', async (signal) => {
    const {hub, stack} = setup()
    const connected = hub.connect(bob, null, {signal: signal as never})
    await expect(connected).rejects.toMatchObject({code: 'ERR_INVALID_OPTION'})
    expect(stack.dials).toEqual([])
  })
})

describe('a signal that is odd', () => {
  function oddSignal(methods: Partial<Signal>): Signal {
    return {aborted: false, addEventListener() {}, removeEventListener() {}, ...methods}
  }

  test('may throw from removeEventListener', async () => {
    const {hub, stack} = setup()
    const signal = oddSignal({
      removeEventListener() {
        throw new Error('odd')
      },
    })
    const dialled = hub.connect(bob, {}, {signal})
    const rpc = stack.lastDial.succeed()
    expect(await dialled).toBe(rpc)
  })

  test('rejects the call where it throws from addEventListener, before anything happened', async () => {
    const {hub, told} = setup()
    const signal = oddSignal({
      addEventListener() {
        throw new Error('odd')
      },
    })
    await expect(hub.connect(bob, {}, {signal})).rejects.toThrow('odd')
    expect(told.events).toEqual([])
  })

  test('may abort while it is listened to: then nothing is dialled', async () => {
    const {hub, stack} = setup()
    let aborted = false
    const signal = {
      get aborted() {
        return aborted
      },
      reason: 'at once',
      addEventListener() {
        aborted = true
      },
      removeEventListener() {},
    }
    await expect(hub.connect(bob, {}, {signal})).rejects.toBe('at once')
    expect(stack.dials).toEqual([])
  })

  test('may call connect() or close() while it is listened to', async () => {
    const {hub, stack} = setup()
    const inner: Promise<unknown>[] = []
    const signal = oddSignal({addEventListener: () => void inner.push(hub.connect(bob))})
    const outer = hub.connect(bob, {}, {signal})
    const rpc = stack.lastDial.succeed()
    expect(await Promise.all([outer, ...inner])).toEqual([rpc, rpc])
    expect(stack.dials).toHaveLength(1)
    const closing = oddSignal({addEventListener: () => hub.close()})
    await expect(hub.connect(bob, {}, {signal: closing})).rejects.toMatchObject({code: 'ERR_CLOSED'})
  })
})

describe('a signal', () => {
  test('is let go when the attempt has an outcome', async () => {
    const {hub, stack} = setup()
    const {signal} = new AbortController()
    const connected = hub.connect(bob, null, {signal})
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    stack.lastDial.succeed()
    await connected
    await settled()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('that is none is refused, and the message says so', async () => {
    const {hub} = setup()
    const signal = {} as AbortSignal
    await expect(hub.connect(bob, null, {signal})).rejects.toThrow(
      'signal is an object without fields, expected an AbortSignal',
    )
  })
})
