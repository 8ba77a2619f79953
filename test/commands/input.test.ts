import {EventEmitter} from 'node:events'
import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {ConnHubError, type SSB} from '../../src/types'
import {addressOf, FakeRpc, FakeStack, keyOfName} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {entry, outcome, settled, setup, watch} from '../kit/setup'

const bob = addressOf('bob')

describe('an address', () => {
  const invalid: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 42],
    ['an object', {host: 'example.com'}],
    ['a String object', new String(bob)],
    ['empty', ''],
    ['malformed', 'hello world'],
    ['of one letter', 'a:b'],
    ['__proto__', '__proto__'],
    ['with a line break', `${bob}\n`],
    ['longer than 4,096 characters', `net:${'a'.repeat(4091)}:1`],
    ['a million characters long', `net:${'a~'.repeat(500_000)}`],
    ['with a seed in a form that cannot be marked', `${bob}:@AAA`],
    ['with an old invite in it, whose seed has percent signs', 'net:a.ed25519!~AA%2BB'],
    ['with a percent sign in its seed', `${bob}:AAA%2B`],
    ['with the mark of a seed, which nobody can dial', `${bob}:seed-0123456789abcdef`],
  ]

  test.each(invalid)('that is not one (%s) is a clear error, and leaves no trace', async (_name, value) => {
    const {hub, told} = setup()
    const address = value as string
    const error = expect.objectContaining({
      code: 'ERR_INVALID_ADDRESS',
      message: expect.stringContaining('not a valid multiserver-address'),
    })
    const started = performance.now()
    await expect(hub.connect(address)).rejects.toEqual(error)
    await expect(hub.disconnect(address)).rejects.toEqual(error)
    expect(() => hub.update(address, {})).toThrow(error)
    expect(() => hub.getState(address)).toThrow(error)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(told.events).toEqual([])
    expect([...hub.entries()]).toEqual([])
  })

  test.each([
    'constructor',
    'valueof',
    'net:example.com:99999~shs:AAA',
    `net:${'a'.repeat(4090)}:1`,
  ])('that only looks odd is an ordinary one: %.40s', async (address) => {
    const {hub, stack} = setup()
    expect(hub.getState(address)).toBeUndefined()
    expect(hub.update(address, {a: 1})).toBe(false)
    const connected = hub.connect(address)
    expect(entry(hub, address)?.state).toBe('connecting')
    stack.lastDial.fail()
    await expect(connected).rejects.toThrow('connection refused')
    expect([...hub.entries()]).toEqual([])
  })
})

describe('a stack that has only addListener and connect', () => {
  /** As the tests of other packages have it: the rpc is an empty object. */
  function bare(rpc: object = {}) {
    const ssb: SSB = {
      addListener: () => {},
      connect: (_address, callback) => callback(null, rpc),
    }
    const hub = new ConnHub(ssb)
    return {hub, told: watch(hub), rpc}
  }

  test('connects, updates and disconnects', async () => {
    const {hub, told, rpc} = bare()
    expect(await hub.connect(bob, {a: 1})).toBe(rpc)
    expect(told.events[1]?.details).toEqual({rpc, isClient: undefined})
    expect(hub.update(bob, {b: 2})).toBe(true)
    expect(entry(hub, bob)).toMatchObject({a: 1, b: 2, key: keyOfName('bob'), inbound: false})
    expect(await hub.disconnect(bob)).toBe(true)
    expect(await hub.connect(bob)).toBe(rpc)
    hub.reset()
    hub.close()
    expect(told.ended).toBe(true)
  })

  test('may give an rpc whose every part throws', async () => {
    const hostile = new Proxy(
      {},
      {
        get: (_target, name) => {
          if (name === 'then') return undefined
          throw new Error('hostile')
        },
      },
    )
    const {hub} = bare(hostile)
    expect(await hub.connect(bob)).toBe(hostile)
    expect(hub.getState(bob)).toBe('connected')
    expect(await hub.disconnect(bob)).toBe(true)
  })

  test.each([
    ['a string', 'rpc'],
    ['a number', 7],
    ['true', true],
  ])('that gives %s for an rpc has failed', async (_name, rpc) => {
    const {hub} = bare(rpc as unknown as object)
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_NO_RPC'})
  })
})

describe('a stack that is broken', () => {
  test('may emit anything as an rpc', async () => {
    const {stack, told} = setup()
    for (const rpc of [undefined, null, 5, 'rpc', {}, {id: 5}, {stream: null}, []]) {
      stack.emit('rpc:connect', rpc, false)
      stack.emit('rpc:connect', rpc, true)
    }
    await settled()
    expect(told.events).toEqual([])
  })

  test('may throw from ready()', async () => {
    const {hub, stack} = setup()
    stack.ready = () => {
      throw new Error('no')
    }
    stack.onDial = (dial) => dial.succeed()
    expect(await hub.connect(bob)).toBeInstanceOf(FakeRpc)
  })

  test('may throw from its id and its peers', async () => {
    const fails = () => {
      throw new Error('hostile')
    }
    const {hub, stack, told} = setup()
    Object.defineProperty(stack, 'id', {get: fails})
    stack.incoming('bob', bob)
    expect(hub.getState(bob)).toBe('connected')
    Object.defineProperty(stack, 'peers', {get: () => new Proxy({}, {ownKeys: fails})})
    hub.reset()
    hub.close()
    expect(told.take()).toEqual(['connected', 'disconnecting', 'disconnected'])
    expect(told.ended).toBe(true)
  })

  test('may have no connect at all', async () => {
    const hub = new ConnHub(new EventEmitter() as unknown as SSB)
    await expect(hub.connect(bob)).rejects.toBeInstanceOf(TypeError)
    expect([...hub.entries()]).toEqual([])
  })

  test('may call every method of the hub from inside the methods of an rpc', async () => {
    const {hub, stack, told} = setup()
    class Meddler extends FakeRpc {
      override on(event: string, listener: () => void): this {
        void hub.disconnect(bob)
        return super.on(event, listener)
      }
      override close(error: unknown, callback?: (error?: unknown) => void): void {
        hub.reset()
        super.close(error, callback)
      }
    }
    const connected = hub.connect(bob)
    const rpc = stack.lastDial.succeed(new Meddler(keyOfName('bob'), bob))
    expect(await outcome(connected)).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(rpc.closed).toBe(true)
    expect(told.states.size).toBe(0)
    expect([...hub.entries()]).toEqual([])
  })
})

describe('the options', () => {
  test.each([
    {closeTimeout: 0},
    {closeTimeout: Number.NaN},
    {closeTimeout: 2 ** 31},
    {closeTimeout: '5'},
    {closeTimeout: 5n},
    {closeTimeout: [5]},
    {logLimit: -1},
    {logLimit: 1.5},
    {clock: null},
    {clock: {now: () => 0}},
  ])('are checked: %o', (options) => {
    expect(() => setup(options as object)).toThrow(expect.objectContaining({code: 'ERR_INVALID_OPTION'}))
  })

  test('may be null, which is none', async () => {
    const {hub} = setup()
    expect(new ConnHub(new FakeStack(), null as never).getState(bob)).toBeUndefined()
    hub.connect(bob, null, null as never).catch(() => {})
    expect(logOf(hub, null as never)).toHaveLength(1)
  })

  test.each([Number.NaN, '1', null, {}])('of log() are checked: gt %o', (gt) => {
    const {hub} = setup()
    expect(() => hub.log({gt: gt as never})).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringMatching(/: gt is .+, expected the seq of an event, as a number$/),
      }),
    )
  })

  test('of log() take any number: one below the first event is before all', () => {
    const {hub} = setup()
    hub.connect(bob).catch(() => {})
    hub.update(bob, {a: 1})
    const read = (gt: number) => logOf(hub, {gt}).map(({seq}) => seq)
    expect([-1, 0, 0.5, 1, 1.5, 2, Number.POSITIVE_INFINITY].map(read)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [2],
      [2],
      [],
      [],
    ])
  })
})

test('the class of the hub’s own errors is exported with it', () => {
  expect(ConnHub.ConnHubError).toBe(ConnHubError)
  expect(new ConnHubError('ERR_CLOSED')).toMatchObject({name: 'ConnHubError', code: 'ERR_CLOSED'})
})

test('an empty key is no key', () => {
  const {hub} = setup()
  hub.connect('net:keyless.example.com:8008', {key: ''}).catch(() => {})
  expect([...hub.entries()][0]?.[1]).not.toHaveProperty('key')
})
