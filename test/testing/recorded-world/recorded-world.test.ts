import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import ConnHub from '../../../src/index'
import {decode, encode} from '../../../src/replay'
import {type RecordedWorldOptions, recordedWorld} from '../../../src/testing'
import type {Checkpoint, LogItem} from '../../../src/types'
import {addressOf, keyOfName} from '../../kit/fake-stack'

const bob = addressOf('bob')
const start = Date.UTC(2026, 0, 1)

/** A log, of which a test writes the type, the time in s, and what matters. */
type Told = readonly [second: number, type: string, fields?: Record<string, unknown>]

function logOf(...told: readonly Told[]): LogItem[] {
  const checkpoint: Checkpoint = {type: 'checkpoint', seq: 0, time: 0, since: start, entries: []}
  const events = told.map(([second, type, fields], i) => ({
    seq: i + 1,
    time: start + second * 1000,
    type,
    address: bob,
    cause: 'stack',
    key: keyOfName('bob'),
    ...fields,
  }))
  return [checkpoint, ...(events as unknown as LogItem[])]
}

const dialled = (second: number, attempt: number): Told => [second, 'connecting', {attempt, cause: 'caller'}]
const failed = (second: number, attempt: number, message = 'refused'): Told => [
  second,
  'connecting-failed',
  {attempt, error: {message, name: 'Error'}},
]
const succeeded = (second: number, attempt: number, link: number): Told => [
  second,
  'connected',
  {attempt, link, inbound: false, isClient: true, inferredType: 'internet'},
]
const came = (second: number, link: number): Told => [
  second,
  'connected',
  {link, inbound: true, isClient: false, cause: 'remote'},
]
const left = (second: number): Told => [second, 'disconnected', {cause: 'remote'}]
const calledOff = (second: number, attempt?: number): Told => [
  second,
  'disconnecting',
  {cause: 'caller', reason: 'disconnect', attempt},
]
const ended = (second: number, cause = 'stack'): Told => [second, 'disconnected', {cause}]

/** A hub in the world of a log, and what its readers are told: the second, the type, and the message of an error. */
function begin(log: Iterable<LogItem>, options?: RecordedWorldOptions) {
  const world = recordedWorld(log, options)
  const hub = new ConnHub(world.stack, {clock: world.clock})
  const told: string[] = []
  pull(
    hub.listen(),
    pull.drain(({type, details}) => {
      const message = details instanceof Error ? `: ${details.message}` : ''
      told.push(`${(world.now - start) / 1000} ${type}${message}`)
    }),
  )
  const playTo = (second: number) => world.play(start + second * 1000)
  const dial = (address = bob) => void hub.connect(address).catch(() => {})
  return {world, hub, told, playTo, dial}
}

describe('a dial', () => {
  test('ends as the recorded one that is next to it in time, after as long', async () => {
    const log = logOf(
      dialled(10, 1),
      failed(12, 1),
      dialled(100, 2),
      succeeded(101, 2, 3),
      calledOff(200),
      ended(200),
    )
    const {told, playTo, dial} = begin(log)
    await playTo(40)
    dial()
    await playTo(60)
    dial()
    await playTo(70)
    expect(told).toEqual(['40 connecting', '42 connecting-failed: refused', '60 connecting', '61 connected'])
  })

  test('that was called off says only that it took longer: the next one that did tells the rest', async () => {
    const log = logOf(
      dialled(0, 1),
      failed(1, 1),
      dialled(10, 2),
      calledOff(15, 2),
      ended(15, 'hub'),
      dialled(50, 3),
      failed(70, 3, 'timed out'),
    )
    const {told, playTo, dial} = begin(log)
    await playTo(11)
    dial()
    await playTo(40)
    expect(told).toEqual(['11 connecting', '31 connecting-failed: timed out'])
  })

  test('has no end where no dial is known to have taken longer', async () => {
    const {told, playTo, dial} = begin(logOf(dialled(0, 1), calledOff(5, 1), ended(5, 'hub')))
    dial()
    await playTo(1000)
    expect(told).toEqual(['0 connecting'])
  })

  test('that readers called off before it was made says nothing', async () => {
    const log = logOf(
      dialled(0, 1),
      [0, 'disconnecting', {cause: 'caller', attempt: 1, during: 1}],
      [0, 'disconnected', {cause: 'hub'}],
      dialled(90, 2),
      failed(91, 2),
    )
    const {told, playTo, dial} = begin(log)
    dial()
    await playTo(10)
    expect(told).toEqual(['0 connecting', '1 connecting-failed: refused'])
  })

  test('finds its own among those that began in the same ms', async () => {
    const log = logOf(dialled(5, 1), failed(5, 1, 'first'), dialled(5, 2), failed(7, 2, 'second'))
    const {told, playTo, dial} = begin(log)
    await playTo(5)
    dial()
    await playTo(5)
    dial()
    await playTo(10)
    expect(told).toEqual([
      '5 connecting',
      '5 connecting-failed: first',
      '5 connecting',
      '7 connecting-failed: second',
    ])
  })

  test('which is made again whenever it has failed lets time pass', async () => {
    const {told, playTo, dial, hub} = begin(logOf(dialled(0, 1), failed(0, 1)))
    pull(
      hub.listen(),
      pull.drain(({type}) => {
        if (type === 'connecting-failed') dial()
      }),
    )
    await playTo(0)
    dial()
    await playTo(0.01)
    expect(told).toHaveLength(23)
  })

  test('goes on to the connection of the address with its seed, although the log hides the seed', async () => {
    const seed = Buffer.alloc(32, 's').toString('base64')
    const log = logOf(dialled(0, 1), succeeded(1, 1, 2))
    const marked = decode(encode(log).replaceAll(bob, `${bob}:${seed}`)).events
    const {told, playTo, dial} = begin(marked)
    dial(`${bob}:${seed}`)
    await playTo(1)
    expect(told).toEqual(['0 connecting', '1 connected'])
  })
})

describe('a dial to an address that the log does not have', () => {
  const carol = addressOf('carol')
  const log = logOf(dialled(0, 1), failed(20, 1))

  test('fails, and the world tells of which it was', async () => {
    const {told, world, playTo, dial} = begin(log)
    dial(carol)
    await playTo(1)
    expect(told).toEqual(['0 connecting', `0.001 connecting-failed: the log has no dial to ${carol}`])
    expect([...world.unrecorded]).toEqual([carol])
  })

  test('hangs where that is wanted', async () => {
    const {told, playTo, dial} = begin(log, {unrecorded: 'hang'})
    dial(carol)
    await playTo(20)
    expect(told).toEqual(['0 connecting'])
  })

  test('ends the play where that is wanted', async () => {
    const {playTo, dial} = begin(log, {unrecorded: 'throw'})
    dial(carol)
    await expect(playTo(20)).rejects.toThrow(`the log has no dial to ${carol}`)
  })
})

describe('a link', () => {
  const inbound = logOf(came(10, 1), left(50))

  test('of a remote comes and goes when it did', async () => {
    const {told, world} = begin(inbound)
    await world.play()
    expect(told).toEqual(['10 connected', '50 disconnected'])
  })

  test('that a dial gave lives as long as the recorded one', async () => {
    const {told, playTo, dial} = begin(logOf(dialled(0, 1), succeeded(2, 1, 2), left(32)))
    await playTo(100)
    dial()
    await playTo(200)
    expect(told).toEqual(['100 connecting', '102 connected', '132 disconnected'])
  })

  test('that we had ended lives on until it is ended', async () => {
    const {told, playTo, dial, hub} = begin(logOf(dialled(0, 1), succeeded(1, 1, 2), calledOff(9), ended(9)))
    dial()
    await playTo(5000)
    expect(told).toEqual(['0 connecting', '1 connected'])
    hub.disconnect(bob)
    await playTo(5001)
    expect(told.slice(2)).toEqual(['5000 disconnecting', '5000 disconnected'])
  })

  test('closes as slowly as it did', async () => {
    const {told, playTo, hub} = begin(logOf(came(0, 1), calledOff(9), ended(12)))
    await playTo(20)
    hub.disconnect(bob)
    await playTo(40)
    expect(told).toEqual(['0 connected', '20 disconnecting', '23 disconnected'])
  })

  test('fails to close as it did, and ends when it is tried again', async () => {
    const error = {message: 'stuck', name: 'Error'}
    const log = logOf(
      came(0, 1),
      calledOff(9),
      [10, 'disconnecting-failed', {error}],
      calledOff(11),
      ended(11),
    )
    const {told, playTo, hub} = begin(log)
    await playTo(20)
    hub.disconnect(bob).catch(() => {})
    await playTo(30)
    hub.disconnect(bob)
    await playTo(30)
    expect(told).toEqual([
      '0 connected',
      '20 disconnecting',
      '21 disconnecting-failed: stuck',
      '30 disconnecting',
      '30 disconnected',
    ])
  })

  test('ends with the error that it ended with', async () => {
    const error = {message: 'reset by peer', name: 'Error', code: 'ECONNRESET'}
    const {hub, world} = begin(logOf(came(0, 1), [5, 'disconnected', {cause: 'remote', error}]))
    await world.play()
    const log: LogItem[] = []
    pull(
      hub.log(),
      pull.drain((item) => {
        log.push(item)
      }),
    )
    expect(log.at(-1)).toMatchObject({type: 'disconnected', cause: 'remote', error})
  })

  test('of another plugin of ours comes again, as one that we dialled', async () => {
    const {hub, world} = begin(logOf([3, 'connected', {link: 1, inbound: false, isClient: true}]))
    await world.play()
    expect(hub.getState(bob)).toBe('connected')
    expect(world.stack.dials).toEqual([])
  })

  test('that waited for our dial waits for it, and is not announced in its place', async () => {
    const waiting: Told = [4, 'reserved', {link: 3, inbound: true, cause: 'remote'}]
    const log = logOf(dialled(0, 1), succeeded(4, 1, 2), waiting)
    const {told, playTo, dial, hub} = begin(log)
    dial()
    await playTo(5)
    expect(told).toEqual(['0 connecting', '4 connected'])
    expect(hub.stats().connections).toMatchObject({outbound: 1})
  })
})

describe('a log that begins or goes on with a checkpoint', () => {
  const peer = {key: keyOfName('bob'), hubBirth: start - 5000, hubUpdated: start - 4000}
  const checkpoint = (fields: object): LogItem => ({
    type: 'checkpoint',
    seq: 7,
    time: start,
    since: start - 9000,
    entries: [],
    ...fields,
  })

  test('has the links that were there from the beginning', async () => {
    const entries = [[bob, {...peer, state: 'connected', inbound: true}]]
    const {told, world} = begin([checkpoint({entries}), {...logOf(left(8))[1], seq: 8} as LogItem])
    await world.play()
    expect(told).toEqual(['0 connected', '8 disconnected'])
  })

  test('knows of a dial in flight when it began', async () => {
    const entries = [[bob, {...peer, state: 'connecting'}]]
    const {told, playTo, dial} = begin([
      checkpoint({entries}),
      {...logOf(failed(8, 4))[1], seq: 8} as LogItem,
    ])
    await playTo(100)
    dial()
    await playTo(200)
    expect(told).toEqual(['100 connecting', '113 connecting-failed: refused'])
  })

  test('ends the links that are not in it any more, where events are missing', async () => {
    const [first, connected] = logOf(came(1, 1)) as [LogItem, LogItem]
    const {told, world} = begin([first, connected, checkpoint({seq: 50, time: start + 60_000, since: start})])
    await world.play()
    expect(told).toEqual(['1 connected', '60 disconnected'])
  })

  test('is one log over several files', async () => {
    const [first, connected, disconnected] = logOf(came(1, 1), left(9)) as [LogItem, LogItem, LogItem]
    const entries = [[bob, {...peer, state: 'connected', inbound: true}]]
    const between = checkpoint({seq: 1, time: start + 1000, since: start, entries})
    const {told, world} = begin([first, connected, between, disconnected])
    await world.play()
    expect(told).toEqual(['1 connected', '9 disconnected'])
  })
})

describe('chance', () => {
  const log = logOf(dialled(0, 1), failed(10, 1), dialled(20, 2), succeeded(22, 2, 3), left(90))

  async function run(options: RecordedWorldOptions) {
    const {told, world, playTo, dial} = begin(log, options)
    for (const second of [0, 10, 30, 100]) {
      await playTo(second)
      dial()
    }
    await playTo(200)
    return [...told, world.random()]
  }

  test('is the same with the same seed', async () => {
    expect(await run({seed: 7, jitter: 0.3})).toEqual(await run({seed: 7, jitter: 0.3}))
  })

  test('is another with another seed', async () => {
    expect(await run({seed: 7, jitter: 0.3})).not.toEqual(await run({seed: 8, jitter: 0.3}))
  })

  test('of one address does not depend on what is dialled elsewhere', async () => {
    const both = [true, false].map(async (isElsewhere) => {
      const {told, playTo, dial} = begin(log, {jitter: 0.5})
      if (isElsewhere) dial(addressOf('carol'))
      await playTo(15)
      dial()
      await playTo(30)
      return told.filter((line) => !line.startsWith('0'))
    })
    expect(await both[0]).toEqual(await both[1])
  })
})

describe('what is refused', () => {
  test.each([
    [{seed: 1.5}],
    [{jitter: -1}],
    [{jitter: 2}],
    [{unrecorded: 'explode'}],
    [{id: 5}],
  ])('is the option %j', (options) => {
    expect(() => recordedWorld([], options as RecordedWorldOptions)).toThrow(
      expect.objectContaining({code: 'ERR_INVALID_OPTION'}),
    )
  })

  test('is what gives no items of a log', () => {
    for (const items of ['text', {events: []}, undefined, 5])
      expect(() => recordedWorld(items as never)).toThrow(
        expect.objectContaining({code: 'ERR_INVALID_OPTION'}),
      )
  })

  test('are events that do not follow from each other', () => {
    expect(() => recordedWorld(logOf(failed(1, 1)))).toThrow(expect.objectContaining({code: 'ERR_LOG_ORDER'}))
  })
})

test('an empty log is a world in which nothing happens', async () => {
  const {told, world} = begin([])
  await world.play(1000)
  expect(told).toEqual([])
  expect(world.now).toBe(1000)
})

test('nothing is left when the hub is closed', async () => {
  const {world, hub} = begin(logOf(came(10, 1)))
  await world.play()
  hub.close()
  expect(world.clock.pending).toBe(0)
  expect(world.stack.listenerCount('rpc:connect')).toBe(0)
})
