import {getEventListeners} from 'node:events'
import createDebug from 'debug'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {fold} from '../../src/replay'
import type {Entry, LogItem, Source} from '../../src/types'
import {readable} from '../../src/util/stream'
import {addressOf} from '../kit/fake-stack'
import {settled, setup, uncaught} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

afterEach(() => {
  vi.restoreAllMocks()
})

/** What a source gives when it is asked once; `waits` if it does not answer. */
function ask<T>(read: Source<T>): unknown {
  let answer: unknown = 'waits'
  read(null, (end, value) => {
    answer = end ?? value
  })
  return answer
}

describe('the log, when the memory has dropped events', () => {
  test('goes on with the next one for who wants no old ones', () => {
    const {hub, stack} = setup({logLimit: 3})
    stack.incoming('bob', bob)
    for (let n = 0; n < 5; n++) hub.update(bob, {n})
    const read = hub.log({old: false, live: true})
    const items: (LogItem | undefined)[] = []
    read(null, (_end, item) => items.push(item))
    hub.update(bob, {n: 'next'})
    expect(items).toMatchObject([{type: 'updated', seq: 7, data: {n: 'next'}}])
  })
})

describe('liveEntries()', () => {
  test('and entries() do not share their arrays', () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    const read = hub.liveEntries()
    ask(read)
    const before = hub.entries()
    ask(read)
    stack.incoming('carol', carol)
    expect([...before].map(([address]) => address)).toEqual([bob])
  })

  test('has each entry once for a reader that was ahead of what was told', () => {
    const {hub, stack} = setup()
    const read = hub.liveEntries()
    const given: (readonly string[])[] = []
    const next = () =>
      read(null, (end, entries: readonly Entry[] = []) => {
        if (!end) given.push(entries.map(([address]) => address))
      })
    const first = hub.listen()
    first(null, () => {
      // Carol is in the table, and not told yet.
      hub.connect(carol).catch(() => {})
      next()
      next()
    })
    hub.connect(bob).catch(() => {})
    stack.lastDial.fail()
    expect(given).toEqual([[bob, carol], [bob]])
  })

  test('may be left by a reader that does not wait', () => {
    const {hub} = setup()
    const read = hub.liveEntries()
    ask(read)
    let end: unknown
    expect(() =>
      read(true, (ended) => {
        end = ended
      }),
    ).not.toThrow()
    expect(end).toBe(true)
  })
})

describe('a source as a stream', () => {
  test('ends with its error', async () => {
    const stream = readable((_abort, callback) => callback(new Error('broken')))
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow('broken')
  })

  test('ends', async () => {
    const stream = readable((_abort, callback) => callback(true))
    expect(await stream[Symbol.asyncIterator]().next()).toEqual({done: true, value: undefined})
  })

  test('has iterators that are iterable', async () => {
    let n = 0
    const stream = readable<number>((abort, callback) => callback(abort ?? (n < 3 ? null : true), n++))
    const got: number[] = []
    const iterator = stream[Symbol.asyncIterator]() as AsyncIterableIterator<number>
    for await (const value of iterator) got.push(value)
    expect(got).toEqual([0, 1, 2])
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
    await expect(hub.connect(bob, null, {signal})).rejects.toThrow('signal is not an AbortSignal')
  })
})

test('a log that does not fold says which states were expected', () => {
  const event = {seq: 1, time: 0, address: bob, cause: 'caller'} as const
  expect(() => fold([{...event, type: 'disconnecting'}])).toThrow(
    'disconnecting of an address that is connecting or connected, and this one is absent',
  )
})

test('an empty key is no key', () => {
  const {hub} = setup()
  hub.connect('net:keyless.example.com:8008', {key: ''}).catch(() => {})
  expect([...hub.entries()][0]?.[1]).not.toHaveProperty('key')
})

test('stats() tells connections by direction, and counts as called off what was an attempt', async () => {
  const {hub, stack} = setup()
  stack.incoming('bob', bob)
  void hub.connect(carol)
  stack.lastDial.succeed()
  await hub.disconnect(bob)
  expect(hub.stats()).toMatchObject({connections: {inbound: 1, outbound: 1}, calledOff: 0})
})

test('debug prints what happens, with marks in place of seeds', async () => {
  const lines: string[] = []
  const before = createDebug.disable()
  createDebug.enable('ssb:conn-hub')
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  try {
    const {hub, stack} = setup()
    const secret = Buffer.alloc(32, 's').toString('base64')
    const invite = `${bob}:${secret}`
    hub.connect(invite).catch(() => {})
    stack.lastDial.fail(new Error(`refused by ${invite}`))
    void hub.connect(bob)
    const rpc = stack.lastDial.succeed()
    rpc.closeMode = 'fails'
    await hub.disconnect(bob).catch(() => {})
    rpc.closeMode = 'closes'
    hub.update(bob, {note: 1})
    hub.close()
    const text = lines.concat(log.mock.calls.flat().map(String)).join('')
    const said = [
      ...text.matchAll(
        /(connecting to|connected to|failed to \w+ (?:to|from)|disconnecting from|disconnected from|closed the) /g,
      ),
    ]
    expect(said.map(([, what]) => what)).toEqual([
      'connecting to',
      'failed to connect to',
      'connecting to',
      'connected to',
      'disconnecting from',
      'failed to disconnect from',
      'disconnecting from',
      'disconnected from',
      'closed the',
    ])
    expect(text).not.toContain(secret)
    expect(text).toContain('seed-')
  } finally {
    createDebug.disable()
    if (before) createDebug.enable(before)
  }
})

test('a debug that throws keeps the event from nobody', async () => {
  const before = createDebug.disable()
  createDebug.enable('ssb:conn-hub')
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => {
    throw new Error('no place to print')
  })
  vi.spyOn(console, 'error').mockImplementation(() => {
    throw new Error('no place to print')
  })
  const {hub, stack, told} = setup()
  try {
    const errors = await uncaught(() => {
      void hub.connect(bob)
      stack.lastDial.succeed()
    })
    expect(errors.length).toBeGreaterThan(0)
  } finally {
    write.mockRestore()
    createDebug.disable()
    createDebug.enable(before)
  }
  expect(told.take()).toEqual(['connecting', 'connected'])
})
