import {describe, expect, test} from 'vitest'
import {transitions} from '../../reducers/transitions'
import {decode, encode} from '../../src/replay'
import {
  addressOf,
  connect,
  connected,
  connecting,
  connectingFailed,
  type Draft,
  disconnect,
  disconnected,
  disconnecting,
  disconnectingFailed,
  ExpectationError,
  given,
  givenHub,
  keyOfName,
  originOf,
  released,
  reserved,
  update,
  updated,
} from '../../src/testing'
import {GivenHistory} from '../../src/testing/given-history'

const bob = addressOf('bob')
const carol = addressOf('carol')
const keyless = 'net:keyless.example.com:8008'
const key = keyOfName('bob')

/** The last event of a history, as it was filled in. */
const filled = (...history: Draft[]) => new GivenHistory(history).items.at(-1)

describe('given a history', () => {
  test('the table is what it folds to', () => {
    given().thenState({})
    given(connecting(bob), connecting(carol), connected(bob), connectingFailed(carol)).thenState({
      [bob]: 'connected',
    })
    given(connected(bob), disconnecting(bob), disconnectingFailed(bob), disconnected(bob)).thenState({})
    given(connecting(bob, {data: {a: 1}}), updated(bob, {data: {b: 2}})).thenState({
      [bob]: {state: 'connecting', a: 1, b: 2, hubBirth: 1, hubUpdated: 2},
    })
  })

  test('a table that is another is an error that tells the difference', () => {
    expect(() => given(connecting(bob)).thenState({[bob]: 'connected'})).toThrow(
      `the table is not as expected:\n  ["${bob}"].state\n    expected "connected"\n    actual   "connecting"`,
    )
    expect(() => given(connecting(bob)).thenState({})).toThrow(ExpectationError)
  })

  test('the table may be read', () => {
    const hubBirth = 1
    expect(given(connecting(keyless)).entries()).toEqual([
      [keyless, {state: 'connecting', hubBirth, hubUpdated: 1}],
    ])
  })

  test('commands are decided, and what follows is an event or nothing', () => {
    given(connecting(bob), connected(bob)).when(disconnect(bob)).thenEvents(disconnecting(bob))
    given(connecting(bob)).when(connect(bob)).thenEvents()
    given().when(disconnect(bob)).thenEvents().thenState({})
    given()
      .when(connect(bob, {note: 'tea'}), update(bob, {more: true}), disconnect(bob), disconnect(bob))
      .thenEvents(
        connecting(bob, {key, data: {note: 'tea'}}),
        updated(bob, {data: {more: true}}),
        disconnecting(bob, {attempt: 1}),
      )
      .thenState({[bob]: {state: 'disconnecting', note: 'tea', more: true}})
  })

  test('events that do not follow are an error that tells the difference', () => {
    expect(() => given(connected(bob)).when(disconnect(bob)).thenEvents()).toThrow(
      'the events are not as expected:\n  [0]\n    expected nothing\n    actual   {"type":"disconnecting",',
    )
    expect(() => given().when(disconnect(bob)).thenEvents(disconnecting(bob))).toThrow(ExpectationError)
  })

  test('a decision may be read, and changes nothing of the history', () => {
    const history = given(connecting(bob))
    const decided = history.when(disconnect(bob))
    expect(decided.events()).toEqual([
      {type: 'disconnecting', address: bob, cause: 'caller', key, attempt: 1, reason: 'disconnect'},
    ])
    history.thenState({[bob]: 'connecting'})
    decided
      .when(disconnect(bob))
      .thenEvents()
      .thenState({[bob]: 'disconnecting'})
  })

  test('a command is refused as a hub refuses it', () => {
    expect(() => given().when(connect(''))).toThrow(expect.objectContaining({code: 'ERR_INVALID_ADDRESS'}))
    expect(() => given().when(connect(bob, [1]))).toThrow(expect.objectContaining({code: 'ERR_INVALID_DATA'}))
    expect(() => given(connecting(bob)).when(update(bob, {n: 1n}))).toThrow(
      expect.objectContaining({code: 'ERR_INVALID_DATA'}),
    )
    given(connecting(bob)).when(update(bob, null)).thenEvents()
  })
})

describe('what a test leaves out of an event is filled in', () => {
  const connectedAfterDial = {cause: 'stack', key, link: 2, inbound: false, isClient: true, attempt: 1}
  const error = {message: 'failed'}

  test.each<[string, Draft[], object]>([
    ['an attempt', [connecting(bob)], {seq: 1, time: 1, cause: 'caller', key, attempt: 1}],
    ['a claimed key', [connecting(keyless, {data: {key: '@k'}})], {cause: 'caller', key: '@k', attempt: 1}],
    [
      'a key that is claimed later',
      [connecting(keyless), updated(keyless, {data: {key: '@k', state: 'x', a: 1}})],
      {cause: 'caller', key: '@k', data: {a: 1}},
    ],
    ['a failed dial', [connecting(bob), connectingFailed(bob)], {cause: 'stack', key, attempt: 1, error}],
    [
      'a dial that succeeded',
      [connecting(bob), connected(bob)],
      {...connectedAfterDial, inferredType: 'internet'},
    ],
    ['one with a type', [connecting(bob, {data: {type: 'pub'}}), connected(bob)], connectedAfterDial],
    [
      'a remote that connected',
      [connected(originOf('bob'))],
      {cause: 'remote', key, link: 1, inbound: true, isClient: false, inferredType: 'internet'},
    ],
    [
      'what another plugin dialled',
      [connected(keyless, {isClient: true})],
      {cause: 'stack', link: 1, inbound: false, isClient: true, inferredType: 'internet'},
    ],
    [
      'a remote that was faster',
      [connecting(bob), connected(bob, {inbound: true})],
      {cause: 'remote', key, link: 2, inbound: true, isClient: false, attempt: 1, inferredType: 'internet'},
    ],
    ['a disconnect', [connected(bob), disconnecting(bob)], {cause: 'caller', key, reason: 'disconnect'}],
    [
      'one that calls off',
      [connecting(bob), disconnecting(bob)],
      {cause: 'caller', key, attempt: 1, reason: 'disconnect'},
    ],
    ['one of a reset', [connected(bob), disconnecting(bob, {cause: 'hub'})], {cause: 'hub', key}],
    [
      'a disconnect of what was dialled',
      [connecting(bob), connected(bob), disconnecting(bob)],
      {cause: 'caller', key, reason: 'disconnect'},
    ],
    [
      'what is dialled again',
      [connecting(bob), connectingFailed(bob), connecting(bob)],
      {cause: 'caller', key, attempt: 2},
    ],
    [
      'a dial that succeeded after a change',
      [connecting(bob), updated(bob, {data: {a: 1}}), connected(bob)],
      {...connectedAfterDial, inferredType: 'internet'},
    ],
    [
      'a dial that succeeded after the end of an older link',
      [connected(bob), reserved(bob), disconnected(bob), connecting(bob), released(bob), connected(bob)],
      {...connectedAfterDial, link: 4, attempt: 3, inferredType: 'internet'},
    ],
    [
      'a close that failed without a word',
      [connected(bob), disconnecting(bob), disconnectingFailed(bob)],
      {cause: 'stack', key, error: {message: 'failed'}},
    ],
    [
      'a close that failed',
      [connected(bob), disconnecting(bob), disconnectingFailed(bob, {error: {code: 'E'}})],
      {cause: 'stack', key, error: {message: 'failed', code: 'E'}},
    ],
    ['a link that closed by itself', [connected(bob), disconnected(bob)], {cause: 'remote', key}],
    ['one that we closed', [connected(bob), disconnecting(bob), disconnected(bob)], {cause: 'stack', key}],
    ['metadata', [connecting(bob), updated(bob, {data: {a: 1}})], {cause: 'caller', key, data: {a: 1}}],
    ['a link in reserve', [connected(bob), reserved(bob)], {cause: 'remote', key, link: 2, inbound: true}],
    [
      'its end',
      [connected(bob), reserved(bob), reserved(bob), released(bob)],
      {cause: 'remote', key, link: 2},
    ],
    [
      'the end of the next',
      [connected(bob), reserved(bob), reserved(bob), released(bob), released(bob)],
      {cause: 'remote', key, link: 3},
    ],
  ])('%s', (_name, history, expected) => {
    const {type, address} = history.at(-1) ?? {}
    const n = history.length
    expect(filled(...history)).toEqual({type, address, seq: n, time: n, ...expected})
  })

  test('and what it says is left as it is', () => {
    const event = {seq: 1, time: 9, cause: 'hub', key: '@k', attempt: 7} as const
    expect(filled(connecting(bob, event))).toEqual({type: 'connecting', address: bob, ...event})
    expect(filled(connecting(bob, event), connecting(carol))).toMatchObject({time: 10, attempt: 8})
    expect(filled(connecting(bob, {key: undefined}))).not.toHaveProperty('key')
    expect(filled(connecting(bob, {data: {}}))).not.toHaveProperty('data')
  })

  test('and metadata is copied', () => {
    const data = {list: [1]}
    given(connecting(bob, {data}))
    data.list.push(2)
    expect(data.list).toEqual([1, 2])
  })

  test('attempts and links are numbered together, also those that the hub decides', () => {
    given(connecting(bob), connected(bob))
      .when(connect(carol))
      .thenEvents(connecting(carol, {attempt: 3}))
    given(connecting(bob), connected(bob))
      .when(disconnect(bob))
      .thenEvents(disconnecting(bob, {attempt: undefined}))
  })
})

describe('a history that cannot have happened', () => {
  const illegal = (...history: Draft[]) => expect(() => given(...history))

  test('is an error that says where, what was expected, and what came before', () => {
    illegal(connecting(carol), connecting(bob), disconnecting(bob), connected(bob)).toThrow(
      expect.objectContaining({
        code: 'ERR_LOG_ORDER',
        message: `The log is not in order: at event 4, expected connected of an address that is absent or connecting, and this one is disconnecting
  2 connecting ${bob}
  3 disconnecting ${bob}
  4 connected ${bob}`,
      }),
    )
  })

  test('is an error that shows the latest five events of the address, and none of a reset', () => {
    const updates = [1, 2, 3, 4, 5].map((n) => updated(bob, {data: {n}}))
    illegal(connecting(bob), ...updates, connecting(bob)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/(\n {2}[2-6] updated \S+){5}\n {2}7 connecting \S+$/),
      }),
    )
    expect(() => given(connecting(bob), {type: 'reset', cause: 'caller', seq: 5, time: 5})).toThrow(
      /expected event 2, or a checkpoint\n {2}5 reset$/,
    )
  })

  test('is every one that the life cycle does not have', () => {
    const toState: Record<string, Draft[]> = {
      absent: [],
      connecting: [connecting(bob)],
      connected: [connected(bob)],
      disconnecting: [connected(bob), disconnecting(bob)],
    }
    const events = [
      connecting(bob),
      connectingFailed(bob),
      connected(bob),
      disconnecting(bob),
      disconnectingFailed(bob),
      disconnected(bob),
      updated(bob),
      reserved(bob),
      released(bob, {link: 1}),
    ] as Draft[]
    expect(events.map(({type}) => type).sort()).toEqual(Object.keys(transitions).sort())
    for (const event of events) {
      for (const [state, history] of Object.entries(toState)) {
        const isLegal = (transitions[event.type].from as string[]).includes(state)
        const add = () => given(...history, event)
        if (isLegal) expect(add).not.toThrow()
        else
          expect(add, `${event.type} when ${state}`).toThrow(expect.objectContaining({code: 'ERR_LOG_ORDER'}))
      }
    }
  })

  test('is one whose time runs backwards, or whose numbers have a gap', () => {
    illegal(connecting(bob, {time: 5}), connected(bob, {time: 4})).toThrow(
      'at event 2, expected a time not before 5, and it is 4',
    )
    illegal(connecting(bob), connected(bob, {seq: 3})).toThrow('at event 3, expected event 2')
  })

  test('is one that releases a link which was never in reserve', () => {
    illegal(connected(bob), released(bob)).toThrow('released of an address with a link in reserve')
    illegal(connected(bob), reserved(bob), released(bob), released(bob)).toThrow('with a link in reserve')
    const reset = {type: 'reset', cause: 'caller', seq: 3, time: 3} as const
    const end = [disconnecting(bob, {cause: 'hub'}), disconnected(bob)]
    const again = [connected(bob), reserved(bob), reset, ...end, connected(bob)]
    expect(() => given(...again, released(bob))).toThrow('with a link in reserve')
  })
})

test('a recorded log is a history', async () => {
  const {hub, stack} = givenHub()
  // The reset comes before it is answered.
  hub.connect(bob, {note: 'tea'}).catch(() => {})
  stack.lastDial.succeed()
  stack.incoming('bob')
  stack.incoming('carol', carol).die()
  hub.reset()
  void hub.connect(carol)
  const log = []
  for await (const item of hub.log()) log.push(item)
  const history = given(...decode(encode(log)).events)
  expect(history.entries()).toEqual([...hub.entries()])
  history.when(disconnect(carol)).thenEvents(disconnecting(carol))

  const checkpoint = {type: 'checkpoint', ...hub.snapshot()} as const
  given(checkpoint)
    .when(disconnect(carol))
    .thenEvents(disconnecting(carol, {key: keyOfName('carol')}))
  given(checkpoint, connectingFailed(carol)).thenState({})
})

test('no seed is in the messages of what went wrong in a test', () => {
  const seed = Buffer.alloc(32, 's').toString('base64')
  const secret = `${bob}:${seed}`
  const messageOf = (work: () => unknown): string => {
    try {
      work()
    } catch (error) {
      return String(error)
    }
    return 'nothing was thrown'
  }
  const messages = [
    () => given(disconnected(secret)),
    () => given(connecting(secret)).thenState({}),
    () => given().when(connect(secret)).thenEvents(connecting(bob)),
  ].map(messageOf)
  for (const message of messages) {
    expect(message).toContain(bob)
    expect(message).not.toContain(seed.slice(0, 10))
  }
})
