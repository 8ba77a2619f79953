import type {HubEvent, Recorded} from '../events'
import type {EventLog} from '../log/log'
import type {EventTime} from './event-time'
import {TellQueue} from './tell-queue'

/** What the store folds events into. */
export interface Foldable<Change> {
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
 * dispatch → fold → log → tell.
 *
 * An event is folded and logged at once, also when it is dispatched while another is being told; those who are
 * told hear of one event after the other.
 */
export class Store<Change, Live> {
  readonly #state: Foldable<Change>
  readonly #log: EventLog
  readonly #eventTime: EventTime
  readonly #queue: TellQueue<Told<Change, Live>>
  #onApplied: ((event: Recorded) => void) | undefined
  #seq = 0
  #time = 0

  constructor(
    state: Foldable<Change>,
    log: EventLog,
    eventTime: EventTime,
    tell: (told: Told<Change, Live>) => void,
  ) {
    this.#state = state
    this.#log = log
    this.#eventTime = eventTime
    this.#queue = new TellQueue(tell)
  }

  /** The `seq` of the latest event that is applied. */
  get seq(): number {
    return this.#seq
  }

  /** The time of the latest event that is applied, in ms since the epoch. */
  get time(): number {
    return this.#time
  }

  /** Whether events are applied that are yet to be told. */
  get hasUntold(): boolean {
    return this.#queue.isWaiting
  }

  /** Calls the listener, which must not throw, with each event at the moment when it is applied. */
  onApplied(listener: (event: Recorded) => void): void {
    this.#onApplied = listener
  }

  /**
   * Numbers and times the event, applies it, and tells it in its turn. Returns undefined, and changes nothing,
   * where the life cycle forbids the event.
   */
  dispatch(event: HubEvent, live: Live): Recorded | undefined {
    if (!this.#state.allows(event)) return undefined
    return this.record(this.#stamp(event), live)
  }

  /** Applies and tells an event that has its number and its time: the next of a recording. */
  record(event: Recorded, live: Live): Recorded {
    const change = this.#state.apply(event)
    this.#seq = event.seq
    this.#time = event.time
    this.#log.append(event)
    this.#onApplied?.(event)
    this.#queue.push({event, change, live})
    return event
  }

  /**
   * Goes on after event `seq`, of this time: the state and the log are there already. Returns the events that
   * were not told, and will not be.
   */
  goOnAfter(seq: number, time: number): readonly Told<Change, Live>[] {
    this.#seq = seq
    this.#time = time
    return this.#queue.clear()
  }

  /** Applies all that the function dispatches before any of it is told, and returns what it returns. */
  applyFirst<T>(work: () => T): T {
    return this.#queue.hold(work)
  }

  #stamp(event: HubEvent): Recorded {
    const recorded: Record<string, unknown> = {
      seq: this.#seq + 1,
      time: this.#eventTime.now,
    }
    const during = this.#queue.current?.event.seq
    if (during !== undefined) recorded.during = during
    for (const name in event) {
      const value = event[name as keyof HubEvent]
      if (value !== undefined) recorded[name] = value
    }
    // All fields of the event are there, but for optional ones that were undefined.
    return Object.freeze(recorded) as unknown as Recorded
  }
}
