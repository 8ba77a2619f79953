import fc from 'fast-check'
import {addressOf, type CloseMode, FakeRpc, keyOfName, ourKey} from './fake-stack'
import {type Hub, settled, setup} from './setup'

/** One step of a random run: a command of the caller, an outcome of the stack, a doing of a remote. */
export type Step =
  | {readonly do: 'connect' | 'disconnect' | 'update'; readonly address: number; readonly data: number}
  | {readonly do: 'reset' | 'tick' | 'ready'}
  | {
      readonly do: 'incoming' | 'by plugin'
      readonly name: number
      readonly at: number
      readonly mode: CloseMode
    }
  | {readonly do: 'succeed' | 'call back' | 'announce'; readonly dial: number; readonly mode: CloseMode}
  | {readonly do: 'fail'; readonly dial: number}
  | {readonly do: 'die' | 'answer' | 'refuse to close'; readonly rpc: number}
  | {readonly do: 'wait'; readonly ms: number}
  | {readonly do: 'read'; readonly then: Step}

/** How many of them. Mutation testing, which repeats them for every mutant, takes fewer. */
export const runs = {numRuns: Number(process.env.RANDOM_RUNS ?? 400)}

const names = ['bob', 'carol']
/** Two addresses of each of two peers, one without a key, and one with a seed. */
const addresses = [
  ...names.flatMap((name) => [addressOf(name), addressOf(name, 'room.example.com')]),
  'net:keyless.example.com:8008',
  `${addressOf('bob', 'seed.example.com')}:${Buffer.alloc(32, 's').toString('base64')}`,
]

const index = fc.nat({max: 30})
const mode = fc.constantFrom<CloseMode>('closes', 'closes', 'closes', 'fails', 'hangs', 'throws', 'is silent')

const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  {weight: 5, arbitrary: fc.record({do: fc.constant('connect' as const), address: index, data: index})},
  {weight: 3, arbitrary: fc.record({do: fc.constant('disconnect' as const), address: index, data: index})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('update' as const), address: index, data: index})},
  {weight: 1, arbitrary: fc.record({do: fc.constantFrom('reset' as const, 'ready' as const)})},
  {weight: 3, arbitrary: fc.record({do: fc.constant('tick' as const)})},
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('incoming' as const, 'by plugin' as const),
      name: index,
      at: index,
      mode,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('succeed' as const, 'succeed' as const, 'call back' as const, 'announce' as const),
      dial: index,
      mode,
    }),
  },
  {weight: 3, arbitrary: fc.record({do: fc.constant('fail' as const), dial: index})},
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('die' as const, 'answer' as const, 'refuse to close' as const),
      rpc: index,
    }),
  },
  {weight: 1, arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constantFrom(1, 999, 1000)})},
)

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {weight: 5, arbitrary: simpleStep},
    {weight: 1, arbitrary: simpleStep.map((then): Step => ({do: 'read', then}))},
  ),
  {minLength: 1, maxLength: 40, size: 'max'},
)

export type World = ReturnType<typeof setup>

/** A hub that runs steps, and all that came of it. */
export class Run {
  readonly world: World
  /** What the promises of all calls came to; `pending` until they are settled. */
  readonly answers: {readonly call: string; outcome: string}[] = []
  /** The commands that were called from outside of readers, and after which event. */
  readonly calls: {readonly seq: number; readonly step: Step; readonly answer: number}[] = []
  readonly #rpcs: FakeRpc[] = []
  /** What the next reader does. */
  #inReader: Step | undefined

  constructor(logLimit = 1000) {
    this.world = setup({logLimit})
    const read = this.world.hub.listen()
    const next = () =>
      read(null, (end) => {
        if (end) return
        const step = this.#inReader
        this.#inReader = undefined
        if (step) this.#do(step)
        next()
      })
    next()
  }

  get hub(): Hub {
    return this.world.hub
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'tick') return settled()
    if (['connect', 'disconnect', 'update', 'reset'].includes(step.do)) {
      this.calls.push({seq: this.hub.snapshot().seq, step, answer: this.answers.length})
    }
    this.#do(step)
  }

  #do(step: Step): void {
    const {hub, stack, clock} = this.world
    switch (step.do) {
      case 'connect':
      case 'disconnect':
      case 'update':
      case 'reset':
        return call(hub, step, this.answers)
      case 'ready':
        stack.isReady = !stack.isReady
        return
      case 'incoming':
      case 'by plugin': {
        const name = pick([...names, 'erin', ''], step.name)
        const rpc = new FakeRpc(name ? keyOfName(name) : ourKey, pick([...addresses, undefined], step.at))
        stack.announce(this.#rpc(rpc, step.mode), step.do === 'by plugin')
        return
      }
      case 'succeed':
      case 'announce': {
        const dial = stack.dials[step.dial % stack.dials.length]
        if (!dial) return
        const rpc = this.#rpc(dial.rpc(), step.mode)
        if (step.do === 'succeed') dial.succeed(rpc)
        else stack.announce(rpc, true)
        return
      }
      case 'call back': {
        const dial = stack.dials[step.dial % stack.dials.length]
        dial?.callBack(null, this.#rpcs.at(-1) ?? dial.rpc())
        return
      }
      case 'fail':
        stack.dials[step.dial % stack.dials.length]?.fail()
        return
      case 'die':
        return this.#rpcs[step.rpc % this.#rpcs.length]?.die()
      case 'answer':
        return this.#rpcs[step.rpc % this.#rpcs.length]?.answerCloses()
      case 'refuse to close':
        return this.#rpcs[step.rpc % this.#rpcs.length]?.answerCloses(new Error('refused'))
      case 'wait':
        return clock.advance(step.ms)
      case 'read':
        this.#inReader = step.then
        return
      case 'tick':
        return
    }
  }

  #rpc(rpc: FakeRpc, closeMode: CloseMode): FakeRpc {
    rpc.closeMode = closeMode
    this.#rpcs.push(rpc)
    return rpc
  }
}

/** Calls a command of a hub, and notes what came of it. */
export function call(
  hub: Pick<Hub, 'connect' | 'disconnect' | 'update' | 'reset'>,
  step: Step,
  answers: {readonly call: string; outcome: string}[],
): void {
  const answer = {call: step.do, outcome: 'pending'}
  const settle = (value: unknown) => {
    answer.outcome = typeof value === 'boolean' ? String(value) : 'rpc'
  }
  answers.push(answer)
  if (step.do === 'reset') settle(hub.reset() ?? true)
  if (step.do !== 'connect' && step.do !== 'disconnect' && step.do !== 'update') return
  const address = pick(addresses, step.address)
  const data = dataOf(step.data)
  if (step.do === 'update') return settle(hub.update(address, data ?? {}))
  const promise: Promise<unknown> =
    step.do === 'connect' ? hub.connect(address, data) : hub.disconnect(address)
  promise.then(settle, (error: {code?: unknown}) => {
    answer.outcome = `rejected ${error.code ?? ''}`
  })
}

function dataOf(n: number): Record<string, unknown> | undefined {
  if (n % 3 === 0) return undefined
  const field = pick(['a', 'b', 'type', 'constructor'], n)
  return {[field]: {n}, state: 'x', ...(n % 5 === 0 && {key: keyOfName('erin')})}
}

function pick<T>(items: readonly T[], i: number): T {
  return items[i % items.length] as T
}
