import type {LogItem, Recorded} from '../events'
import type {EventLog} from '../log/log'
import {deepFreeze} from '../util/deep-freeze'
import {PendingRead} from '../util/pending-read'
import type {Source} from '../util/stream'
import {invalidOption} from '../values/errors'
import {redact} from '../values/secrets'

/** What to read of a log. */
export interface LogOptions {
  /** Whether to read what is there already. Default: true. */
  readonly old?: boolean
  /** Whether to read on, as it happens. Default: false. */
  readonly live?: boolean
  /** Only events with a greater `seq`. Default: 0, which is all. */
  readonly gt?: number
}

/**
 * The readers of `log()`. Each holds a cursor, the `seq` of the event that it was given last, and costs nothing
 * else. One that waits for an event is given it when it is told, also where the log has dropped it by then; one that
 * fell behind what the log keeps is given a checkpoint.
 */
export class LogReaders {
  readonly #log: EventLog
  /** Those that wait for the next event. */
  readonly #waiting = new Set<LogReader>()
  /** Events as they are given out. */
  readonly #marked = new WeakMap<Recorded, Recorded>()
  /** The latest event that was told. */
  #toldSeq = 0
  /** After which event the log began anew, each time. */
  readonly #restarts: number[] = []
  #ended = false

  constructor(log: EventLog) {
    this.#log = log
  }

  /** A source of events, without secrets, in the convention of SSB's own logs. Throws ERR_INVALID_OPTION. */
  source(options?: LogOptions): Source<LogItem> {
    const {old = true, live = false, gt: after = 0} = options ?? {}
    if (typeof after !== 'number' || Number.isNaN(after)) {
      throw invalidOption('gt', after, 'the seq of an event, as a number')
    }
    const gt = Math.max(0, Math.floor(after))
    const present = this.#log.seq
    const read = new PendingRead<LogItem>()
    const cursor = old ? gt : Math.max(gt, present)
    const reader: LogReader = {gt, cursor, present, restarts: this.#restarts.length, read}
    return (abort, callback) => {
      if (abort) {
        this.#waiting.delete(reader)
        read.answer(abort)
        return callback(abort)
      }
      this.#follow(reader)
      const item = this.#next(reader, live ? Math.max(reader.present, this.#toldSeq) : reader.present)
      if (item) return callback(null, item)
      if (this.#ended || !live) return callback(true)
      read.ask(callback)
      this.#waiting.add(reader)
    }
  }

  /** This event is told: gives those that wait what comes next for them. */
  tell(event: Recorded): void {
    const {seq} = event
    const restarts = this.#restarts.length
    this.#toldSeq = seq
    for (const reader of this.#waiting) {
      // The reader that was told just now may have made the replay seek(): then nobody else is told of this event.
      if (this.#restarts.length !== restarts) return
      if (reader.cursor >= seq) continue
      this.#give(reader, this.#nextOf(reader, event))
    }
  }

  /** The log has begun anew: its readers go on from where they can. */
  restart(): void {
    const {seq} = this.#log
    this.#ended = false
    this.#toldSeq = seq
    this.#restarts.push(seq)
    for (const reader of this.#waiting) this.#follow(reader)
  }

  /** No event follows: readers that wait are told the end. What the log keeps stays readable. */
  end(): void {
    this.#ended = true
    for (const reader of this.#waiting) {
      this.#waiting.delete(reader)
      reader.read.answer(true)
    }
  }

  /** Where the log has begun anew since it was asked last, the reader goes back as far as the log did. */
  #follow(reader: LogReader): void {
    for (; reader.restarts < this.#restarts.length; reader.restarts++) {
      const seq = this.#restarts[reader.restarts] ?? 0
      reader.cursor = Math.max(reader.gt, Math.min(reader.cursor, seq))
      reader.present = Math.min(reader.present, seq)
    }
  }

  /** What comes next for a reader that waits, when this event is told. */
  #nextOf(reader: LogReader, event: Recorded): LogItem | undefined {
    if (reader.cursor < event.seq - 1) return this.#next(reader, event.seq)
    reader.cursor = event.seq
    return this.#mark(event)
  }

  #next(reader: LogReader, last: number): LogItem | undefined {
    if (reader.cursor >= last) return undefined
    if (reader.cursor < this.#log.droppedSeq) {
      reader.cursor = this.#log.droppedSeq
      return this.#log.checkpoint()
    }
    reader.cursor++
    const event = this.#log.get(reader.cursor)
    return event && this.#mark(event)
  }

  /** Frozen, without secrets: once for all who read it. */
  #mark(event: Recorded): Recorded {
    let marked = this.#marked.get(event)
    if (!marked) {
      marked = deepFreeze(redact(event))
      this.#marked.set(event, marked)
    }
    return marked
  }

  #give(reader: LogReader, item: LogItem | undefined): void {
    if (item) reader.read.answer(null, item)
    // Where the reader asks again within its answer, it is added again.
    if (!reader.read.isOpen) this.#waiting.delete(reader)
  }
}

interface LogReader {
  /** The reader wants only events after this one: `gt`, or the latest event where it wants no old ones. */
  readonly gt: number
  /** The `seq` of what it was given last. */
  cursor: number
  /** The latest event when it began: it is read up to there, also where that was not told yet. */
  present: number
  /** How many restarts of the log this reader knows of. */
  restarts: number
  readonly read: PendingRead<LogItem>
}
