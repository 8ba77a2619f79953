import {PeerTable} from '../../../reducers/table'
import type {Json} from '../../entry'
import type {LogItem} from '../../events'
import {chanceOf} from '../../util/chance'
import {deepFreeze} from '../../util/deep-freeze'
import {ConnHubError} from '../../values/errors'
import {mark} from '../../values/secrets'
import type {AnswerLine, CallLine, GaveLine, LateLine, Own, TickLine, TurnLine} from '../format/lines'
import {questionOf} from '../format/questions'
import {isObject} from '../format/values'
import {pluginLine} from '../machine/call-site'
import {seedOf} from '../machine/chance'
import {runInside} from '../machine/context'
import type {Callable, TimerRequest, World} from '../machine/world'
import type {Difference, Turn} from './divergence'
import {differenceLines, PluginDivergenceError, print} from './divergence'
import {printOwn, printTurn} from './given'
import {makeNothing} from './nothing'
import {ReplayedTimers} from './replayed-timers'
import type {Called, InnerTurn, Item, Round, Script} from './script'
import {StandIns} from './stand-ins'

/** What was recorded of the code that is running: of a round of the event loop, or of a call in it. */
interface Scope {
  readonly items: readonly Item[]
  /** What lies before is done. */
  position: number
}

/** After a divergence, or after the end of the recording, nothing is answered any more. */
const never = new Promise<never>(() => {})

/** Gives a plugin what it was given when it was recorded, and compares what it does. */
export class Replayer implements World {
  readonly #script: Script
  readonly #standIns: StandIns
  readonly #timers: ReplayedTimers
  readonly #own = new Map<number, unknown>()
  readonly #table = new PeerTable()
  readonly events: LogItem[] = []
  #isClosed = false
  readonly #answers = new Map<string, AnswerLine>()
  readonly #asked = new Map<string, number>()
  readonly #scopes: Scope[] = []
  #round = -1
  #turn: Turn = {number: -1, time: 0, given: 'nothing'}
  #isLast = false
  #time = 0
  #at = 0
  #looks = 0
  #chance = chanceOf(0)
  #failure: unknown
  #isOver = false
  readonly #nothing = makeNothing(() => this.#failure)

  constructor(script: Script) {
    this.#script = script
    this.#timers = new ReplayedTimers(script.timers, () => this.#at)
    this.#standIns = new StandIns({
      read: (of) => this.#answer(of),
      call: (of, args) => this.#call(of, args),
      command: (hub, name, args) => this.#command(hub, name, args),
      own: (own) => this.#resolve(own).value,
      host: {makeHub: () => this.#call('new hub', []) as object},
      getState: (address) => this.#open().get(String(address))?.state,
      entries: () => this.#open().entries().values(),
    })
  }

  get commands(): number {
    return this.#script.commands
  }

  /** Whether the replay went another way, or the plugin failed as it had not. */
  get isDiverged(): boolean {
    return this.#failure !== undefined
  }

  throwIfDiverged(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  stop(): void {
    this.#isOver = true
  }

  // The rounds and turns

  /** Begins a round of the event loop. */
  begin(round: Round, number: number): void {
    this.#round = number
    this.#isLast = round.isLast
    this.#scopes.length = 0
    this.#scopes.push({items: round.items, position: 0})
  }

  /** Enters the plugin as it was entered next in this round. */
  enter(line: TurnLine, load: () => unknown): void {
    const [scope] = this.#scopes
    if (!scope) return
    const at = scope.items.findIndex((item) => item.is === 'turn' && item.line === line)
    this.#moveTo(scope, at + 1)
    this.#asked.clear()
    this.#startTurn(line.time ?? this.#time, line.at ?? this.#at, () => printTurn(line))
    this.#run(line, this.#gaveOf(scope.items.slice(at + 1)), load)
  }

  /** Lets happen what others did meanwhile. */
  applyTick(line: TickLine): void {
    const [scope] = this.#scopes
    if (!scope) return
    const at = scope.items.findIndex((item) => item.is === 'other' && item.line === line)
    let end = at + 1
    while (scope.items[end]?.is === 'event') end++
    this.#applyEvents(scope, end)
  }

  /** All that was recorded of the round must have been done. */
  finish(): void {
    const [scope] = this.#scopes
    if (!scope) return
    const missing = nextCommand(scope.items)
    if (missing) this.#diverge({recorded: printCommand(missing.line)})
    this.#moveTo(scope, scope.items.length)
  }

  /** Whether the plugin can be entered in this way, as far as it depends on its timers. */
  isReady({timer}: TurnLine): boolean {
    return !timer || this.#timers.has(timer)
  }

  /** Fires a timer that was not there when the plugin was recorded, if one was due by then. */
  fireNew(at: number): boolean {
    const timer = this.#timers.takeNew(at)
    if (!timer) return false
    this.#round = -1 - this.#turn.number
    this.#scopes.length = 0
    this.#scopes.push({items: [], position: 0})
    this.#isLast = false
    const {kind, ms} = timer.request
    this.#startTurn(this.#time + (timer.due - this.#at), timer.due, () => `a new ${kind} of ${ms} ms fired`)
    this.#attempt(() => Reflect.apply(timer.request.callback, timer.timer, timer.request.args), undefined)
    return true
  }

  #startTurn(time: number, at: number, given: () => string): void {
    this.#turn = {number: this.#turn.number + 1, time, given: given()}
    this.#time = Math.round(time)
    this.#at = at
    this.#looks = 0
    this.#chance = chanceOf(seedOf(this.#script.seed, this.#turn.number))
  }

  /** How the function ended that was entered: before the next turn. */
  #gaveOf(items: readonly Item[]): GaveLine | undefined {
    for (const item of items) {
      if (item.is === 'turn') return undefined
      if (item.is === 'other' && item.line.plugin === 'gave' && item.line.promise === undefined)
        return item.line
    }
    return undefined
  }

  #run(line: TurnLine, gave: GaveLine | undefined, load?: () => unknown): void {
    if (line.load && load) this.#attempt(load, gave)
    else if (line.call) this.#enterFunction(line, line.call, gave)
    else if (line.timer) this.#fireTimer(line)
    else if (line.settle !== undefined) this.#settle(line.settle, line)
  }

  #enterFunction({self, args = []}: TurnLine, own: Own, gave: GaveLine | undefined): void {
    const {value, parent} = this.#resolve(own)
    const isNew = own.at(-1) === 'new'
    if (typeof value !== 'function') return this.#miss({recorded: `a call of ${printOwn(own)}`})
    const given = args.map((arg) => this.#standIns.read(arg))
    const on = self === undefined ? parent : this.#standIns.read(self)
    this.#attempt(
      () => (isNew ? Reflect.construct(value, given) : Reflect.apply(value as Callable, on, given)),
      gave,
    )
  }

  #fireTimer({timer: name}: TurnLine): void {
    if (!name) return
    const set = this.#timers.take(name)
    if (set)
      return this.#attempt(() => Reflect.apply(set.request.callback, set.timer, set.request.args), undefined)
    const alike = this.#timers.of(name.round).map(({request: {kind, ms}}) => `${kind} of ${ms} ms`)
    this.#miss({
      recorded: `the ${name.kind} of ${name.ms} ms, set in round ${name.round}, fires`,
      called: alike.length > 0 ? `in that round were set: ${alike.join(', ')}` : undefined,
    })
  }

  #settle(id: number, {value, error}: TurnLine): void {
    const settle = this.#standIns.settlers.get(id)
    if (!settle) return this.#miss({recorded: 'a promise settles that the plugin did not ask for'})
    if (error === undefined) settle.resolve(this.#standIns.read(value ?? null))
    else settle.reject(this.#standIns.read(error))
  }

  /** Runs code of the plugin. What it throws is its failure, unless it threw then, too. */
  #attempt(work: () => unknown, gave: GaveLine | undefined): void {
    let result: unknown
    try {
      result = runInside(this, work)
    } catch (error) {
      if (this.#failure === undefined && !gave?.threw) this.#failure = error
      return
    }
    if (gave?.id !== undefined) this.#learn(gave.id, result)
  }

  #learn(id: number, value: unknown): void {
    this.#own.set(id, value)
    const later = this.#script.gaveLater.get(id)
    if (later !== undefined && value instanceof Promise)
      value.then(
        (given) => this.#learn(later, given),
        () => {},
      )
  }

  #resolve([id, ...path]: Own): {value: unknown; parent: unknown} {
    let value = this.#own.get(id)
    let parent: unknown
    for (const name of path) {
      if (name === 'new') break
      parent = value
      value = isObject(value) ? Reflect.get(value, name) : undefined
    }
    return {value, parent}
  }

  // What the plugin asks

  /** What is recorded of the code that is running. */
  get #scope(): Scope {
    return this.#scopes.at(-1) ?? {items: [], position: 0}
  }

  #answer(of: string): unknown {
    const line = this.#isOver ? undefined : this.#find(of)
    return line ? this.#give(line) : (this.#ownBehind(of) ?? this.#refuse(`an answer to ${of}`))
  }

  /** What others read as a property of `ssb` may be the plugin itself. */
  #ownBehind(of: string): unknown {
    const [id, name = ''] = of.split('.')
    const own = this.#own.get(this.#script.behind.get(Number(id)) ?? -1)
    const value: unknown = isObject(own) ? Reflect.get(own, name) : undefined
    return typeof value === 'function' ? value.bind(own) : undefined
  }

  #find(of: string): AnswerLine | undefined {
    const asked = this.#asked.get(of) ?? 0
    this.#asked.set(of, asked + 1)
    const {items, position} = this.#scope
    let latest = this.#answers.get(of)
    for (let i = position; i < items.length; i++) {
      const item = items[i]
      if (!item || item.is === 'turn' || (item.is === 'called' && isBarrier(item.called))) break
      if (item.is === 'answer' && item.line.of === of && (item.line.after ?? 0) <= asked) latest = item.line
    }
    latest ??= this.#script.firstAnswers.get(of)
    if (latest) this.#answers.set(of, latest)
    return latest
  }

  #give({result, threw}: {readonly result?: Json; readonly threw?: Json}): unknown {
    if (threw !== undefined) throw this.#standIns.read(threw)
    return result === undefined ? undefined : this.#standIns.read(result)
  }

  #call(of: string, args: readonly unknown[]): unknown {
    const called = this.#isOver ? undefined : this.#findCall(of)
    if (called) return this.#perform(called, args)
    const pass = this.#script.passes.get(of)
    if (pass) {
      const {value, parent} = this.#resolve(pass)
      if (typeof value === 'function') return Reflect.apply(value as Callable, parent, args)
    }
    const line = this.#isOver
      ? undefined
      : this.#find(questionOf(of, args, (value) => this.#standIns.idOf(value)))
    if (line) return this.#give(line)
    const later = this.#isOver ? undefined : this.#findLater(of)
    return later ? this.#perform(later, args) : this.#refuse(of)
  }

  /** Of the code that is running, or of what goes on when it has ended. */
  #findCall(of: string): Called | undefined {
    for (const {items} of [...this.#scopes].reverse()) {
      const called = calledIn(items, of)
      if (called) return called
    }
    return undefined
  }

  /** The plugin may ask earlier than it did for what then came later. */
  #findLater(of: string): Called | undefined {
    for (const {items} of this.#script.rounds.slice(Math.max(0, this.#round) + 1)) {
      const called = calledIn(items, of)
      if (called) return called.turns.length === 0 ? called : undefined
    }
    return undefined
  }

  #command(hub: number, name: string, args: readonly unknown[]): unknown {
    const given = args.slice(0, 2).map((arg) => JSON.parse(mark(JSON.stringify(arg) ?? 'null')) as Json)
    const recorded = this.#isOver ? undefined : nextCommand(this.#scope.items)
    const called: CallLine = {plugin: 'command', of: name, args: given, ...(hub > 1 && {hub})}
    if (recorded && commandText(recorded.line) === commandText(called)) return this.#perform(recorded, args)
    // The recording may have stopped before this was written.
    if (!recorded && this.#mayHaveStopped) this.#isOver = true
    if (!this.#isOver) {
      this.#diverge({
        recorded: recorded && printCommand(recorded.line),
        called: printCommand(called),
        details: recorded ? differenceLines(comparable(recorded.line), comparable(called)) : [],
        line: pluginLine(),
      })
    }
    // It must not go on as if it were answered, nor fail as if its hub had.
    return name === 'connect' || name === 'disconnect' ? never : name === 'update' ? false : undefined
  }

  /** Lets happen what happened in a call, and answers it. */
  #perform(called: Called, args: readonly unknown[]): unknown {
    called.isDone = true
    const isThis = (item: Item) => item.is === 'called' && item.called === called
    const scope = [...this.#scopes].reverse().find(({items}) => items.some(isThis)) ?? {
      items: [],
      position: 0,
    }
    const at = scope.items.findIndex(isThis)
    if (isBarrier(called)) {
      const isReached = !scope.items.slice(scope.position, at).some(({is}) => is === 'turn')
      if (isReached && at >= scope.position) this.#moveTo(scope, at + 1)
    }
    this.#applyEvents(scope, at)
    if (isCommand(called)) this.#asked.clear()
    for (const [i, id] of called.line.gave ?? []) this.#learn(id, args[i])
    for (const item of called.before) this.#pass(item)
    for (const turn of called.turns) this.#enterInner(turn)
    if (isCommand(called)) this.#asked.clear()
    if (called.line.of === 'close' && isCommand(called)) this.#isClosed = true
    if (called.answer !== called.line || !called.line.open) return this.#give(called.answer)
    // The recording stopped before it returned.
    this.#isOver = true
    return this.#nothing
  }

  #enterInner({line, items}: InnerTurn): void {
    const scope: Scope = {items, position: 0}
    this.#scopes.push(scope)
    this.#run(line, this.#gaveOf(items))
    const missing = nextCommand(items)
    if (missing) this.#diverge({recorded: printCommand(missing.line)})
    this.#moveTo(scope, items.length)
    this.#scopes.pop()
  }

  #moveTo(scope: Scope, position: number): void {
    for (let i = scope.position; i < position; i++) {
      const item = scope.items[i]
      if (item) this.#pass(item)
    }
    scope.position = Math.max(scope.position, position)
  }

  /** The events up to there, in their order. */
  #applyEvents(scope: Scope, end: number): void {
    for (const item of scope.items.slice(0, end)) if (item.is === 'event') this.#pass(item)
  }

  #pass(item: Item): void {
    if (item.is === 'answer') this.#answers.set(item.line.of, item.line)
    if (item.is === 'other' && item.line.plugin === 'limit') this.#exceeded(item.line.what)
    if (item.is !== 'event' || item.isDone) return
    item.isDone = true
    const {event} = item
    this.events.push(event)
    if (event.type === 'checkpoint') this.#table.replace(deepFreeze(event.entries))
    else this.#table.apply(deepFreeze(event))
  }

  #open(): PeerTable {
    if (this.#isClosed) throw new ConnHubError('ERR_CLOSED')
    return this.#table
  }

  // What the plugin asks of the machine

  now(): number {
    this.#look()
    return this.#time
  }

  uptime(): number {
    this.#look()
    return this.#at
  }

  random(): number {
    return this.#chance()
  }

  bytes(count: number): Uint8Array {
    const of = `bytes ${count}`
    const asked = this.#asked.get(of) ?? 0
    const line = this.#find(of)
    if (line && (line.after ?? 0) === asked) return this.#give(line) as Uint8Array
    // More than were recorded, or earlier: which ones matters no more than that they are the same each time.
    return Uint8Array.from({length: count}, () => Math.floor(this.#chance() * 256))
  }

  setTimer(request: TimerRequest): object {
    return this.#timers.set(this.#round, request)
  }

  clearTimer(timer: unknown): void {
    this.#timers.clear(timer)
  }

  callModule(name: string, _real: Callable, _self: unknown, args: readonly unknown[]): unknown {
    return this.#call(name, args)
  }

  exceed(what: string): never {
    const error = limitError(what)
    this.#failure ??= error
    throw error
  }

  /** When the plugin waits for time to pass, it passes as it did. */
  #look(): void {
    const look = ++this.#looks
    if (look <= 1000) return
    const {items, position} = this.#scope
    let isKnown = false
    for (let i = position; i < items.length; i++) {
      const item = items[i]
      if (!item || item.is === 'turn') break
      if (item.is !== 'other' || item.line.plugin !== 'late') continue
      const {look: then, time, at}: LateLine = item.line
      isKnown ||= then >= look
      if (then === look) [this.#time, this.#at] = [time, at]
    }
    if (isKnown || look % 1000 !== 0) return
    this.#time++
    this.#at++
  }

  // Divergence

  /** Whether the plugin may have gone on after the end of the recording. */
  get #mayHaveStopped(): boolean {
    return this.#isLast && this.#script.end?.reason !== 'closed'
  }

  /** There is nothing that could be answered. */
  #refuse(what: string): unknown {
    if (!this.#isOver && !this.#mayHaveStopped)
      this.#diverge({
        called: `${what}, to which nothing was answered when it was recorded`,
        line: pluginLine(),
      })
    this.#isOver = true
    return this.#nothing
  }

  #exceeded(what: string): void {
    this.#failure ??= limitError(what)
    this.#isOver = true
  }

  /** The plugin cannot be entered: it did not do what led to it, which may have been a command. */
  #miss(difference: Difference): void {
    const [scope] = this.#scopes
    const missing = scope && nextCommand(scope.items.slice(0, scope.position))
    this.#diverge(missing ? {recorded: printCommand(missing.line)} : difference)
  }

  #diverge(difference: Difference): void {
    this.#failure ??= new PluginDivergenceError(this.#turn, difference)
    this.#isOver = true
  }
}

function limitError(what: string): ConnHubError {
  return new ConnHubError('ERR_CAPSULE_LIMIT', what)
}

function nextCommand(items: readonly Item[]): Called | undefined {
  for (const item of items)
    if (item.is === 'called' && isCommand(item.called) && !item.called.isDone) return item.called
  return undefined
}

function calledIn(items: readonly Item[], of: string): Called | undefined {
  for (const item of items) {
    if (item.is === 'called' && !item.called.isDone && !isCommand(item.called) && item.called.line.of === of)
      return item.called
  }
  return undefined
}

function isCommand({line}: Called): boolean {
  return line.plugin === 'command'
}

/** Answers from before such a call say nothing of what came after it. */
function isBarrier(called: Called): boolean {
  return isCommand(called)
}

function commandText(line: CallLine): string {
  return print(comparable(line))
}

/** What the plugin decides: which hub, what, the address, and the metadata. */
function comparable({of, args = [], hub = 1}: CallLine): Record<string, unknown> {
  const [address, data] = args
  return {
    ...(hub > 1 && {hub}),
    command: of,
    ...(address !== undefined && of !== 'reset' && of !== 'close' && {address}),
    ...(isObject(data) && Object.keys(data).length > 0 && {data}),
  }
}

function printCommand({of, args = [], hub = 1}: CallLine): string {
  return `${hub > 1 ? `hub ${hub}: ` : ''}${of}(${args.map(print).join(', ')})`
}
