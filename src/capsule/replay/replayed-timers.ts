import {TimerHandle} from '../../util/timer-handle'
import type {TimerName} from '../format/lines'
import {imprecision, keyOf, TimerNames} from '../format/timer-names'
import type {TimerRequest} from '../machine/world'

/** What a plugin gets for a timer in a replay: it has the methods of Node's. */
export class ReplayedTimer extends TimerHandle {
  readonly #timers: ReplayedTimers

  constructor(timers: ReplayedTimers) {
    super()
    this.#timers = timers
  }

  refresh(): this {
    this.#timers.refresh(this)
    return this
  }

  close(): this {
    this.#timers.clear(this)
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.#timers.numberOf(this)
  }
}

/** A timer that is set. */
export interface SetTimer {
  readonly timer: ReplayedTimer
  readonly name: TimerName
  readonly request: TimerRequest
  readonly number: number
  due: number
}

/** The timers of a plugin that is replayed: they fire when the recording says so. */
export class ReplayedTimers {
  readonly #names = new TimerNames()
  readonly #set = new Map<ReplayedTimer, SetTimer>()
  readonly #recorded: ReadonlySet<string>
  readonly #now: () => number
  #count = 0

  /** @param recorded the timers of which the recording says whether they fired */
  constructor(recorded: ReadonlySet<string>, now: () => number) {
    this.#recorded = recorded
    this.#now = now
  }

  set(round: number, request: TimerRequest): ReplayedTimer {
    const timer = new ReplayedTimer(this)
    const name = this.#names.next(round, request)
    this.#set.set(timer, {timer, name, request, number: ++this.#count, due: this.#now() + request.ms})
    return timer
  }

  clear(timer: unknown): void {
    if (timer instanceof ReplayedTimer) this.#set.delete(timer)
    else for (const set of this.#set.values()) if (set.number === Number(timer)) this.#set.delete(set.timer)
  }

  refresh(timer: ReplayedTimer): void {
    const set = this.#set.get(timer)
    if (set) set.due = this.#now() + set.request.ms
  }

  numberOf(timer: ReplayedTimer): number {
    return this.#set.get(timer)?.number ?? 0
  }

  /** The timer of this name, which now fires, or else another that was set in the same round for as long. */
  take(name: TimerName): SetTimer | undefined {
    const found = this.#find(name)
    if (found) this.#fired(found)
    return found
  }

  has(name: TimerName): boolean {
    return this.#find(name) !== undefined
  }

  #find(name: TimerName): SetTimer | undefined {
    const key = keyOf(name)
    const all = [...this.#set.values()]
    return (
      all.find((set) => keyOf(set.name) === key) ?? all.find((set) => keyOf({...set.name, n: name.n}) === key)
    )
  }

  /** The first timer that the recording does not know, and that was due by then. It fires. */
  takeNew(now: number): SetTimer | undefined {
    let first: SetTimer | undefined
    for (const set of this.#set.values()) {
      if (this.#recorded.has(keyOf(set.name)) || set.due + imprecision >= now) continue
      if (!first || set.due < first.due) first = set
    }
    if (first) this.#fired(first)
    return first && {...first}
  }

  /** Those that were set in this round. */
  of(round: number): SetTimer[] {
    return [...this.#set.values()].filter(({name}) => name.round === round)
  }

  #fired(set: SetTimer): void {
    if (set.request.kind === 'interval') set.due += set.request.ms
    else this.#set.delete(set.timer)
  }
}
