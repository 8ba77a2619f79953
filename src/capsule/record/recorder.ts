import {randomBytes} from 'node:crypto'
import type {SSB} from '../../connections/stack'
import type {Json} from '../../entry'
import type {LogItem} from '../../events'
import type {HubHost} from '../../hub-host'
import {eventSources} from '../../hub-host'
import {chanceOf} from '../../util/chance'
import type {CallLine, Line, Own, TurnLine} from '../format/lines'
import {questionOf} from '../format/questions'
import {has, isLive, isObject} from '../format/values'
import {seedOf} from '../machine/chance'
import {isEntered, runInside, runOutside} from '../machine/context'
import type {Callable, TimerRequest, World} from '../machine/world'
import type {Carried, Crossings} from './membrane'
import {Membrane} from './membrane'
import {HubRecorder} from './recorded-hub'
import {RecordedTimers} from './recorded-timers'
import {Ticks} from './ticks'

/** After so many looks at the clock in one turn, the plugin waits for time to pass. */
const maxLooks = 1000

/** A call of the plugin's that has not returned: what happens meanwhile, and how the plugin is entered. */
interface Frame {
  readonly lines: Line[]
  readonly entries: Entry[]
}

interface Entry {
  readonly own: Own
  readonly args: readonly unknown[]
  result?: unknown
  /** Whether it gave something that had no number before. */
  gaveNew: boolean
}

/** The clocks of the machine, in ms. */
export interface Clocks {
  now(): number
  uptime(): number
}

/** Records a plugin: all that crosses the boundary between it and all others goes through here. */
export class Recorder implements World, Crossings {
  readonly membrane = new Membrane(this)
  readonly #write: (line: Line) => void
  readonly #clocks: Clocks
  readonly #ticks = new Ticks()
  readonly #timers: RecordedTimers
  readonly #hubs: HubRecorder
  readonly #pluginId = this.membrane.nextId()
  readonly #seed = randomBytes(4).readInt32LE()
  readonly #frames: Frame[] = []
  #isInTurn = false
  #turn = -1
  #round = -1
  #looks = 0
  #time = 0
  #at = 0
  #chance = chanceOf(0)
  readonly #answered = new Map<string, string>()
  readonly #asked = new Map<string, number>()
  readonly #passes = new Map<string, string>()

  constructor(write: (line: Line) => void, clocks: Clocks) {
    this.#write = write
    this.#clocks = clocks
    this.#timers = new RecordedTimers(
      (timer, fire) => this.#enter({timer}, fire),
      (timer) => this.#emit({plugin: 'cleared', timer}),
    )
    this.#hubs = new HubRecorder(this, (event) => this.#emitEvent(event))
  }

  // What others do

  /** Loads the plugin, and gives it as others get it. */
  load<T extends object>(load: () => T): T {
    const plugin = this.#enter({load: {seed: this.#seed}}, load, undefined, (plugin) => {
      this.#emit({plugin: 'gave', id: this.#pluginId})
      return plugin
    }) as T
    return this.#asPlugin(plugin, [this.#pluginId]) as T
  }

  /** A plugin for `ssb.use()` or a function, or an array of them: what is called in them is recorded. */
  #asPlugin(plugin: object, own: Own): object {
    if (Array.isArray(plugin)) return plugin.map((one, i) => this.#asPlugin(one, [...own, String(i)]))
    const init: unknown = Reflect.get(plugin, 'init')
    if (typeof init === 'function')
      return Object.create(plugin, {
        init: {value: this.membrane.method(init as Callable, [...own, 'init']), enumerable: true},
      })
    return typeof plugin === 'function' ? this.membrane.method(plugin as Callable, own) : plugin
  }

  enter(own: Own, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    const [innerSelf, recordedSelf] = self === globalThis ? [] : this.membrane.carryIn(self, true)
    // What a plugin is made with (its stack, its config) lives on.
    const isMaking = own[0] === this.#pluginId
    const carried = args.map((arg) => this.membrane.carryIn(arg, isMaking))
    const what = {
      call: own,
      ...(isObject(innerSelf) && {self: recordedSelf as Json}),
      args: carried.map(([, recorded]) => recorded),
    }
    const inner = carried.map(([value]) => value)
    return this.#enter(what, () => Reflect.apply(real, innerSelf, inner), {own, args, gaveNew: false})
  }

  settle(id: number, recorded: {readonly value: Json} | {readonly error: Json}, settle: () => void): void {
    this.#enter({settle: id, ...recorded}, settle)
  }

  give(promise: number, value: unknown): unknown {
    return this.membrane.carryOut(value, () => {
      const id = this.membrane.nextId()
      this.#emit({plugin: 'gave', promise, id})
      return [id]
    })
  }

  #enter(
    what: Omit<TurnLine, 'plugin'>,
    work: () => unknown,
    entry?: Entry,
    giveOut: (result: unknown) => unknown = (result) => this.#giveOut(result, entry),
  ): unknown {
    const frame = this.#frames.at(-1)
    // The plugin called itself, by a way that does not lead through us.
    if (!frame && this.#isInTurn) return runInside(this, work)
    if (frame) {
      frame.lines.push({plugin: 'turn', ...what})
      if (entry) frame.entries.push(entry)
      else frame.entries.push({own: [0], args: [], gaveNew: true})
      return this.#run(work, giveOut)
    }
    this.#asked.clear()
    const ticks = this.#ticks.count
    this.#turn++
    if (ticks === undefined) this.#round++
    this.#readClocks()
    this.#looks = 0
    this.#chance = chanceOf(seedOf(this.#seed, this.#turn))
    this.#emit({plugin: 'turn', time: this.#time, at: this.#at, ...(ticks !== undefined && {ticks}), ...what})
    this.#isInTurn = true
    try {
      return this.#run(work, giveOut)
    } finally {
      this.#isInTurn = false
      this.#ticks.start()
    }
  }

  #run(work: () => unknown, giveOut: (result: unknown) => unknown): unknown {
    let result: unknown
    try {
      result = runInside(this, work)
    } catch (error) {
      this.#emit({plugin: 'gave', threw: true})
      throw error
    }
    return giveOut(result)
  }

  /** What the function of the plugin gave that was entered, as others get it. */
  #giveOut(result: unknown, entry: Entry | undefined): unknown {
    const outer = this.membrane.carryOut(result, () => {
      const id = this.membrane.nextId()
      if (entry) entry.gaveNew = true
      this.#emit({plugin: 'gave', id})
      return [id]
    })
    if (entry) entry.result = outer
    return outer
  }

  // What the plugin does

  answer(of: string, read: () => Carried): unknown {
    try {
      const [inner, recorded] = read()
      this.#note(of, resultOf(recorded))
      return inner
    } catch (error) {
      this.#note(of, {threw: this.membrane.carryIn(error)[1]})
      throw error
    }
  }

  #note(of: string, given: Given): void {
    const text = JSON.stringify(given)
    const after = this.#asked.get(of) ?? 0
    this.#asked.set(of, after + 1)
    if (this.#answered.get(of) === text) return
    this.#answered.set(of, text)
    this.#emit({plugin: 'answer', of, ...(after > 0 && {after}), ...given})
  }

  call(of: string, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    return this.perform({plugin: 'call', of}, real, self, args)
  }

  /** Calls what is not the plugin's, and records it with what came of it. */
  perform(line: CallLine, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    if (!isEntered() && !this.#isInTurn) this.exceed('a callback of Node’s that no recording sees')
    const gave: [number, number][] = []
    const outer = args.map((arg, i) => this.#give(arg, i, gave))
    const frame: Frame = {lines: [], entries: []}
    if (line.plugin === 'command') this.#asked.clear()
    this.#frames.push(frame)
    let result: unknown
    let failure: {readonly error: unknown} | undefined
    try {
      result = runOutside(() => Reflect.apply(real, self, outer))
    } catch (error) {
      failure = {error}
    } finally {
      this.#frames.pop()
    }
    const [inner, recorded] = this.membrane.carryIn(failure ? failure.error : result)
    const given = failure ? {threw: recorded} : resultOf(recorded)
    const called: CallLine = {...line, ...(gave.length > 0 && {gave})}
    const pass = failure ? undefined : passOf(frame, outer, result)
    if (line.plugin === 'call' && pass) this.#pass(line.of, pass, frame.lines)
    else if (frame.entries.length > 0)
      this.#emitAll([{...called, open: true}, ...frame.lines, {plugin: 'return', ...given}])
    else if (line.plugin === 'call' && frame.lines.length === 0 && gave.length === 0 && isData(recorded))
      this.#note(
        questionOf(line.of, args, (value) => this.#idOf(value)),
        given,
      )
    else {
      // Only events are in it.
      const events = frame.lines.length
      this.#emitAll([{...called, ...given, ...(events > 0 && {events})}, ...frame.lines])
    }
    if (line.plugin === 'command') this.#asked.clear()
    if (failure) throw inner
    return inner
  }

  /** What the plugin gives, as others get it. What is live gets a number. */
  #give(arg: unknown, i: number, gave: [number, number][]): unknown {
    const outer = this.membrane.carryOut(arg, () => [this.membrane.nextId()])
    const own = this.membrane.ownOf(arg)
    if (own?.length === 1) gave.push([i, own[0]])
    return outer
  }

  #pass(of: string, {own}: Entry, lines: readonly Line[]): void {
    const to = JSON.stringify(own)
    if (this.#passes.get(of) !== to) this.#emit({plugin: 'pass', of, to: own})
    this.#passes.set(of, to)
    // The turn itself is not there: in a replay, the plugin calls itself.
    this.#emitAll(lines.slice(1))
  }

  #idOf(value: object): unknown {
    const real = this.membrane.realOf(value)
    if (real !== value) {
      const [, recorded] = this.membrane.carryIn(real)
      return isObject(recorded) && 'id' in recorded ? recorded.id : undefined
    }
    return has(value, isLive) ? 'own' : undefined
  }

  hostOf(ssb: object): HubHost {
    return {makeHub: (make) => this.call('new hub', () => make(ssb as SSB), undefined, []) as object}
  }

  hub(value: object): Carried | undefined {
    return eventSources.has(value) ? this.#hubs.carry(value) : undefined
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
    const bytes = Uint8Array.from(runOutside(() => randomBytes(count)))
    return this.answer(`bytes ${count}`, () => this.membrane.carryIn(bytes)) as Uint8Array
  }

  setTimer(request: TimerRequest): object {
    return this.#timers.set(this.#round, this.#at, request)
  }

  clearTimer(timer: unknown): void {
    this.#timers.clear(timer, this.#clocks.uptime())
  }

  callModule(name: string, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    return this.call(name, real, self, args)
  }

  readonly #exceeded = new Set<string>()

  exceed(what: string): void {
    if (this.#exceeded.has(what)) return
    this.#exceeded.add(what)
    this.#emit({plugin: 'limit', what})
  }

  /** Ends the recording. */
  end(reason: 'closed' | 'exit'): void {
    const due = this.#timers.due(this.#clocks.uptime())
    this.#emit({plugin: 'end', reason, ...(due.length > 0 && {due})})
  }

  /** The time stands still in a turn, except for who looks so often that it must be waiting. */
  #look(): void {
    if (++this.#looks <= maxLooks) return
    const before = this.#time
    const at = this.#at
    this.#readClocks()
    if (this.#time !== before || this.#at - at >= 1)
      this.#emit({plugin: 'late', look: this.#looks, time: this.#time, at: this.#at})
    else this.#at = at
  }

  #readClocks(): void {
    this.#time = this.#clocks.now()
    this.#at = Math.round(this.#clocks.uptime() * 1000) / 1000
  }

  /** Others may cause it in the same round of the event loop in which the plugin goes on. */
  #emitEvent(event: LogItem): void {
    const ticks = this.#isInTurn || this.#frames.length > 0 ? undefined : this.#ticks.count
    if (ticks !== undefined) this.#emit({plugin: 'tick', ticks})
    this.#emit(event)
  }

  #emitAll(lines: readonly Line[]): void {
    for (const line of lines) this.#emit(line)
  }

  #emit(line: Line): void {
    const frame = this.#frames.at(-1)
    if (frame) frame.lines.push(line)
    else this.#write(line)
  }
}

interface Given {
  readonly result?: Json
  readonly threw?: Json
}

/** Where it is nothing, nothing is recorded. */
function resultOf(recorded: Json): Given {
  const isNothing =
    typeof recorded === 'object' && recorded !== null && '$' in recorded && recorded.$ === 'undefined'
  return isNothing ? {} : {result: recorded}
}

/** The entry to which a call was passed on as it was, and whose result it returned. */
function passOf({entries, lines}: Frame, args: readonly unknown[], result: unknown): Entry | undefined {
  const [entry] = entries
  if (!entry || entries.length > 1 || entry.gaveNew || entry.result !== result) return undefined
  const [first] = lines
  if (!first || !('plugin' in first) || first.plugin !== 'turn') return undefined
  const isSame = entry.args.length === args.length && args.every((arg, i) => arg === entry.args[i])
  return isSame ? entry : undefined
}

/** Whether nothing live is in what was recorded. */
function isData(recorded: Json): boolean {
  if (typeof recorded !== 'object' || recorded === null) return true
  if (
    '$' in recorded &&
    ['function', 'object', 'promise', 'own', 'hub', 'stream'].includes(String(recorded.$))
  )
    return false
  return Object.values(recorded).every(isData)
}
