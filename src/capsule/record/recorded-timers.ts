import type {TimerName} from '../format/lines'
import {imprecision, TimerNames} from '../format/timer-names'
import {runOutside} from '../machine/context'
import type {TimerRequest} from '../machine/world'

interface SetTimer {
  readonly name: TimerName
  due: number
  readonly isInterval: boolean
}

// Looked up at each call. Outside of the plugin they are the machine's, or those of a test framework.
const start = {
  timeout: (fire: () => void, ms: number) => setTimeout(fire, ms),
  interval: (fire: () => void, ms: number) => setInterval(fire, ms),
  immediate: (fire: () => void) => setImmediate(fire),
}

/** The timers of a plugin that is recorded: they are the machine's own, and each that fires is a turn. */
export class RecordedTimers {
  readonly #names = new TimerNames()
  readonly #set = new Map<object, SetTimer>()
  readonly #fire: (name: TimerName, fire: () => void) => void
  readonly #cleared: (name: TimerName) => void

  constructor(fire: (name: TimerName, fire: () => void) => void, cleared: (name: TimerName) => void) {
    this.#fire = fire
    this.#cleared = cleared
  }

  set(round: number, now: number, request: TimerRequest): object {
    const {kind, ms, callback, args} = request
    const name = this.#names.next(round, request)
    const fire = () => {
      const set = this.#set.get(timer)
      if (set?.isInterval) set.due += ms
      else this.#set.delete(timer)
      this.#fire(name, () => Reflect.apply(callback, timer, args))
    }
    const timer: object = runOutside(() => start[kind](fire, ms))
    this.#set.set(timer, {name, due: now + ms, isInterval: kind === 'interval'})
    return timer
  }

  /** A timer that is cleared when it was due is recorded: its replay would take it for a new one, and fire it. */
  clear(timer: unknown, now: number): void {
    const found = this.#find(timer)
    runOutside(() => clearTimeout(timer as NodeJS.Timeout))
    if (!found) return
    runOutside(() => clearImmediate(found as NodeJS.Immediate))
    const set = this.#set.get(found)
    this.#set.delete(found)
    if (set && set.due - imprecision <= now) this.#cleared(set.name)
  }

  /** Those that were due, and have not fired. */
  due(now: number): TimerName[] {
    return [...this.#set.values()].filter(({due}) => due - imprecision <= now).map(({name}) => name)
  }

  /** Timers may be cleared by their number. */
  #find(timer: unknown): object | undefined {
    if (typeof timer === 'object' && timer !== null) return this.#set.has(timer) ? timer : undefined
    if (typeof timer !== 'number' && typeof timer !== 'string') return undefined
    for (const set of this.#set.keys()) if ('ref' in set && Number(set) === Number(timer)) return set
    return undefined
  }
}
