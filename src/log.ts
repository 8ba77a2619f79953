import {Fold} from '../reducers/fold'
import {ConnHubError} from './errors'
import type {Checkpoint, Recorded} from './events'
import {deepFreeze} from './freeze'
import {Question} from './question'
import {redact} from './redact'
import type {LogItem, LogOptions, Source} from './types'

/**
 * The latest events, and the fold of all that came before them.
 *
 * Bounded: what is dropped is first folded into the checkpoint, so that the checkpoint and the
 * events after it always fold to the state. Readers hold a cursor, and cost nothing else.
 */
export class Log {
  readonly #limit: number
  #dropped = new Fold()
  readonly #readers = new Set<LogReader>()
  #events: Recorded[] = []
  /** Where the kept events start: moving it is cheaper than shifting the array at every event. */
  #start = 0
  #toldSeq = 0
  #ended = false

  /** @param limit how many events to keep */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Begins anew with these events, and what came before them. Its readers go on from where they can. */
  restart(before: Checkpoint, events: readonly Recorded[]): void {
    this.#dropped = new Fold()
    this.#dropped.apply(before)
    this.#events = [...events]
    this.#start = 0
    this.#ended = false
    this.#toldSeq = this.seq
    for (const reader of this.#readers) reader.cursor = Math.min(reader.cursor, this.seq)
  }

  append(event: Recorded): void {
    this.#events.push(event)
    while (this.#events.length - this.#start > this.#limit) this.#drop()
  }

  /** The `seq` of the last event; 0 where there is none. */
  get seq(): number {
    return this.#dropped.seq + this.#events.length - this.#start
  }

  /** The event with this `seq`, where it is kept. */
  get(seq: number): Recorded | undefined {
    return seq > this.#dropped.seq ? this.#events[this.#start + seq - this.#dropped.seq - 1] : undefined
  }

  /** The state before the first event that is kept. Frozen, without secrets. */
  checkpoint(): Checkpoint {
    return deepFreeze(redact({type: 'checkpoint', ...this.#dropped.snapshot()}))
  }

  /** A source of events, without secrets, in the convention of SSB's own logs. */
  source(options?: LogOptions): Source<LogItem> {
    const {old = true, live = false, gt: after = 0} = options ?? {}
    if (typeof after !== 'number' || Number.isNaN(after)) {
      throw new ConnHubError('ERR_INVALID_OPTION', 'gt is not a number')
    }
    const gt = Math.max(0, Math.floor(after))
    const present = this.seq
    const question = new Question<LogItem>()
    const reader: LogReader = {cursor: old ? gt : Math.max(gt, present), question}
    return (abort, callback) => {
      if (abort) {
        this.#readers.delete(reader)
        question.answer(abort)
        return callback(abort)
      }
      const item = this.#next(reader, live ? Math.max(present, this.#toldSeq) : present)
      if (item) return callback(null, item)
      if (this.#ended || !live) return callback(true)
      question.ask(callback)
      this.#readers.add(reader)
    }
  }

  /** Tells the readers who wait that the log is told up to this event. */
  tell(seq: number): void {
    this.#toldSeq = seq
    for (const reader of this.#readers) {
      // A reader may have gone elsewhere: then this is not told any more.
      if (this.#toldSeq !== seq) return
      const item = this.#next(reader, seq)
      if (item) this.#give(reader, null, item)
    }
  }

  /** No event follows. What there is stays readable. */
  end(): void {
    this.#ended = true
    for (const reader of this.#readers) this.#give(reader, true)
  }

  #next(reader: LogReader, last: number): LogItem | undefined {
    if (reader.cursor >= last) return undefined
    if (reader.cursor < this.#dropped.seq) {
      reader.cursor = this.#dropped.seq
      return this.checkpoint()
    }
    reader.cursor++
    const event = this.get(reader.cursor)
    return event && deepFreeze(redact(event))
  }

  /** Only those that wait are readers: one that is given something asks again, or is none any more. */
  #give(reader: LogReader, end: unknown, item?: LogItem): void {
    this.#readers.delete(reader)
    reader.question.answer(end, item)
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

interface LogReader {
  /** The `seq` of what it was given last. */
  cursor: number
  readonly question: Question<LogItem>
}
