import {Fold, type Snapshot} from '../reducers/fold'
import type {Recorded} from './events'

/**
 * The latest events, and the fold of all that came before them.
 *
 * Bounded: what is dropped is first folded into the checkpoint, so that the checkpoint and the
 * events after it always fold to the state.
 */
export class Log {
  readonly #limit: number
  readonly #dropped = new Fold()
  #events: Recorded[] = []
  /** Where the kept events start: moving it is cheaper than shifting the array at every event. */
  #start = 0

  /** @param limit how many events to keep */
  constructor(limit: number) {
    this.#limit = limit
  }

  append(event: Recorded): void {
    this.#events.push(event)
    while (this.#events.length - this.#start > this.#limit) this.#drop()
  }

  /** The state before the first event that is kept. */
  checkpoint(): Snapshot {
    return this.#dropped.snapshot()
  }

  /** The `seq` of the last event that is not kept any more; 0 where all are. */
  get droppedSeq(): number {
    return this.#dropped.seq
  }

  /** The event with this `seq`, where it is kept. */
  get(seq: number): Recorded | undefined {
    return seq > this.droppedSeq ? this.#events[this.#start + seq - this.droppedSeq - 1] : undefined
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
