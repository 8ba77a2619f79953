import {type FakeDial, type FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import type {Settle} from './model-calls'
import type {ModelEvent} from './model-telling'
import {SteadyClock} from './steady-clock'
import {addresses, data, dialled, lineOf, type Moment, type RpcSpec, type Simple, type Step} from './steps'
import type {Entry, Subject} from './subject'
import {type DialMode, WorldRpc, WorldStack} from './world-stack'

type MakeSubject<S> = (stack: WorldStack, clock: SteadyClock, surface: (error: unknown) => void) => S

/** A subject on a stack of its own, what steps did to it, and all that came of it. */
export class World<S extends Subject = Subject> {
  readonly stack = new WorldStack()
  readonly clock = new SteadyClock()
  /** What readers heard, promises came to and methods answered since it was last taken. */
  told: string[] = []
  /** Which promises are settled, and what surfaced as an uncaught exception, since it was last taken. */
  settled: string[] = []
  pending: string[] = []
  readonly #make: MakeSubject<S>
  #subject: S | undefined
  readonly #rpcs: WorldRpc[] = []
  readonly #wrappers: {readonly wrapper: FakeRpc; readonly rpc: WorldRpc}[] = []
  readonly #unheard: WorldRpc[] = []
  readonly #signals: AbortController[] = []
  readonly #errors: unknown[] = []
  /** What was said of those that were announced. */
  readonly #isClient = new Map<WorldRpc, boolean>()
  readonly #announcedOf = new Map<FakeDial, WorldRpc>()
  #busy: WorldRpc[] = []
  #inReaders: (Step & {do: 'in a reader'})[] = []
  #inPlugins: (Step & {do: 'in a plugin'})[] = []
  readonly #guests: (() => void)[] = []
  #ask = () => {}
  #calls = 0

  constructor(make: MakeSubject<S>) {
    this.#make = make
  }

  /** It is made by the first step that needs it: some happen before there is one. */
  get subject(): S {
    this.#subject ??= this.#begin()
    return this.#subject
  }

  /** Whether it was closed, and its readers know. */
  get isOver(): boolean {
    return answerOf(() => this.subject.entries()) === 'ERR_CLOSED'
  }

  /** Something was thrown where nobody caught it. */
  surfaced(error: unknown): void {
    const isOurs = this.#errors.includes(error)
    this.settled.push(`uncaught ${isOurs ? this.#said(error) : (error as Error)?.stack}`)
  }

  #begin(): S {
    const {stack} = this
    stack.on('rpc:connect', () => this.act('connect before'))
    const subject = this.#make(stack, this.clock, (error) => this.surfaced(error))
    for (const rpc of this.#rpcs) rpc.on('closed', () => this.act('closed after'))
    stack.on('rpc:connect', (rpc: FakeRpc) => {
      rpc.on('closed', () => this.act('closed after'))
      this.act('connect after')
    })
    this.#subject = subject
    this.#read('first')
    this.#read('second')
    subject.read(
      'entries',
      (entries) => this.told.push(`snapshot ${written(entries)}`),
      () => this.told.push('end of snapshots'),
    )
    this.#ask = subject.readSlowly(
      (entries) => this.told.push(`slow snapshot ${written(entries)}`),
      () => this.told.push('end of slow snapshots'),
    )
    return subject
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
        if (name === 'second' && this.act('reader')) throw this.#error(false)
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

  /** Does what a step wants to be done at such a moment. False: none wants anything. */
  act(moment: Moment): boolean {
    const step = this.#inPlugins.find(({on}) => on === moment)
    if (!step) return false
    this.#inPlugins = this.#inPlugins.filter((other) => other !== step)
    this.run(step.what)
    return true
  }

  run(step: Step): void {
    if (step.do === 'was there') {
      if (!this.#subject) this.stack.hold(this.#rpc(step.rpc, keyOfName(step.who), addresses[step.from]))
      return
    }
    const {subject, stack, clock} = this
    switch (step.do) {
      case 'connect':
        return this.#connect(step)
      case 'abort':
        return nth(this.#signals, step.signal)?.abort(this.#error(false))
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
        stack.isAsync = ['reject', 'succeed and reject', 'promise'].includes(step.will)
        stack.answer = ['wait', 'promise'].includes(step.will)
          ? undefined
          : (dial) => this.#dialled(dial, step.will)
        return
      case 'succeed':
      case 'succeed wrapped':
      case 'announce':
      case 'answer unannounced': {
        const dial = nth(stack.dials, step.dial)
        if (!dial) return
        const rpc = this.#rpc(step.rpc, dial.rpc().id, dial.address)
        this.#announcedOf.set(dial, rpc)
        if (step.do !== 'answer unannounced') this.#announce(rpc, true)
        if (step.do !== 'announce') this.#give(dial, rpc, step.do === 'succeed wrapped')
        return
      }
      case 'call back': {
        const dial = nth(stack.dials, step.dial)
        if (step.with === 'nothing') return dial?.callBack()
        if (step.with === 'a mock') return dial?.callBack(null, {})
        const announced = step.with.startsWith('the announced') && dial && this.#announcedOf.get(dial)
        return dial && this.#give(dial, announced || this.#latestOutgoing(), step.with.endsWith('wrapped'))
      }
      case 'fail':
        return nth(stack.dials, step.dial)?.fail(this.#error(step.error === 'a string'))
      case 'reject': {
        const dial = nth(stack.dials, step.dial)
        return dial && stack.reject(dial, this.#error(step.error === 'a string'))
      }
      case 'incoming':
      case 'by plugin': {
        const rpc = this.#rpc(step.rpc, keyOfName(step.who), addresses[step.from])
        this.#announce(rpc, step.do === 'by plugin')
        return
      }
      case 'die':
        return nth(this.#rpcs, step.rpc)?.die()
      case 'die unheard':
        return this.#dieUnheard(nth(this.#rpcs, step.rpc))
      case 'is heard': {
        const rpc = nth(this.#unheard, step.rpc)
        if (!rpc) return
        this.#unheard.splice(this.#unheard.indexOf(rpc), 1)
        rpc.emit('closed')
        return
      }
      case 'closes':
        return nth(this.#rpcs, step.rpc)?.answerCloses()
      case 'refuses to close':
        return nth(this.#rpcs, step.rpc)?.answerCloses(this.#error(false))
      case 'announce again': {
        const rpc = nth(this.#rpcs, step.rpc)
        const isClient = rpc && this.#isClient.get(rpc)
        if (!rpc || isClient === undefined || rpc.closed || this.#busy.includes(rpc)) return
        stack.emit('rpc:connect', rpc, isClient)
        return
      }
      case 'wait':
        return clock.advance(step.ms)
      case 'jump':
        clock.jump(step.ms)
        // Not promised: when else it looks at the clock. It goes on from here as time passes.
        answerOf(() => subject.stamp())
        return
      case 'in a reader':
        this.#inReaders.push(step)
        return
      case 'in a plugin':
        this.#inPlugins.push(step)
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
    if (!this.#subject) return []
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
      `hears the stack ${stack.listenerCount('rpc:connect') > 2}`,
    ]
  }

  #connect(step: Simple & {do: 'connect'}): void {
    const {at, data: name, signal} = step
    if (signal !== undefined) {
      // There are a few of them: some calls share one, and some have one that has aborted.
      while (this.#signals.length <= signal) this.#signals.push(new AbortController())
    }
    const given = signal === undefined ? undefined : this.#signals[signal]?.signal
    this.subject.connect(addresses[at], data[name]?.(), given, this.#promise(step))
  }

  /** A dial calls back with an rpc. */
  #give(dial: FakeDial, rpc: WorldRpc | undefined, isWrapped: boolean): void {
    if (rpc && this.#busy.includes(rpc)) return
    const given = rpc && isWrapped ? this.#wrap(rpc) : rpc
    this.#meanwhile(rpc, () => dial.callBack(null, given))
  }

  /** While an rpc is announced, or given to a dial, nobody announces it or gives it elsewhere. */
  #meanwhile(rpc: WorldRpc | undefined, work: () => void): void {
    if (rpc) this.#busy.push(rpc)
    work()
    this.#busy = this.#busy.filter((other) => other !== rpc)
  }

  /** A dial is never answered by an inbound connection. */
  #latestOutgoing(): WorldRpc | undefined {
    return this.#rpcs.filter((rpc) => this.#isClient.get(rpc) !== false).at(-1)
  }

  #announce(rpc: WorldRpc, isClient: boolean): void {
    this.#isClient.set(rpc, isClient)
    this.#meanwhile(rpc, () => this.stack.announce(rpc, isClient))
  }

  #wrap(rpc: WorldRpc): FakeRpc {
    const wrapper = rpc.wrapped()
    this.#wrappers.push({wrapper, rpc})
    return wrapper
  }

  #dialled(dial: FakeDial, will: DialMode): void {
    if (will === 'throw') throw this.#error(false)
    if (will === 'fail') return dial.fail(this.#error(false))
    if (will === 'reject') return this.stack.reject(dial, this.#error(false))
    const rpc = this.#rpc({close: 'closes', id: 'as dialled'}, dial.rpc().id, dial.address)
    this.#announce(rpc, true)
    dial.callBack(null, will === 'succeed wrapped' ? this.#wrap(rpc) : rpc)
    if (will === 'succeed twice') dial.callBack(null, rpc)
    if (will === 'succeed and throw') throw this.#error(false)
    if (will === 'succeed and reject') this.stack.reject(dial, this.#error(false))
  }

  #rpc(spec: RpcSpec, id: string, address: unknown): WorldRpc {
    const ids = {'as dialled': id, erin: keyOfName('erin'), ours: ourKey}
    const rpc = new WorldRpc(ids[spec.id], address as string)
    rpc.closeError = this.#error(false)
    if (spec.close === 'throws before') rpc.throwsFirst = 'before'
    else if (spec.close === 'throws half-way') rpc.throwsFirst = 'half-way'
    else rpc.closeMode = spec.close
    rpc.on('closed', () => this.act('closed before'))
    rpc.onRemove = () => this.act('remove listener')
    if (spec.dead) rpc.closed = true
    this.#rpcs.push(rpc)
    return rpc
  }

  /** Whether it is closed, and its `closed` event is on its way. */
  isUnheard(rpc: object): boolean {
    return this.#unheard.some((other) => other === rpc || other.stream === (rpc as FakeRpc).stream)
  }

  /** Its `closed` event is on its way. */
  #dieUnheard(rpc: WorldRpc | undefined): void {
    if (!rpc || rpc.closed) return
    rpc.closed = true
    this.#unheard.push(rpc)
  }

  #error(isString: boolean): unknown {
    const text = `error ${this.#errors.length}`
    const error = isString ? text : this.#watched(new Error(text), text)
    this.#errors.push(error)
    return error
  }

  /** An error that acts when it is looked at. */
  #watched(error: Error, message: string): Error {
    const get = () => {
      this.act('message')
      return message
    }
    return Object.defineProperty(error, 'message', {get})
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
    const rpc = this.#rpcs.indexOf(value as WorldRpc)
    if (rpc >= 0) return `rpc ${rpc}`
    const wrapped = this.#wrappers.find(({wrapper}) => wrapper === value)
    if (wrapped) return `wrapper of ${this.#said(wrapped.rpc)}`
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
