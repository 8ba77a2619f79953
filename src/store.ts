import type {Clock} from './clock'
import {throwUncaught} from './clock'
import type {HubEvent, Recorded} from './events'
import type {Log} from './log'

/** What the store folds events into. */
export interface State<Change> {
  /** Whether the event can happen now. */
  allows(event: HubEvent): boolean
  /** Folds the event in, and returns what it changed. If it throws, nothing has changed. */
  apply(event: Recorded): Change | undefined
}

/** An event that is applied, as it is told: with what it changed, and what is live beside it. */
export interface Told<Change, Live> {
  readonly event: Recorded
  readonly change: Change | undefined
  readonly live: Live
}

/**
 * dispatch → reduce → log → tell.
 *
 * Apply now, tell in order: an event is folded at once, also when it is dispatched while another is
 * being told; those who are told hear of one event after the other.
 */
export class Store<Change, Live> {
  readonly #state: State<Change>
  readonly #log: Log
  readonly #clock: Clock
  readonly #tell: (told: Told<Change, Live>) => void
  #seq = 0
  #time = 0
  #untold: Told<Change, Live>[] = []
  /** How many of these were told. */
  #told = 0
  /** The event that is being told. */
  #current: number | undefined
  #telling = false

  constructor(state: State<Change>, log: Log, clock: Clock, tell: (told: Told<Change, Live>) => void) {
    this.#state = state
    this.#log = log
    this.#clock = clock
    this.#tell = tell
  }

  /** The `seq` of the latest event that is applied. */
  get seq(): number {
    return this.#seq
  }

  /** Whether events are applied that are yet to be told. */
  get hasUntold(): boolean {
    return this.#told < this.#untold.length
  }

  /** The time of the latest event that is applied, in ms since the epoch. */
  get time(): number {
    return this.#time
  }

  /** Numbers and times the event. Undefined: by the table of transitions it cannot have happened, so it did not. */
  dispatch(event: HubEvent, live: Live): Recorded | undefined {
    if (!this.#state.allows(event)) return undefined
    return this.record(this.#stamp(event), live)
  }

  /** Takes in an event that has its number and its time: the next of a recording. */
  record(event: Recorded, live: Live): Recorded {
    const change = this.#state.apply(event)
    this.#seq = event.seq
    this.#time = event.time
    this.#log.append(event)
    this.#untold.push({event, change, live})
    this.#tellAll()
    return event
  }

  /**
   * Goes on after event `seq`, of this time: the state and the log are there already. Returns the events that
   * were not told, and will not be.
   */
  goOnAfter(seq: number, time: number): readonly Told<Change, Live>[] {
    this.#seq = seq
    this.#time = time
    return this.#takeUntold()
  }

  /** Applies all that the function dispatches before any of it is told, and returns what it returns. */
  applyFirst<T>(work: () => T): T {
    if (this.#telling) return work()
    this.#telling = true
    try {
      return work()
    } finally {
      this.#telling = false
      this.#tellAll()
    }
  }

  #stamp(event: HubEvent): Recorded {
    const recorded: Record<string, unknown> = {
      seq: this.#seq + 1,
      time: this.#now(),
    }
    if (this.#current !== undefined) recorded.during = this.#current
    for (const name in event) {
      const value = event[name as keyof HubEvent]
      if (value !== undefined) recorded[name] = value
    }
    // All fields of the event are there, but for optional ones that were undefined.
    return Object.freeze(recorded) as unknown as Recorded
  }

  /** Never before the latest event, whatever the clock says. */
  #now(): number {
    try {
      const now = this.#clock.now()
      return now > this.#time && Number.isFinite(now) ? now : this.#time
    } catch (error) {
      throwUncaught(error)
      return this.#time
    }
  }

  #tellAll(): void {
    if (this.#telling) return
    this.#telling = true
    for (let told = this.#nextUntold(); told; told = this.#nextUntold()) {
      this.#current = told.event.seq
      try {
        this.#tell(told)
      } catch (error) {
        throwUncaught(error)
      }
    }
    this.#current = undefined
    this.#takeUntold()
    this.#telling = false
  }

  #nextUntold(): Told<Change, Live> | undefined {
    return this.#untold[this.#told++]
  }

  #takeUntold(): readonly Told<Change, Live>[] {
    const untold = this.#untold.slice(this.#told)
    this.#untold = []
    this.#told = 0
    return untold
  }
}
