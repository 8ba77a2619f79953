import {describe, expect, test} from 'vitest'
import {addressOf, FakeRpc, keyOfName} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'

// Code of others runs when the hub asks them something. It is asked before anything is decided, so that whatever it
// does there, every call is answered and the log tells of each link in order.

const bob = addressOf('bob')

test('a dial’s error whose message calls connect() leaves no call pending without a dial', async () => {
  const {hub, stack} = setup()
  let inner: Promise<unknown> | undefined
  const error = Object.defineProperty(new Error(), 'message', {
    get() {
      if (!inner) {
        inner = hub.connect(bob)
        inner.catch(() => {})
      }
      return 'refused'
    },
  })
  const outer = hub.connect(bob)
  stack.lastDial.fail(error)
  expect(await outcome(outer)).toEqual({rejected: error})
  const answer = await outcome(inner as Promise<unknown>)
  if (answer === 'pending') expect(hub.getState(bob)).toBe('connecting')
  expect(stack.dials.length === 2 || answer !== 'pending').toBe(true)
})

test('an error of a close whose message resets the hub leaves no disconnect() pending', async () => {
  const {hub, stack} = setup()
  const rpc = stack.incoming('bob', bob)
  rpc.closeMode = 'fails'
  rpc.closeError = Object.defineProperty(new Error(), 'message', {
    get() {
      hub.reset()
      return 'refused'
    },
  })
  expect(await outcome(hub.disconnect(bob))).not.toBe('pending')
  expect([...hub.entries()]).toEqual([])
})

describe('an rpc whose removeListener calls the hub (I21)', () => {
  test.each([
    ['connect() while reset() runs', 'connect', 'reset'],
    ['disconnect() when it is lost', 'disconnect', 'die'],
    ['connect() when it is lost', 'connect', 'die'],
  ] as const)('%s', async (_what, command, end) => {
    const {hub, stack} = setup()
    const answers: Promise<unknown>[] = []
    let hasCalled = false
    const rpc = new FakeRpc(keyOfName('bob'), bob)
    const removeListener = rpc.removeListener.bind(rpc)
    rpc.removeListener = (event, listener) => {
      if (!hasCalled) {
        hasCalled = true
        answers.push(hub[command](bob).catch(({code}) => code))
      }
      return removeListener(event, listener)
    }
    stack.announce(rpc, false)
    if (end === 'reset') hub.reset()
    else rpc.die()
    await settled()
    for (const dial of stack.dials) dial.fail()
    for (const answer of answers) expect(await outcome(answer)).not.toBe('pending')
    expect(answers).toHaveLength(1)
    const reserved = new Set<number>()
    for await (const event of hub.log()) {
      if (event.type === 'reserved') reserved.add(event.link)
      if (event.type === 'released') expect(reserved.has(event.link)).toBe(true)
    }
  })
})

describe('an AbortSignal', () => {
  test('has one listener for all calls that wait with it', async () => {
    const {hub, stack} = setup()
    let listeners = 0
    const target = new AbortController().signal
    const signal = {
      get aborted() {
        return target.aborted
      },
      addEventListener(...args: Parameters<typeof target.addEventListener>) {
        listeners++
        target.addEventListener(...args)
      },
      removeEventListener(...args: Parameters<typeof target.removeEventListener>) {
        listeners--
        target.removeEventListener(...args)
      },
    }
    const calls = Array.from({length: 11}, (_, i) => hub.connect(addressOf(`peer-${i}`), null, {signal}))
    expect(listeners).toBe(1)
    for (const dial of stack.dials) dial.succeed()
    await Promise.all(calls)
    expect(listeners).toBe(0)
  })

  test('whose attempt a reset() called off leaves alone what a reader has begun anew', async () => {
    const {hub, stack} = setup()
    const abort = new AbortController()
    const first = hub.connect(bob, null, {signal: abort.signal})
    first.catch(() => {})
    let again: Promise<unknown> | undefined
    const read = hub.listen()
    const next = () =>
      read(null, (_end, event) => {
        if (event?.type === 'disconnected') {
          again = hub.connect(bob)
          abort.abort()
        } else next()
      })
    next()
    hub.reset()
    expect(hub.getState(bob)).toBe('connecting')
    const rpc = stack.lastDial.succeed()
    expect(await again).toBe(rpc)
    await expect(first).rejects.toBeDefined()
  })

  test('lets go of callers that gave up on a dial which never ends', async () => {
    const {hub} = setup()
    hub.connect(bob).catch(() => {})
    const calls = Array.from({length: 1000}, () => {
      const abort = new AbortController()
      const call = hub.connect(bob, null, {signal: abort.signal}).catch(({name}) => name)
      abort.abort()
      return call
    })
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['AbortError']))
    expect(hub.getState(bob)).toBe('connecting')
  })
})
