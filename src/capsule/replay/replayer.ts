import type {LogItem} from '../../events'
import type {TickLine, TurnLine} from '../format/lines'
import type {ClockTimes} from '../machine/turn-clock'
import {TurnClock} from '../machine/turn-clock'
import type {Callable, TimerRequest, World} from '../machine/world'
import {nextCommand, printCommand} from './called'
import {Course} from './course'
import {Entrance} from './entrance'
import {printTurn} from './given'
import {OwnValues} from './own-values'
import {RecordedTable} from './recorded-table'
import {ReplayedCalls} from './replayed-calls'
import {ReplayedTimers} from './replayed-timers'
import type {InnerTurn, Item, Round, Script} from './script'
import {StandIns} from './stand-ins'
import {Verdict} from './verdict'

/** Gives a plugin what it was given when it was recorded, turn by turn, and compares what it does. */
export class Replayer implements World {
  readonly clock: TurnClock
  readonly verdict: Verdict
  readonly own: OwnValues
  readonly #table = new RecordedTable()
  readonly course: Course
  readonly standIns: StandIns
  readonly #calls: ReplayedCalls
  readonly #entrance = new Entrance(this)
  /** How many errors of the plugin's nobody caught in this round. */
  #escaped = 0
  readonly timers: ReplayedTimers

  constructor(script: Script) {
    const verdict = new Verdict(script.end)
    this.verdict = verdict
    this.clock = new TurnClock(script.seed, (look) => this.#lateLook(look))
    this.own = new OwnValues(script)
    this.course = new Course(script.firstAnswers, this.#table, (what) => {
      verdict.exceed(what)
      verdict.stop()
    })
    this.timers = new ReplayedTimers(script.timers, () => this.clock.times.at)
    this.standIns = new StandIns({
      read: (of) => this.#calls.read(of),
      call: (of, args) => this.#calls.call(of, args),
      command: (hub, name, args) => this.#calls.command(hub, name, args),
      own: (own) => this.own.resolve(own).value,
      host: {makeHub: () => this.#calls.call('new hub', []) as object},
      getState: (address) => this.#table.open.get(String(address))?.state,
      entries: () => this.#table.open.entries().values(),
    })
    this.#calls = new ReplayedCalls({
      script,
      verdict,
      course: this.course,
      own: this.own,
      table: this.#table,
      standIns: this.standIns,
      enterInner: (turn) => this.#enterInner(turn),
    })
  }

  /** The log of the hub up to now. */
  get events(): readonly LogItem[] {
    return this.#table.events
  }

  // Rounds and turns

  /** Begins a round of the event loop. */
  begin({items, isLast}: Round, number: number): void {
    this.#beginRound(items, number, isLast)
  }

  #beginRound(items: readonly Item[], number: number, isLast: boolean): void {
    this.verdict.isLastRound = isLast
    this.#escaped = 0
    this.course.begin(items, number)
  }

  /** Enters the plugin as it was entered next in this round. */
  enter(line: TurnLine, load: () => unknown): void {
    const after = this.course.goTo(line)
    const {time, at} = this.clock.times
    this.#beginTurn({time: line.time ?? time, at: line.at ?? at}, printTurn(line))
    this.#entrance.enter(line, after, load)
  }

  /** Lets happen what others did meanwhile. */
  applyTick(line: TickLine): void {
    this.course.applyTick(line)
  }

  /** All that was recorded of the round must have been done. */
  finish(): void {
    const {round} = this.course
    this.#divergeWhereMissing(round.items)
    this.course.moveTo(round, round.items.length)
  }

  /** Whether the plugin can be entered in this way, as far as it depends on its timers. */
  isReady({timer}: TurnLine): boolean {
    return !timer || this.timers.has(timer)
  }

  /** Fires a timer that was not there when the plugin was recorded, if one was due by then. */
  fireNew(at: number): boolean {
    const set = this.timers.takeNew(at)
    if (!set) return false
    const {timer, due, request} = set
    const {number} = this.verdict.turn
    this.#beginRound([], -1 - number, false)
    const {time, at: now} = this.clock.times
    this.#beginTurn({time: time + (due - now), at: due}, `a new ${request.kind} of ${request.ms} ms fired`)
    this.#entrance.attempt(() => Reflect.apply(request.callback, timer, request.args))
    return true
  }

  #beginTurn({time, at}: ClockTimes, given: string): void {
    const number = this.verdict.turn.number + 1
    this.verdict.turn = {number, time, given}
    this.clock.begin(number, {time: Math.round(time), at})
  }

  #enterInner(turn: InnerTurn): void {
    this.course.inside(turn, () => {
      this.#entrance.enter(turn.line, turn.items)
      this.#divergeWhereMissing(turn.items)
    })
  }

  #divergeWhereMissing(items: readonly Item[]): void {
    const missing = nextCommand(items)
    if (missing) this.verdict.diverge({recorded: printCommand(missing.line)})
  }

  // What the plugin asks of the machine

  bytes(count: number): Uint8Array {
    const of = `bytes ${count}`
    const asked = this.course.asked(of)
    const line = this.course.answer(of)
    if (line && (line.after ?? 0) === asked) return this.#calls.give(line) as Uint8Array
    // More than were recorded, or earlier: which ones matters no more than that they are the same each time.
    return Uint8Array.from({length: count}, () => Math.floor(this.clock.random() * 256))
  }

  setTimer(request: TimerRequest): object {
    return this.timers.set(this.course.number, request)
  }

  clearTimer(timer: unknown): void {
    this.timers.clear(timer)
  }

  callModule(name: string, _real: Callable, _self: unknown, args: readonly unknown[]): unknown {
    return this.#calls.call(name, args)
  }

  /** It is the plugin's failure, unless as many were not caught when this round was recorded. */
  escape(error: unknown): boolean {
    const {items} = this.course.round
    const recorded = items.filter((item) => item.is === 'other' && item.line.plugin === 'escaped').length
    if (++this.#escaped > recorded) this.verdict.fail(error)
    return true
  }

  exceed(what: string): never {
    throw this.verdict.exceed(what)
  }

  /** When the plugin waits for time to pass, it passes as it did. */
  #lateLook(look: number): ClockTimes | undefined {
    const {items, position} = this.course.scope
    let isKnown = false
    let then: ClockTimes | undefined
    for (let i = position; i < items.length; i++) {
      const item = items[i]
      if (!item || item.is === 'turn') break
      if (item.is !== 'other' || item.line.plugin !== 'late') continue
      const {look: recorded, time, at} = item.line
      isKnown ||= recorded >= look
      if (recorded === look) then = {time, at}
    }
    if (isKnown || look % 1000 !== 0) return then
    const {time, at} = this.clock.times
    return {time: time + 1, at: at + 1}
  }
}
