import fc from 'fast-check'
import {addressOf, keyOfName, ourKey} from '../kit/fake-stack'
import {closeModes, type DialMode, dialModes, type WorldCloseMode} from './world-stack'

/** Several addresses of the same key, one without a key, one with a seed, our own, and some that are none. */
export const addresses: Record<string, unknown> = {
  bob: addressOf('bob'),
  'bob at home': addressOf('bob', '192.168.1.2'),
  'bob with a seed': `${addressOf('bob', 'seed.example.com')}:${Buffer.alloc(32, 's').toString('base64')}`,
  carol: addressOf('carol'),
  keyless: 'net:keyless.example.com:8008',
  ourselves: addressOf('us'),
  nonsense: '!!!',
  number: 42,
  'too long': `net:${'a'.repeat(4096)}:8008~shs:${addressOf('bob').split('~shs:')[1]}`,
  'no address': undefined,
}

const good = ['bob', 'bob', 'bob at home', 'bob with a seed', 'carol', 'keyless'] as const
export const dialled = [...new Set(good)].map((name) => addresses[name])
const bad = ['ourselves', 'nonsense', 'number', 'too long', 'no address'] as const

/** What a caller gives; made anew each time, as some of it can only be refused. */
export const data: Record<string, () => unknown> = {
  nothing: () => undefined,
  null: () => null,
  a: () => ({a: 1}),
  'another a': () => ({a: [2, {deep: undefined, list: [undefined, Number.NaN]}]}),
  type: () => ({type: 'room'}),
  'erins key': () => ({key: keyOfName('erin'), b: 1}),
  'our key': () => ({key: ourKey}),
  'no key': () => ({key: 7}),
  'only undefined': () => ({a: undefined, call: () => {}}),
  "the hub's own": () => ({state: 'x', inferredType: 'x', inbound: 'x', hubBirth: 1, hubUpdated: 1}),
  'a string': () => 'data',
  'a cycle': () => {
    const cycle: Record<string, unknown> = {}
    cycle.cycle = cycle
    return cycle
  },
  'a bigint': () => ({n: 1n}),
}
const goodData = ['nothing', 'a', 'another a', 'type', 'erins key', "the hub's own"] as const
const badData = ['null', 'only undefined', 'our key', 'no key', 'a string', 'a cycle', 'a bigint'] as const

export interface RpcSpec {
  readonly close: WorldCloseMode
  readonly id: 'as dialled' | 'erin' | 'ours'
  readonly dead?: boolean
}

export type Simple =
  | {readonly do: 'connect'; readonly at: string; readonly data: string; readonly signal?: number | undefined}
  | {readonly do: 'abort'; readonly signal: number}
  | {readonly do: 'update'; readonly at: string; readonly data: string}
  | {readonly do: 'disconnect'; readonly at: string}
  | {readonly do: 'reset' | 'close' | 'ready'}
  | {readonly do: 'dials'; readonly will: DialMode}
  | {readonly do: (typeof answers)[number]; readonly dial: number; readonly rpc: RpcSpec}
  | {readonly do: 'call back'; readonly dial: number; readonly with: (typeof gifts)[number]}
  | {readonly do: 'fail' | 'reject'; readonly dial: number; readonly error: 'an error' | 'a string'}
  | ({readonly do: 'incoming' | 'by plugin'} & Arrival)
  | {readonly do: (typeof ends)[number] | 'announce again'; readonly rpc: number}

interface Arrival {
  readonly who: string
  readonly from: string
  readonly rpc: RpcSpec
}

export type Step =
  | Simple
  /** Only before anything else: there is no hub yet. */
  | ({readonly do: 'was there'} & Arrival)
  | {readonly do: 'tick' | 'ask' | 'a reader leaves' | 'a reader comes'}
  | {readonly do: 'wait' | 'jump'; readonly ms: number}
  | {
      readonly do: 'in a reader'
      readonly on: string
      readonly what: Simple | {readonly do: 'a reader comes' | 'a reader leaves'}
    }
  | {readonly do: 'in a plugin'; readonly on: Moment; readonly what: Simple}

const answers = ['succeed', 'succeed', 'succeed wrapped', 'announce', 'answer unannounced'] as const
const gifts = [
  'the announced',
  'the announced',
  'the announced',
  'the announced wrapped',
  'any',
  'any wrapped',
  'a mock',
  'nothing',
] as const
/** An rpc that dies unheard is closed, and its `closed` event comes when it is heard. */
const ends = ['die', 'die', 'die unheard', 'is heard', 'closes', 'refuses to close'] as const
/** Listeners of other plugins, added before those of the hub or after them. */
const moments = ['connect before', 'connect after', 'closed before', 'closed before', 'closed after'] as const
/**
 * When code of others runs in the middle of the hub's own: the clock is asked, an error's message is looked at, an
 * rpc is listened to no more, a timer cannot be set or cleared, a reader throws.
 */
const oddMoments = ['now', 'message', 'remove listener', 'set timer', 'clear timer', 'reader'] as const
export type Moment = (typeof moments)[number] | (typeof oddMoments)[number]

const weighted = <T extends string>(many: readonly T[], few: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({weight: 30, arbitrary: fc.constantFrom(...many)}, {weight: 1, arbitrary: fc.constantFrom(...few)})

const at = weighted<string>(good, bad)
/** Counted from the latest one back. */
const nth = fc.oneof(fc.nat({max: 2}), fc.nat({max: 12}))
const rpc: fc.Arbitrary<RpcSpec> = fc.record({
  close: fc.constantFrom<WorldCloseMode>('closes', 'closes', 'closes', ...closeModes),
  id: weighted<RpcSpec['id']>(['as dialled'], ['erin', 'ours']),
  dead: fc.oneof({weight: 20, arbitrary: fc.constant(false)}, {weight: 1, arbitrary: fc.constant(true)}),
})

const arrival = {who: weighted<string>(['bob', 'bob', 'carol'], ['erin', 'us']), rpc}
const from = weighted<string>(good, ['nonsense', 'no address'])
const error = fc.constantFrom('an error' as const, 'a string' as const)
const signal = fc.nat({max: 2})

const simple: fc.Arbitrary<Simple> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      at,
      data: weighted<string>(goodData, badData),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      at: fc.constantFrom(...good),
      data: fc.constantFrom(...goodData),
      signal,
    }),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('abort' as const), signal})},
  {weight: 7, arbitrary: fc.record({do: fc.constant('disconnect' as const), at})},
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('update' as const), at, data: weighted<string>(goodData, badData)}),
  },
  {
    weight: 1,
    arbitrary: fc.record({do: weighted<'reset' | 'ready' | 'close'>(['reset', 'reset', 'ready'], ['close'])}),
  },
  {weight: 1, arbitrary: fc.record({do: fc.constant('dials' as const), will: fc.constantFrom(...dialModes)})},
  {weight: 14, arbitrary: fc.record({do: fc.constantFrom(...answers), dial: nth, rpc})},
  {
    weight: 4,
    arbitrary: fc.record({do: fc.constant('call back' as const), dial: nth, with: fc.constantFrom(...gifts)}),
  },
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constantFrom('fail' as const, 'reject' as const), dial: nth, error}),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('incoming' as const, 'incoming' as const, 'by plugin' as const),
      ...arrival,
      from,
    }),
  },
  {weight: 12, arbitrary: fc.record({do: fc.constantFrom(...ends), rpc: nth})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('announce again' as const), rpc: nth})},
)

const on = fc.constantFrom(
  'connecting',
  'connected',
  'connecting-failed',
  'disconnecting',
  'disconnected',
  'disconnecting-failed',
  'anything',
)

const before: fc.Arbitrary<Step[]> = fc.oneof(
  {weight: 4, arbitrary: fc.constant<Step[]>([])},
  {
    weight: 1,
    arbitrary: fc.array<Step>(fc.record({do: fc.constant('was there' as const), ...arrival, from}), {
      maxLength: 4,
    }),
  },
)

const then: fc.Arbitrary<Step[]> = fc.array<Step>(
  fc.oneof(
    {weight: 40, arbitrary: simple},
    {weight: 6, arbitrary: fc.record({do: fc.constant('tick' as const)})},
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 499, 999, 1000, 2000, 2001),
      }),
    },
    {weight: 1, arbitrary: fc.record({do: fc.constant('jump' as const), ms: fc.constantFrom(-700, 300)})},
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('ask' as const, 'a reader comes' as const, 'a reader leaves' as const),
      }),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('in a reader' as const),
        on,
        what: fc.oneof(
          {weight: 20, arbitrary: simple},
          {
            weight: 1,
            arbitrary: fc.record({
              do: fc.constantFrom('a reader comes' as const, 'a reader leaves' as const),
            }),
          },
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('in a plugin' as const),
        on: fc.constantFrom(...moments),
        what: simple,
      }),
    },
  ),
  {minLength: 1, maxLength: 60, size: 'max'},
)

export const steps: fc.Arbitrary<Step[]> = fc.tuple(before, then).map((parts) => parts.flat())

/** Steps of which it is not promised to what they lead, but that all of it stays sound. */
export const oddSteps: fc.Arbitrary<Step[]> = fc
  .tuple(
    steps,
    fc.array(
      fc.record({
        at: fc.nat({max: 60}),
        step: fc.record({
          do: fc.constant('in a plugin' as const),
          on: fc.constantFrom(...oddMoments),
          what: simple,
        }),
      }),
      {minLength: 1, maxLength: 8},
    ),
  )
  .map(([all, odd]) => {
    const mixed = [...all]
    for (const {at, step} of odd) mixed.splice(at % (mixed.length + 1), 0, step)
    // A connection can be there only before all others.
    return mixed.sort((a, b) => Number(b.do === 'was there') - Number(a.do === 'was there'))
  })

/** A step as a line to read. */
export function lineOf(step: Step): string {
  const {do: what, ...more} = step
  const said = Object.entries(more).map(([name, value]) => {
    if (name === 'what') return `: ${lineOf(value as Step)}`
    if (name === 'at' || name === 'who') return `${value}`
    return `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`
  })
  return [what, ...said].join(' ')
}
