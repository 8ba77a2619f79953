import {type FakeDial, FakeRpc, FakeStack, keyOfName, ourKey} from '../kit/fake-stack'
import {VirtualClock} from '../kit/virtual-clock'
import type {Settle} from './model-links'
import type {ModelEvent} from './model-telling'
import {addresses, data, dialled, lineOf, type RpcSpec, type Step} from './steps'
import type {Entry, Subject} from './subject'

/** A subject on a stack of its own, what steps did to it, and all that came of it. */
export class World<S extends Subject = Subject> {
  readonly stack = new FakeStack()
  readonly clock = new VirtualClock()
  readonly subject: S
  /** What readers heard, promises came to and methods answered since it was last taken. */
  told: string[] = []
  /** Which promises are settled since it was last taken. */
  settled: string[] = []
  pending: string[] = []
  readonly #rpcs: FakeRpc[] = []
  readonly #errors: unknown[] = []
  readonly #announcedOf = new Map<FakeDial, FakeRpc>()
  #beingGiven: FakeRpc[] = []
  #inReaders: (Step & {do: 'in a reader'})[] = []
  readonly #guests: (() => void)[] = []
  readonly #ask: () => void
  #calls = 0

  constructor(make: (stack: FakeStack, clock: VirtualClock) => S) {
    this.subject = make(this.stack, this.clock)
    this.#read('first')
    this.#read('second')
    this.subject.read(
      'entries',
      (entries) => this.told.push(`snapshot ${written(entries)}`),
      () => this.told.push('end of snapshots'),
    )
    this.#ask = this.subject.readSlowly(
      (entries) => this.told.push(`slow snapshot ${written(entries)}`),
      () => this.told.push('end of slow snapshots'),
    )
  }

  #read(name: string): () => void {
    return this.subject.read(
      'events',
      (event: ModelEvent) => {
        const {type, address, key, details} = event
        const present = answerOf(() => this.subject.getState(address))
        this.told.push(
          `${name} heard ${[type, address, key, this.#said(details), `now ${present}`].join(' ')}`,
        )
        if (name === 'first') this.#act(type)
      },
      () => this.told.push(`end of ${name}`),
    )
  }

  #act(type: string): void {
    const step = this.#inReaders.find(({on}) => on === type || on === 'anything')
    if (!step) return
    this.#inReaders = this.#inReaders.filter((other) => other !== step)
    this.run(step.what)
  }

  run(step: Step): void {
    const {subject, stack, clock} = this
    switch (step.do) {
      case 'connect':
        return subject.connect(addresses[step.at], data[step.data]?.(), this.#promise(step))
      case 'disconnect':
        return subject.disconnect(addresses[step.at], this.#promise(step))
      case 'update':
        return this.#answer(step, () => subject.update(addresses[step.at], data[step.data]?.()))
      case 'reset':
        return this.#answer(step, () => subject.reset())
      case 'close':
        return this.#answer(step, () => subject.close())
      case 'ready':
        stack.isReady = !stack.isReady
        return
      case 'dials':
        stack.onDial = step.will === 'wait' ? undefined : (dial) => this.#dialled(dial, step.will)
        return
      case 'succeed':
      case 'announce':
      case 'answer unannounced': {
        const dial = nth(stack.dials, step.dial)
        if (!dial) return
        const rpc = this.#rpc(step.rpc, dial.rpc().id, dial.address)
        this.#announcedOf.set(dial, rpc)
        if (step.do !== 'answer unannounced') stack.announce(rpc, true)
        if (step.do !== 'announce') this.#give(dial, rpc)
        return
      }
      case 'call back': {
        const dial = nth(stack.dials, step.dial)
        if (step.with === 'nothing') return dial?.callBack()
        if (step.with === 'a mock') return dial?.callBack(null, {})
        const rpc =
          (step.with === 'the announced' && dial && this.#announcedOf.get(dial)) || this.#rpcs.at(-1)
        return dial && this.#give(dial, rpc)
      }
      case 'fail':
        return nth(stack.dials, step.dial)?.fail(this.#error(step.error === 'a string'))
      case 'incoming':
      case 'by plugin': {
        const rpc = this.#rpc(step.rpc, keyOfName(step.who), addresses[step.from] as string)
        stack.announce(rpc, step.do === 'by plugin')
        return
      }
      case 'die':
        return nth(this.#rpcs, step.rpc)?.die()
      case 'closes':
        return nth(this.#rpcs, step.rpc)?.answerCloses()
      case 'refuses to close':
        return nth(this.#rpcs, step.rpc)?.answerCloses(this.#error(false))
      case 'announce again': {
        const rpc = nth(this.#rpcs, step.rpc)
        if (rpc && !rpc.closed && !this.#beingGiven.includes(rpc)) stack.emit('rpc:connect', rpc, false)
        return
      }
      case 'wait':
        return clock.advance(step.ms)
      case 'jump':
        return clock.jump(step.ms)
      case 'in a reader':
        this.#inReaders.push(step)
        return
      case 'a reader comes':
        return this.#answer(step, () => {
          this.#guests.push(this.#read(`guest ${this.#guests.length}`))
        })
      case 'a reader leaves':
        return this.#guests.pop()?.()
      case 'ask':
        return this.#ask()
      case 'tick':
        return
    }
  }

  /** All that can be seen at this moment. */
  seen(): string[] {
    const {subject, stack, clock} = this
    const states = dialled.map((address) => answerOf(() => subject.getState(address)))
    return [
      ...this.told.splice(0),
      `table ${answerOf(() => written([...subject.entries()]))}`,
      `states ${states.join(', ')}`,
      `dials ${stack.dials.length} ${stack.dials.at(-1)?.address}`,
      ...this.#rpcs.map(
        (rpc, i) => `rpc ${i} ${rpc.closed ? 'is closed' : 'lives'}, closed by the hub ${rpc.closes} times`,
      ),
      `timers ${clock.pending > 0}`,
      `hears the stack ${stack.listenerCount('rpc:connect') > 0}`,
    ]
  }

  /** A dial calls back with an rpc, which nobody announces or gives elsewhere meanwhile. */
  #give(dial: FakeDial, rpc: FakeRpc | undefined): void {
    if (rpc && this.#beingGiven.includes(rpc)) return
    if (rpc) this.#beingGiven.push(rpc)
    dial.callBack(null, rpc)
    this.#beingGiven = this.#beingGiven.filter((other) => other !== rpc)
  }

  #dialled(dial: FakeDial, will: string): void {
    if (will === 'throw') throw this.#error(false)
    if (will === 'fail') return dial.fail(this.#error(false))
    const rpc = this.#rpc({close: 'closes', id: 'as dialled'}, dial.rpc().id, dial.address)
    this.stack.announce(rpc, true)
    dial.callBack(null, rpc)
    if (will === 'succeed twice') dial.callBack(null, rpc)
    if (will === 'succeed and throw') throw this.#error(false)
  }

  #rpc(spec: RpcSpec, id: string, address: string | undefined): FakeRpc {
    const ids = {'as dialled': id, erin: keyOfName('erin'), ours: ourKey}
    const rpc = new FakeRpc(ids[spec.id], address)
    rpc.closeMode = spec.close
    rpc.closeError = this.#error(false)
    if (spec.dead) rpc.closed = true
    this.#rpcs.push(rpc)
    return rpc
  }

  #error(isString: boolean): unknown {
    const text = `error ${this.#errors.length}`
    const error = isString ? text : new Error(text)
    this.#errors.push(error)
    return error
  }

  #promise(step: Step): Settle {
    const call = `${this.#calls++} ${lineOf(step)}`
    this.pending.push(call)
    return (outcome) => {
      this.pending = this.pending.filter((other) => other !== call)
      const said =
        'error' in outcome ? `rejects ${this.#said(outcome.error)}` : `resolves ${this.#said(outcome.value)}`
      this.settled.push(`${call} ${said}`)
    }
  }

  #answer(step: Step, work: () => unknown): void {
    this.told.push(`${lineOf(step)} answers ${answerOf(work)}`)
  }

  /** An rpc, an error or a value, by what it is and not by how it looks. */
  #said(value: unknown): string {
    const rpc = this.#rpcs.indexOf(value as FakeRpc)
    if (rpc >= 0) return `rpc ${rpc}`
    const error = this.#errors.indexOf(value)
    if (error >= 0) return `the stack's error ${error}`
    if (typeof value !== 'object' || value === null) return String(value)
    if ('code' in value) return String(value.code)
    if ('rpc' in value && 'isClient' in value) return `${this.#said(value.rpc)} isClient ${value.isClient}`
    return Object.keys(value).length === 0 ? 'a mock' : 'something unknown'
  }
}

function answerOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return (error as {code?: unknown}).code ?? error
  }
}

/** Entries as JSON, whatever the order of their fields. */
function written(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map(([address, fields]) => [address, Object.entries(fields).sort(byName)]))
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Counted from the latest one back, and round again. */
function nth<T>(items: readonly T[], n: number): T | undefined {
  return items[items.length - 1 - (n % items.length)]
}
