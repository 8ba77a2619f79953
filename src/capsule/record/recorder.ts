import {randomBytes} from 'node:crypto'
import type {SSB} from '../../connections/stack'
import type {Json} from '../../entry'
import type {LogItem} from '../../events'
import type {HubHost} from '../../hub-host'
import {eventSources} from '../../hub-host'
import type {CallLine, Line, Own} from '../format/lines'
import {isObject} from '../format/values'
import {isEntered, runOutside} from '../machine/context'
import type {ClockTimes} from '../machine/turn-clock'
import {TurnClock} from '../machine/turn-clock'
import type {Callable, TimerRequest, World} from '../machine/world'
import type {Carried, Crossings} from './crossings'
import {Frames} from './frames'
import {Membrane} from './membrane'
import {RecordedAnswers, resultOf} from './recorded-answers'
import {RecordedCalls} from './recorded-calls'
import {HubRecorder} from './recorded-hub'
import {RecordedTimers} from './recorded-timers'
import {RecordedTurns} from './recorded-turns'

/** The clocks of the machine, in ms. */
export interface Clocks {
  now(): number
  uptime(): number
}

/** Records a plugin: all that crosses the boundary between it and all others goes through here. */
export class Recorder implements World, Crossings {
  readonly membrane = new Membrane(this)
  readonly clock: TurnClock
  readonly #clocks: Clocks
  readonly frames: Frames
  readonly answers: RecordedAnswers
  readonly #calls: RecordedCalls
  readonly #turns = new RecordedTurns(this)
  readonly #timers: RecordedTimers
  readonly #hubs: HubRecorder
  readonly #pluginId = this.membrane.nextId()
  readonly #seed = randomBytes(4).readInt32LE()
  readonly #exceeded = new Set<string>()

  constructor(write: (line: Line) => void, clocks: Clocks) {
    this.#clocks = clocks
    this.clock = new TurnClock(this.#seed, (look) => this.#lateLook(look))
    this.frames = new Frames(write)
    this.answers = new RecordedAnswers((line) => this.frames.write(line))
    this.#calls = new RecordedCalls(this.membrane, this.frames, this.answers)
    this.#timers = new RecordedTimers(
      (timer, fire) => this.#turns.enter({timer}, fire),
      (timer) => this.frames.write({plugin: 'cleared', timer}),
    )
    this.#hubs = new HubRecorder(this, (event) => this.#writeEvent(event))
  }

  // What others do

  /** Loads the plugin, and gives it as others get it. */
  load<T extends object>(load: () => T): T {
    const plugin = this.#turns.enter({load: {seed: this.#seed}}, load, undefined, (plugin) => {
      this.frames.write({plugin: 'gave', id: this.#pluginId})
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
    // What a plugin is made with (its stack, its config) it keeps, and reads when it has changed.
    const isMaking = own[0] === this.#pluginId
    const carried = args.map((arg) => this.membrane.carryIn(arg, isMaking))
    const what = {
      call: own,
      ...(isObject(innerSelf) && {self: recordedSelf as Json}),
      args: carried.map(([, recorded]) => recorded),
    }
    const inner = carried.map(([value]) => value)
    return this.#turns.enter(what, () => Reflect.apply(real, innerSelf, inner), {own, args, gaveNew: false})
  }

  settle(id: number, recorded: {readonly value: Json} | {readonly error: Json}, settle: () => void): void {
    this.#turns.enter({settle: id, ...recorded}, settle)
  }

  give(promise: number, value: unknown): unknown {
    return this.membrane.carryOut(value, () => {
      const id = this.membrane.nextId()
      this.frames.write({plugin: 'gave', promise, id})
      return [id]
    })
  }

  // What the plugin does

  answer(of: string, read: () => Carried): unknown {
    try {
      const [inner, recorded] = read()
      this.answers.note(of, resultOf(recorded))
      return inner
    } catch (error) {
      this.answers.note(of, {threw: this.membrane.carryIn(error)[1]})
      throw error
    }
  }

  call(of: string, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    return this.perform({plugin: 'call', of}, real, self, args)
  }

  /** Calls what is not the plugin's, and records it with what came of it. */
  perform(line: CallLine, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    if (!isEntered() && !this.#turns.isInTurn) this.exceed('a callback of Node’s that no recording sees')
    return this.#calls.perform(line, real, self, args)
  }

  hostOf(ssb: object): HubHost {
    return {makeHub: (make) => this.call('new hub', () => make(ssb as SSB), undefined, []) as object}
  }

  hub(value: object): Carried | undefined {
    return eventSources.has(value) ? this.#hubs.carry(value) : undefined
  }

  // What the plugin asks of the machine

  bytes(count: number): Uint8Array {
    const bytes = Uint8Array.from(runOutside(() => randomBytes(count)))
    return this.answer(`bytes ${count}`, () => this.membrane.carryIn(bytes)) as Uint8Array
  }

  setTimer(request: TimerRequest): object {
    return this.#timers.set(this.#turns.round, this.clock.times.at, request)
  }

  clearTimer(timer: unknown): void {
    this.#timers.clear(timer, this.#clocks.uptime())
  }

  callModule(name: string, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    return this.call(name, real, self, args)
  }

  escape(): boolean {
    this.frames.write({plugin: 'escaped'})
    return false
  }

  exceed(what: string): void {
    if (this.#exceeded.has(what)) return
    this.#exceeded.add(what)
    this.frames.write({plugin: 'limit', what})
  }

  // The recording

  /** Ends the recording. */
  end(reason: 'closed' | 'exit'): void {
    const due = this.#timers.due(this.#clocks.uptime())
    this.frames.write({plugin: 'end', reason, ...(due.length > 0 && {due})})
  }

  /** What the clocks of the machine say now. */
  times(): ClockTimes {
    const {now, uptime} = this.#clocks
    return {time: now(), at: Math.round(uptime() * 1000) / 1000}
  }

  /** Who looks so often at the clock is told the true time. */
  #lateLook(look: number): ClockTimes | undefined {
    const {time, at} = this.clock.times
    const times = this.times()
    if (times.time === time && times.at - at < 1) return undefined
    this.frames.write({plugin: 'late', look, ...times})
    return times
  }

  /** Writes an event of the hub. Others may cause it in the same round of the event loop in which the plugin goes on. */
  #writeEvent(event: LogItem): void {
    const ticks = this.frames.innermost ? undefined : this.#turns.ticks
    if (ticks !== undefined) this.frames.write({plugin: 'tick', ticks})
    this.frames.write(event)
  }
}
