import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type FakeDial, FakeRpc, FakeStack} from '../kit/fake-stack'
import {settled} from '../kit/setup'
import {dialDirectly, type HubPeer, rpcsTo, silenceStack, startPeer, withHub} from '../real/peers'
import {until} from '../real/until'
import {type Rpc, type Version, versions} from '../real/versions'
import {Model} from './model'
import {SteadyClock} from './steady-clock'
import {closeTimeout} from './subject'

// The model beside a hub on real peers: a sample of what it does beside one on a fake stack. What the
// network does to the hub is done to the model by hand; after each step, both must have come to the same.

type Step =
  | {readonly do: 'connect' | 'disconnect' | 'update' | 'they connect' | 'they leave'; readonly who: number}
  | {readonly do: 'reset' | 'connect to nobody'}

const remotes = 2
const who = fc.nat({max: remotes - 1})
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({do: fc.constantFrom('connect' as const, 'they connect' as const, 'update' as const), who}),
  fc.record({do: fc.constantFrom('disconnect' as const, 'they leave' as const, 'connect' as const), who}),
  fc.record({do: fc.constantFrom('reset' as const, 'connect to nobody' as const)}),
)
const histories = fc.sample(fc.array(step, {minLength: 6, maxLength: 12}), {numRuns: 24, seed: 1})

/** The model, on a stack of its own, and all that it told. */
class Beside {
  readonly stack = new FakeStack()
  readonly model = new Model(this.stack, new SteadyClock(), closeTimeout)
  readonly told: string[] = []
  readonly answers: string[] = []

  constructor() {
    this.model.read(
      'events',
      ({type, address}: {type: string; address: string}) => this.told.push(`${type} ${address}`),
      () => {},
    )
  }

  settle = (call: string) => (outcome: {readonly value?: unknown; readonly error?: unknown}) => {
    this.answers.push(
      `${call}: ${said('error' in outcome ? outcome.error : outcome.value, 'error' in outcome)}`,
    )
  }

  dialled(answer: (dial: FakeDial) => void): void {
    this.stack.onDial = answer
  }
}

function said(value: unknown, isError: boolean): string {
  if (isError) return `rejects ${(value as {code?: string}).code}`
  return typeof value === 'boolean' ? String(value) : 'an rpc'
}

async function play(alice: HubPeer, others: readonly HubPeer[], steps: readonly Step[]): Promise<void> {
  const beside = new Beside()
  const {model, stack} = beside
  const told = () => alice.told.events.map(({type, address}) => `${type} ${address}`)
  const answers: string[] = []
  const twins = new Map<object, FakeRpc>()
  const note = (call: string, promise: Promise<unknown>) =>
    promise.then(
      (value) => answers.push(`${call}: ${said(value, false)}`),
      (error) => answers.push(`${call}: ${said(error, true)}`),
    )
  /** The rpc of the model that stands for a real one. */
  const twin = (rpc: Rpc) => {
    const made = new FakeRpc(rpc.id, rpc.stream.address)
    twins.set(rpc, made)
    rpc.on('closed', () => made.die())
    return made
  }
  const nobody = alice.address.replace(/:\d+~shs:.*/, ':1')
  for (const one of steps) {
    const other = others['who' in one ? one.who : 0] as HubPeer
    const {address} = other
    switch (one.do) {
      case 'connect': {
        const calls = note('connect', alice.hub.connect(address, {n: 1}))
        await calls
        const fresh = rpcsTo(alice, other).filter((rpc) => !twins.has(rpc))
        beside.dialled((dial) => dial.succeed(fresh[0] ? twin(fresh[0]) : undefined))
        model.connect(address, {n: 1}, undefined, beside.settle('connect'))
        break
      }
      case 'connect to nobody':
        await note('connect', alice.hub.connect(nobody))
        beside.dialled((dial) => dial.fail(Object.assign(new Error('refused'), {code: 'ECONNREFUSED'})))
        model.connect(nobody, undefined, undefined, beside.settle('connect'))
        break
      case 'disconnect':
        model.disconnect(address, beside.settle('disconnect'))
        await note('disconnect', alice.hub.disconnect(address))
        break
      case 'update':
        answers.push(`update: ${alice.hub.update(address, {n: 2})}`)
        beside.answers.push(`update: ${model.update(address, {n: 2})}`)
        break
      case 'they connect': {
        const before = new Set(rpcsTo(alice, other))
        const rpc = await dialDirectly(other, alice.address)
        await until(() => rpcsTo(alice, other).some((one) => !before.has(one)))
        const [fresh] = rpcsTo(alice, other).filter((one) => !before.has(one))
        expect(rpc.closed).toBe(false)
        if (fresh) stack.announce(twin(fresh), false)
        break
      }
      case 'they leave':
        for (const rpc of [...rpcsTo(other, alice)]) rpc.close(true)
        await until(() => rpcsTo(alice, other).length === 0)
        break
      case 'reset':
        model.reset()
        alice.hub.reset()
        break
    }
    await settled()
    model.endOfTick()
    await until(() => others.every((peer) => rpcsTo(peer, alice).length === rpcsTo(alice, peer).length))
    await until(() => told().length >= beside.told.length)
    await settled()
    const step = JSON.stringify(one)
    expect([step, told()]).toEqual([step, beside.told])
    expect([step, answers]).toEqual([step, beside.answers])
    const table = [...alice.hub.entries()].map(([at, {state, key, inbound, n}]) => [
      at,
      state,
      key,
      inbound,
      n,
    ])
    const expected = [...model.entries()].map(([at, row]) => {
      const {state, key, inbound, n} = row as unknown as Record<string, unknown>
      return [at, state, key, inbound, n]
    })
    expect([step, table]).toEqual([step, expected])
    const live = [...twins].map(([rpc, {closed}]) => (rpc as {closed: boolean}).closed === closed)
    expect(live).not.toContain(false)
  }
}

describe.each(versions)('on %s', (version: Version) => {
  test(`in ${histories.length} histories among real peers, the hub does what the model says`, {
    timeout: 60_000,
  }, async () => {
    silenceStack()
    for (const steps of histories) {
      const alice = withHub(await startPeer(version))
      const others = await Promise.all(
        Array.from({length: remotes}, async () => withHub(await startPeer(version))),
      )
      await play(alice, others, steps)
    }
  })
})
