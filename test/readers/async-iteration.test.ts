import {describe, expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {settled, setup} from '../kit/setup'

const bob = addressOf('bob')
const carol = addressOf('carol')

describe('the streams, read by for await', () => {
  test('give every event, also those of before the loop asks again', async () => {
    const {hub, stack} = setup()
    const events = hub.listen()
    const connected = hub.connect(bob)
    stack.lastDial.succeed()
    await connected
    hub.close()
    const types: string[] = []
    for await (const {type} of events) types.push(type)
    expect(types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
  })

  test('give the present entries, then the later ones, to the end', async () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    const sizes: number[] = []
    const reading = (async () => {
      for await (const entries of hub.liveEntries()) sizes.push(entries.length)
    })()
    await settled()
    stack.incoming('carol', carol)
    await settled()
    hub.close()
    await reading
    expect(sizes.slice(0, 2)).toEqual([1, 2])
    expect(sizes.at(-1)).toBe(0)
  })

  test('give the log', async () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    hub.update(bob, {note: 'hi'})
    const types: string[] = []
    for await (const {type} of hub.log()) types.push(type)
    expect(types).toEqual(['connected', 'updated'])
  })

  test('are aborted when the loop is left', async () => {
    const {hub, stack} = setup()
    const aborts: unknown[] = []
    const events = hub.log({live: true})
    stack.incoming('bob', bob)
    for await (const {type} of events) {
      aborts.push(type)
      break
    }
    events(null, (end) => aborts.push(end))
    expect(aborts).toEqual(['connected', true])
  })

  test.each([
    'listen',
    'liveEntries',
    'log',
  ] as const)('%s() is left at once, also while it waits, and then is at its end', async (method) => {
    const {hub, stack} = setup()
    const source = method === 'log' ? hub.log({live: true}) : hub[method]()
    const reading: AsyncIterator<unknown> = source[Symbol.asyncIterator]()
    if (method === 'liveEntries') await reading.next()
    const waiting = reading.next()
    await settled()
    expect(await reading.return?.()).toEqual({done: true, value: undefined})
    expect(await waiting).toEqual({done: true, value: undefined})
    stack.incoming('bob', bob)
    expect(await reading.next()).toEqual({done: true, value: undefined})
  })

  test('answer in order, however often they are asked at once', async () => {
    const {hub, stack} = setup()
    const reading = hub.listen()[Symbol.asyncIterator]()
    const answers = [reading.next(), reading.next(), reading.next()]
    stack.incoming('bob', bob).die()
    hub.close()
    expect((await Promise.all(answers)).map(({done, value}) => done || value.type)).toEqual([
      'connected',
      'disconnected',
      true,
    ])
  })

  test.each([
    'listen',
    'log',
  ] as const)('%s(): two iterators of one stream are both answered, each with another event', async (method) => {
    const {hub, stack} = setup()
    const stream: AsyncIterable<{readonly type: string}> =
      method === 'log' ? hub.log({live: true}) : hub.listen()
    const [a, b] = [stream[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()]
    const answers = [a.next(), b.next(), b.next(), a.next()]
    stack.incoming('bob', bob).die()
    await settled()
    expect(await answers[0]).toMatchObject({value: {type: 'connected'}})
    expect(await answers[1]).toMatchObject({value: {type: 'disconnected'}})
    expect(await b.return?.()).toEqual({done: true, value: undefined})
    expect(await Promise.all(answers.slice(2))).toEqual([
      {done: true, value: undefined},
      {done: true, value: undefined},
    ])
  })

  test.each([
    'listen',
    'liveEntries',
    'log',
  ] as const)('%s() may be aborted twice, without a callback', (method) => {
    const {hub} = setup()
    // Some pass none, or null.
    const source = hub[method]() as (abort: unknown, callback?: unknown) => void
    for (const callback of [undefined, undefined, null]) expect(() => source(true, callback)).not.toThrow()
    const ends: unknown[] = []
    source(true, (end: unknown) => ends.push(end))
    expect(ends).toEqual([true])
  })
})
