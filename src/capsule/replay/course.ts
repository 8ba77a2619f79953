import type {AnswerLine, TickLine, TurnLine} from '../format/lines'
import {isCommand} from './called'
import type {RecordedTable} from './recorded-table'
import type {Called, InnerTurn, Item, Script} from './script'

/** What was recorded of the code that is running: of a round of the event loop, or of a call in it. */
export interface Scope {
  readonly items: readonly Item[]
  /** What lies before is done. */
  position: number
}

/** Where in the recording the replay is. What lies before is done: events are applied, answers are known. */
export class Course {
  readonly #firstAnswers: Script['firstAnswers']
  readonly #table: RecordedTable
  readonly #onLimit: (what: string) => void
  /** That of the round, and those of the calls in it that have not returned, the innermost last. */
  readonly #scopes: Scope[] = []
  #number = -1
  readonly #answers = new Map<string, AnswerLine>()
  readonly #asked = new Map<string, number>()

  /** @param onLimit called with what the plugin used, when it was recorded, that no recording holds */
  constructor(firstAnswers: Script['firstAnswers'], table: RecordedTable, onLimit: (what: string) => void) {
    this.#firstAnswers = firstAnswers
    this.#table = table
    this.#onLimit = onLimit
  }

  /** Begins a round of the event loop. */
  begin(items: readonly Item[], number: number): void {
    this.#number = number
    this.#scopes.length = 0
    this.#scopes.push({items, position: 0})
  }

  /** The number of this round; below 0 for one that was not recorded. */
  get number(): number {
    return this.#number
  }

  /** What was recorded of this round. */
  get round(): Scope {
    return this.#scopes[0] ?? {items: [], position: 0}
  }

  /** What was recorded of the code that is running. */
  get scope(): Scope {
    return this.#scopes.at(-1) ?? {items: [], position: 0}
  }

  /** The scopes, the innermost first. */
  get inward(): readonly Scope[] {
    return [...this.#scopes].reverse()
  }

  /** Goes to a turn of this round, and returns what was recorded after it. */
  goTo(line: TurnLine): readonly Item[] {
    const {round} = this
    const at = round.items.findIndex((item) => item.is === 'turn' && item.line === line)
    this.moveTo(round, at + 1)
    this.countAnew()
    return round.items.slice(at + 1)
  }

  /** Lets happen what others did between two turns. */
  applyTick(line: TickLine): void {
    const {items} = this.round
    let end = items.findIndex((item) => item.is === 'other' && item.line === line) + 1
    while (items[end]?.is === 'event') end++
    this.applyEvents(this.round, end)
  }

  /** The plugin is entered in a call that it made: what was recorded of that is the scope, while `work` is done. */
  inside({items}: InnerTurn, work: () => void): void {
    const scope: Scope = {items, position: 0}
    this.#scopes.push(scope)
    work()
    this.moveTo(scope, items.length)
    this.#scopes.pop()
  }

  moveTo(scope: Scope, position: number): void {
    for (let i = scope.position; i < position; i++) {
      const item = scope.items[i]
      if (item) this.pass(item)
    }
    scope.position = Math.max(scope.position, position)
  }

  /** The events up to there, in their order. */
  applyEvents(scope: Scope, end: number): void {
    for (const item of scope.items.slice(0, end)) if (item.is === 'event') this.pass(item)
  }

  pass(item: Item): void {
    if (item.is === 'answer') this.#answers.set(item.line.of, item.line)
    if (item.is === 'other' && item.line.plugin === 'limit') this.#onLimit(item.line.what)
    if (item.is !== 'event' || item.isDone) return
    item.isDone = true
    this.#table.apply(item.event)
  }

  // Answers

  /** A turn begins, or a command is given: from here, questions are counted anew. */
  countAnew(): void {
    this.#asked.clear()
  }

  /** How often this was asked. */
  asked(of: string): number {
    return this.#asked.get(of) ?? 0
  }

  /** The answer to a question, now that it is asked once more. What follows the next turn or command is not known yet. */
  answer(of: string): AnswerLine | undefined {
    const asked = this.asked(of)
    this.#asked.set(of, asked + 1)
    const {items, position} = this.scope
    let latest = this.#answers.get(of)
    for (let i = position; i < items.length; i++) {
      const item = items[i]
      if (!item || item.is === 'turn' || (item.is === 'called' && isCommand(item.called))) break
      if (item.is === 'answer' && item.line.of === of && (item.line.after ?? 0) <= asked) latest = item.line
    }
    latest ??= this.#firstAnswers.get(of)
    if (latest) this.#answers.set(of, latest)
    return latest
  }

  /** Lets happen what happened before a call was made. */
  reach(called: Called): void {
    const isThis = (item: Item) => item.is === 'called' && item.called === called
    const scope = this.inward.find(({items}) => items.some(isThis))
    if (!scope) return
    const at = scope.items.findIndex(isThis)
    if (isCommand(called)) {
      const isReached = !scope.items.slice(scope.position, at).some(({is}) => is === 'turn')
      if (isReached && at >= scope.position) this.moveTo(scope, at + 1)
    }
    this.applyEvents(scope, at)
  }
}
