import {Fold, toCheckpoint} from '../../reducers/fold'
import type {Checkpoint, Recorded} from '../events'
import {deepFreeze} from '../util/deep-freeze'
import {redact} from '../values/secrets'

/** What the store appends to, and the readers of the log read. */
export interface EventLog {
  /** The `seq` of the last event; 0 where there is none. */
  readonly seq: number
  /** The `seq` of the last event that was dropped; 0 where all are kept. */
  readonly droppedSeq: number
  /** When the hub was made, in ms since the epoch; `undefined` for a log that does not tell. */
  readonly since: number | undefined
  append(event: Recorded): void
  /** The event with this `seq`, where it is kept. As it was dispatched: its address may carry a seed. */
  get(seq: number): Recorded | undefined
  /** The state before the first event that is kept. Frozen, without secrets. */
  checkpoint(): Checkpoint
}

/**
 * The latest events, and the fold of all that came before them: the checkpoint.
 *
 * Bounded: an event that is dropped is first folded into the checkpoint, so that the checkpoint and the events
 * after it always fold to the state.
 */
export class Log implements EventLog {
  readonly #limit: number
  readonly #dropped = new Fold()
  #events: Recorded[] = []
  /** Where the kept events start: moving it is cheaper than shifting the array at every event. */
  #start = 0

  /**
   * @param limit how many events to keep
   * @param since when the hub was made, in ms since the epoch
   */
  constructor(limit: number, since: number) {
    this.#limit = limit
    this.#dropped.apply(toCheckpoint(this.#dropped.snapshot(), since, []))
  }

  append(event: Recorded): void {
    this.#events.push(event)
    while (this.#events.length - this.#start > this.#limit) this.#drop()
  }

  get seq(): number {
    return this.#dropped.seq + this.#events.length - this.#start
  }

  get droppedSeq(): number {
    return this.#dropped.seq
  }

  get since(): number | undefined {
    return this.#dropped.since
  }

  get(seq: number): Recorded | undefined {
    return seq > this.#dropped.seq ? this.#events[this.#start + seq - this.#dropped.seq - 1] : undefined
  }

  checkpoint(): Checkpoint {
    return deepFreeze(redact(this.#dropped.checkpoint()))
  }

  #drop(): void {
    const event = this.#events[this.#start]
    if (!event) return
    this.#dropped.apply(event)
    this.#start++
    if (this.#start > this.#limit) {
      this.#events = this.#events.slice(this.#start)
      this.#start = 0
    }
  }
}
