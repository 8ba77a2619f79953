import type {Json} from '../../entry'
import type {CallLine, Line} from '../format/lines'
import {questionOf} from '../format/questions'
import {isObject} from '../format/values'
import {runOutside} from '../machine/context'
import type {Callable} from '../machine/world'
import type {Entry, Frame, Frames} from './frames'
import type {Membrane} from './membrane'
import type {RecordedAnswers} from './recorded-answers'
import {resultOf} from './recorded-answers'

/** What the plugin calls that is not its own: its commands, functions of its stack and of Node's modules. */
export class RecordedCalls {
  readonly #membrane: Membrane
  readonly #frames: Frames
  readonly #answers: RecordedAnswers
  /** Which calls are known to lead straight back to the plugin, and where to. */
  readonly #passes = new Map<string, string>()

  constructor(membrane: Membrane, frames: Frames, answers: RecordedAnswers) {
    this.#membrane = membrane
    this.#frames = frames
    this.#answers = answers
  }

  /** Calls, and records the call with what came of it. */
  perform(line: CallLine, real: Callable, self: unknown, args: readonly unknown[]): unknown {
    const gave: [number, number][] = []
    const outer = args.map((arg, i) => this.#give(arg, i, gave))
    const frame: Frame = {lines: [], entries: []}
    if (line.plugin === 'command') this.#answers.countAnew()
    let result: unknown
    let failure: {readonly error: unknown} | undefined
    try {
      result = this.#frames.around(frame, () => runOutside(() => Reflect.apply(real, self, outer)))
    } catch (error) {
      failure = {error}
    }
    const [inner, recorded] = this.#membrane.carryIn(failure ? failure.error : result)
    const given = failure ? {threw: recorded} : resultOf(recorded)
    const called: CallLine = {...line, ...(gave.length > 0 && {gave})}
    const pass = failure ? undefined : passOf(frame, outer, result)
    const {lines} = frame
    if (line.plugin === 'call' && pass) this.#pass(line.of, pass, lines)
    else if (frame.entries.length > 0)
      this.#frames.write({...called, open: true}, ...lines, {plugin: 'return', ...given})
    else if (line.plugin === 'call' && lines.length === 0 && gave.length === 0 && isData(recorded))
      this.#answers.note(
        questionOf(line.of, args, (value) => this.#idOf(value)),
        given,
      )
    // The plugin was not entered, so that only events are among the lines.
    else this.#frames.write({...called, ...given, ...(lines.length > 0 && {events: lines.length})}, ...lines)
    if (line.plugin === 'command') this.#answers.countAnew()
    if (failure) throw inner
    return inner
  }

  /** What the plugin gives, as others get it. What is live gets a number. */
  #give(arg: unknown, i: number, gave: [number, number][]): unknown {
    const outer = this.#membrane.carryOut(arg, () => [this.#membrane.nextId()])
    const own = this.#membrane.ownOf(arg)
    if (own?.length === 1) gave.push([i, own[0]])
    return outer
  }

  #pass(of: string, {own}: Entry, lines: readonly Line[]): void {
    const to = JSON.stringify(own)
    if (this.#passes.get(of) !== to) this.#frames.write({plugin: 'pass', of, to: own})
    this.#passes.set(of, to)
    // Without the turn with which they begin: in a replay, the plugin calls itself.
    this.#frames.write(...lines.slice(1))
  }

  /** The number of something that the plugin was given, if it is that. */
  #idOf(value: object): unknown {
    const real = this.#membrane.realOf(value)
    if (real === value) return undefined
    const [, recorded] = this.#membrane.carryIn(real)
    return isObject(recorded) && 'id' in recorded ? recorded.id : undefined
  }
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

const liveKinds = new Set(['function', 'object', 'promise', 'own', 'hub', 'stream'])

/** Whether nothing live is in what was recorded. */
function isData(recorded: Json): boolean {
  if (typeof recorded !== 'object' || recorded === null) return true
  if ('$' in recorded && liveKinds.has(String(recorded.$))) return false
  return Object.values(recorded).every(isData)
}
