import fc from 'fast-check'
import {addressOf, type CloseMode, keyOfName, ourKey} from '../kit/fake-stack'

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
  readonly close: CloseMode
  readonly id: 'as dialled' | 'erin' | 'ours'
  readonly dead?: boolean
}

export type Simple =
  | {readonly do: 'connect' | 'update'; readonly at: string; readonly data: string}
  | {readonly do: 'disconnect'; readonly at: string}
  | {readonly do: 'reset' | 'close' | 'ready'}
  | {readonly do: 'dials'; readonly will: (typeof dialModes)[number]}
  | {readonly do: 'succeed' | 'announce' | 'answer unannounced'; readonly dial: number; readonly rpc: RpcSpec}
  | {
      readonly do: 'call back'
      readonly dial: number
      readonly with: 'the announced' | 'any' | 'a mock' | 'nothing'
    }
  | {readonly do: 'fail'; readonly dial: number; readonly error: 'an error' | 'a string'}
  | {
      readonly do: 'incoming' | 'by plugin'
      readonly who: string
      readonly from: string
      readonly rpc: RpcSpec
    }
  | {readonly do: 'die' | 'closes' | 'refuses to close' | 'announce again'; readonly rpc: number}

export type Step =
  | Simple
  | {readonly do: 'tick' | 'ask' | 'a reader leaves' | 'a reader comes'}
  | {readonly do: 'wait' | 'jump'; readonly ms: number}
  | {
      readonly do: 'in a reader'
      readonly on: string
      readonly what: Simple | {readonly do: 'a reader comes' | 'a reader leaves'}
    }

const dialModes = ['wait', 'throw', 'fail', 'succeed', 'succeed and throw', 'succeed twice'] as const

const weighted = <T extends string>(many: readonly T[], few: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({weight: 30, arbitrary: fc.constantFrom(...many)}, {weight: 1, arbitrary: fc.constantFrom(...few)})

const at = weighted<string>(good, bad)
/** Counted from the latest one back. */
const nth = fc.oneof(fc.nat({max: 2}), fc.nat({max: 12}))
const rpc: fc.Arbitrary<RpcSpec> = fc.record({
  close: fc.constantFrom<CloseMode>('closes', 'closes', 'closes', 'hangs', 'fails', 'throws', 'is silent'),
  id: weighted<RpcSpec['id']>(['as dialled'], ['erin', 'ours']),
  dead: fc.oneof({weight: 20, arbitrary: fc.constant(false)}, {weight: 1, arbitrary: fc.constant(true)}),
})

const simple: fc.Arbitrary<Simple> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      at,
      data: weighted<string>(goodData, badData),
    }),
  },
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
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'succeed' as const,
        'succeed' as const,
        'announce' as const,
        'answer unannounced' as const,
      ),
      dial: nth,
      rpc,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('call back' as const),
      dial: nth,
      with: fc.constantFrom('the announced', 'the announced', 'the announced', 'any', 'a mock', 'nothing'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      dial: nth,
      error: fc.constantFrom('an error', 'a string'),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('incoming' as const, 'by plugin' as const),
      who: weighted<string>(['bob', 'bob', 'carol'], ['erin', 'us']),
      from: weighted<string>(good, ['nonsense', 'no address']),
      rpc,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: weighted<'die' | 'closes' | 'refuses to close' | 'announce again'>(
        ['die', 'die', 'closes', 'refuses to close'],
        ['announce again'],
      ),
      rpc: nth,
    }),
  },
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

export const steps: fc.Arbitrary<Step[]> = fc.array<Step>(
  fc.oneof(
    {weight: 40, arbitrary: simple},
    {weight: 6, arbitrary: fc.record({do: fc.constant('tick' as const)})},
    {
      weight: 2,
      arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(1, 499, 999, 1000)}),
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
  ),
  {minLength: 1, maxLength: 60, size: 'max'},
)

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
