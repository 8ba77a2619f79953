import type {GaveLine, Own, TurnLine} from '../format/lines'
import {runInside} from '../machine/context'
import type {Callable, World} from '../machine/world'
import {nextCommand, printCommand} from './called'
import type {Course} from './course'
import type {Difference} from './divergence'
import {printOwn} from './given'
import type {OwnValues} from './own-values'
import type {ReplayedTimers} from './replayed-timers'
import type {Item} from './script'
import type {StandIns} from './stand-ins'
import type {Verdict} from './verdict'

/** What an entry into the plugin needs of the replay. */
interface Replay extends World {
  readonly verdict: Verdict
  readonly course: Course
  readonly own: OwnValues
  readonly standIns: StandIns
  readonly timers: ReplayedTimers
}

/** The ways in which a plugin that is replayed is entered: a function of its is called, a timer fires, a promise settles. */
export class Entrance {
  readonly #replay: Replay

  constructor(replay: Replay) {
    this.#replay = replay
  }

  /**
   * Enters the plugin as it was entered in this turn.
   *
   * @param after what was recorded after the beginning of the turn
   */
  enter(line: TurnLine, after: readonly Item[], load?: () => unknown): void {
    if (line.load && load) this.attempt(load, gaveIn(after))
    else if (line.call) this.#enterFunction(line, line.call, gaveIn(after))
    else if (line.timer) this.#fireTimer(line)
    else if (line.settle !== undefined) this.#settle(line.settle, line)
  }

  /** Runs code of the plugin. What it throws is its failure, unless it threw then, too. */
  attempt(work: () => unknown, gave?: GaveLine): void {
    const {own, verdict} = this.#replay
    let result: unknown
    try {
      result = runInside(this.#replay, work)
    } catch (error) {
      if (!gave?.threw) verdict.fail(error)
      return
    }
    if (gave?.id !== undefined) own.learn(gave.id, result)
  }

  #enterFunction({self, args = []}: TurnLine, own: Own, gave: GaveLine | undefined): void {
    const {standIns} = this.#replay
    const {value, parent} = this.#replay.own.resolve(own)
    const isNew = own.at(-1) === 'new'
    if (typeof value !== 'function') return this.#miss({recorded: `a call of ${printOwn(own)}`})
    const given = args.map((arg) => standIns.read(arg))
    const on = self === undefined ? parent : standIns.read(self)
    this.attempt(
      () => (isNew ? Reflect.construct(value, given) : Reflect.apply(value as Callable, on, given)),
      gave,
    )
  }

  #fireTimer({timer: name}: TurnLine): void {
    if (!name) return
    const {timers} = this.#replay
    const set = timers.take(name)
    if (set) return this.attempt(() => Reflect.apply(set.request.callback, set.timer, set.request.args))
    const alike = timers.of(name.round).map(({request: {kind, ms}}) => `${kind} of ${ms} ms`)
    this.#miss({
      recorded: `the ${name.kind} of ${name.ms} ms, set in round ${name.round}, fires`,
      called: alike.length > 0 ? `in that round were set: ${alike.join(', ')}` : undefined,
    })
  }

  #settle(id: number, {value, error}: TurnLine): void {
    const {standIns} = this.#replay
    const settle = standIns.settlers.get(id)
    if (!settle) return this.#miss({recorded: 'a promise settles that the plugin did not ask for'})
    if (error === undefined) settle.resolve(standIns.read(value ?? null))
    else settle.reject(standIns.read(error))
  }

  /** The plugin cannot be entered: it did not do what led to it, which may have been a command. */
  #miss(difference: Difference): void {
    const {course, verdict} = this.#replay
    const {items, position} = course.round
    const missing = nextCommand(items.slice(0, position))
    verdict.diverge(missing ? {recorded: printCommand(missing.line)} : difference)
  }
}

/** How the function ended that was entered: before the next turn. */
function gaveIn(items: readonly Item[]): GaveLine | undefined {
  for (const item of items) {
    if (item.is === 'turn') return undefined
    if (item.is === 'other' && item.line.plugin === 'gave' && item.line.promise === undefined)
      return item.line
  }
  return undefined
}
