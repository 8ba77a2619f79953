import type {LogItem} from '../../events'
import type {
  AnswerLine,
  CallLine,
  EndLine,
  GaveLine,
  Line,
  Own,
  PassLine,
  PluginLine,
  ReturnLine,
  TurnLine,
} from '../format/lines'
import {keyOf} from '../format/timer-names'

/** A call or a command that was recorded, with how the plugin was entered meanwhile. */
export interface Called {
  readonly line: CallLine
  readonly answer: CallLine | ReturnLine
  /** What happened in it before the plugin was entered. */
  readonly before: readonly Item[]
  readonly turns: readonly InnerTurn[]
  isDone: boolean
}

export interface InnerTurn {
  readonly line: TurnLine
  readonly items: readonly Item[]
}

/** What was recorded, in its order. */
export type Item =
  | {readonly is: 'turn'; readonly line: TurnLine}
  | {readonly is: 'called'; readonly called: Called}
  | {readonly is: 'event'; readonly event: LogItem; isDone: boolean}
  | {readonly is: 'answer'; readonly line: AnswerLine}
  | {readonly is: 'other'; readonly line: PluginLine}

/** What happened in one round of the event loop: the items of the turns in it, each after its own. */
export interface Round {
  readonly items: readonly Item[]
  readonly isLast: boolean
}

/** The recording of a plugin, as its replay needs it. */
export interface Script {
  readonly rounds: readonly Round[]
  readonly seed: number
  /** The timers of which it is known whether they fired. */
  readonly timers: ReadonlySet<string>
  /** Calls of others that do nothing but call the plugin: what of the plugin's they call. */
  readonly passes: ReadonlyMap<string, Own>
  /** Objects of others that stand for one of the plugin's: its number, by theirs. */
  readonly behind: ReadonlyMap<number, number>
  /** The first answer to each question. */
  readonly firstAnswers: ReadonlyMap<string, AnswerLine>
  /** Promises of the plugin's: the number of what they gave, by theirs. */
  readonly gaveLater: ReadonlyMap<number, number>
  readonly end: EndLine | undefined
  readonly turns: number
  readonly commands: number
}

/** Puts the lines of a recording in the order of its rounds. */
export function scriptOf(lines: readonly Line[], seed: number): Script {
  const reader = new Reader(lines)
  const rounds = reader.rounds()
  const plugin = lines.filter((line): line is PluginLine => 'plugin' in line)
  const timers = plugin.flatMap((line) => {
    if (line.plugin === 'turn') return line.timer ? [line.timer] : []
    if (line.plugin === 'cleared') return [line.timer]
    return line.plugin === 'end' ? (line.due ?? []) : []
  })
  const gaves = plugin.filter((line): line is GaveLine => line.plugin === 'gave')
  const answers = plugin.filter((line): line is AnswerLine => line.plugin === 'answer')
  return {
    rounds,
    seed,
    timers: new Set(timers.map(keyOf)),
    passes: new Map(plugin.flatMap((line) => (line.plugin === 'pass' ? [[line.of, line.to] as const] : []))),
    behind: new Map(plugin.flatMap((line) => (line.plugin === 'pass' ? behindOf(line) : []))),
    firstAnswers: new Map(answers.reverse().map((line) => [line.of, line])),
    gaveLater: new Map(
      gaves.flatMap(({promise, id}) => (promise === undefined || id === undefined ? [] : [[promise, id]])),
    ),
    end: plugin.find((line): line is EndLine => line.plugin === 'end'),
    turns: plugin.filter((line) => line.plugin === 'turn' && line.time !== undefined).length,
    commands: plugin.filter((line) => line.plugin === 'command').length,
  }
}

/** A method of the plugin's that is called on an object of others: that object is what the plugin gave. */
function behindOf({of, to}: PassLine): [number, number][] {
  const [, on] = of.split('/')
  return on === undefined || to.length !== 2 ? [] : [[Number(on), to[0]]]
}

class Reader {
  readonly #lines: readonly Line[]
  #at = 0

  constructor(lines: readonly Line[]) {
    this.#lines = lines
  }

  rounds(): Round[] {
    const rounds: {items: Item[]; isLast: boolean}[] = []
    for (;;) {
      const line = this.#lines[this.#at]
      if (!line) break
      if (isTurn(line) && line.time !== undefined && line.ticks === undefined)
        rounds.push({items: [], isLast: false})
      const item = this.#item()
      if (item) rounds.at(-1)?.items.push(item)
    }
    const last = rounds.at(-1)
    if (last) last.isLast = true
    return rounds
  }

  /** The next item; undefined for what a recording that stopped did not finish. */
  #item(): Item | undefined {
    const line = this.#lines[this.#at++]
    if (!line) return undefined
    if (!('plugin' in line)) return {is: 'event', event: line, isDone: false}
    if (line.plugin === 'turn') return {is: 'turn', line}
    if (line.plugin === 'answer') return {is: 'answer', line}
    if (line.plugin === 'call' || line.plugin === 'command') return this.#called(line)
    return {is: 'other', line}
  }

  #called(line: CallLine): Item {
    const before: Item[] = []
    const turns: {line: TurnLine; items: Item[]}[] = []
    let answer: CallLine | ReturnLine = line
    for (let events = line.events ?? 0; events > 0 && this.#at < this.#lines.length; events--) {
      const item = this.#item()
      if (item) before.push(item)
    }
    while (line.open && this.#at < this.#lines.length) {
      const next = this.#lines[this.#at]
      if (next && isReturn(next)) {
        this.#at++
        answer = next
        break
      }
      const item = this.#item()
      if (item?.is === 'turn') turns.push({line: item.line, items: []})
      else if (item) (turns.at(-1)?.items ?? before).push(item)
    }
    return {is: 'called', called: {line, answer, before, turns, isDone: false}}
  }
}

function isTurn(line: Line): line is TurnLine {
  return 'plugin' in line && line.plugin === 'turn'
}

function isReturn(line: Line): line is ReturnLine {
  return 'plugin' in line && line.plugin === 'return'
}
