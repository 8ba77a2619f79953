import type {Json} from '../../entry'
import {mark} from '../../values/secrets'
import {argOfCommand} from '../format/commands'
import type {CallLine} from '../format/lines'
import {questionOf} from '../format/questions'
import {pluginLine} from '../machine/call-site'
import type {Callable} from '../machine/world'
import {decisionOf, isCommand, isSameCommand, nextCall, nextCommand, printCommand} from './called'
import type {Course} from './course'
import {differenceLines} from './divergence'
import type {OwnValues} from './own-values'
import type {RecordedTable} from './recorded-table'
import type {Called, InnerTurn, Script} from './script'
import type {StandIns} from './stand-ins'
import type {Verdict} from './verdict'

/** After a divergence, or after the end of the recording, nothing is answered any more. */
const never = new Promise<never>(() => {})

/** What a replay is made of, for those who answer in it. */
export interface Replay {
  readonly script: Script
  readonly verdict: Verdict
  readonly course: Course
  readonly own: OwnValues
  readonly table: RecordedTable
  readonly standIns: StandIns
  /** The plugin is entered while a call of its own has not returned. */
  enterInner(turn: InnerTurn): void
}

/** Answers what the plugin reads and calls as it was answered, and compares its commands. */
export class ReplayedCalls {
  readonly #replay: Replay

  constructor(replay: Replay) {
    this.#replay = replay
  }

  /** The plugin reads. */
  read(of: string): unknown {
    const {course, own, verdict} = this.#replay
    const line = verdict.isOver ? undefined : course.answer(of)
    return line ? this.give(line) : (own.methodBehind(of) ?? verdict.refuse(`an answer to ${of}`))
  }

  /** Returns, or throws, what was recorded. */
  give({result, threw}: {readonly result?: Json; readonly threw?: Json}): unknown {
    const {standIns} = this.#replay
    if (threw !== undefined) throw standIns.read(threw)
    return result === undefined ? undefined : standIns.read(result)
  }

  /** The plugin calls what is not its own. */
  call(of: string, args: readonly unknown[]): unknown {
    const {course, own, script, standIns, verdict} = this.#replay
    const called = verdict.isOver ? undefined : this.#next(of)
    if (called) return this.#perform(called, args)
    const pass = script.passes.get(of)
    if (pass) {
      const {value, parent} = own.resolve(pass)
      if (typeof value === 'function') return Reflect.apply(value as Callable, parent, args)
    }
    if (verdict.isOver) return verdict.refuse(of)
    const line = course.answer(questionOf(of, args, (value) => standIns.idOf(value)))
    if (line) return this.give(line)
    const later = this.#later(of)
    return later ? this.#perform(later, args) : verdict.refuse(of)
  }

  /** The call that was recorded of the code that is running, or of what goes on when it has ended. */
  #next(of: string): Called | undefined {
    for (const {items} of this.#replay.course.inward) {
      const called = nextCall(items, of)
      if (called) return called
    }
    return undefined
  }

  /** The plugin may call earlier than it did what then came later. */
  #later(of: string): Called | undefined {
    const {course, script} = this.#replay
    for (const {items} of script.rounds.slice(Math.max(0, course.number) + 1)) {
      const called = nextCall(items, of)
      if (called) return called.turns.length === 0 ? called : undefined
    }
    return undefined
  }

  /** The plugin gives a command to a hub: it must be the one that was recorded next. */
  command(hub: number, name: string, args: readonly unknown[]): unknown {
    const {course, verdict} = this.#replay
    const given = args.slice(0, 2).map((arg) => JSON.parse(mark(JSON.stringify(argOfCommand(arg)))) as Json)
    const called: CallLine = {plugin: 'command', of: name, args: given, ...(hub > 1 && {hub})}
    const recorded = verdict.isOver ? undefined : nextCommand(course.scope.items)
    if (recorded && isSameCommand(recorded.line, called)) return this.#perform(recorded, args)
    // The recording may have stopped before this was written.
    if (!recorded && verdict.mayHaveStopped) verdict.stop()
    if (!verdict.isOver) {
      verdict.diverge({
        recorded: recorded && printCommand(recorded.line),
        called: printCommand(called),
        details: recorded ? differenceLines(decisionOf(recorded.line), decisionOf(called)) : [],
        line: pluginLine(),
      })
    }
    // The plugin must not go on as if its hub had answered, nor as if it had failed.
    return name === 'connect' || name === 'disconnect' ? never : name === 'update' ? false : undefined
  }

  /** Lets happen what happened in a call, and answers it. */
  #perform(called: Called, args: readonly unknown[]): unknown {
    const {course, enterInner, own, table, verdict} = this.#replay
    const {line, answer, before, turns} = called
    called.isDone = true
    course.reach(called)
    if (isCommand(called)) course.countAnew()
    for (const [i, id] of line.gave ?? []) own.learn(id, args[i])
    for (const item of before) course.pass(item)
    for (const turn of turns) enterInner(turn)
    if (isCommand(called)) course.countAnew()
    if (line.of === 'close' && isCommand(called)) table.close()
    if (answer !== line || !line.open) return this.give(answer)
    // The recording stopped before it returned.
    verdict.stop()
    return verdict.nothing
  }
}
