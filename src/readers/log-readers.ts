import type {LogItem} from '../events'
import type {Log} from '../log/log'
import {deepFreeze} from '../util/deep-freeze'
import {PendingRead} from '../util/pending-read'
import type {Source} from '../util/stream'
import {ConnHubError} from '../values/errors'
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
 * else: one that fell behind what the log keeps is given a checkpoint.
 */
export class LogReaders {
  readonly #log: Log
  /** Those that wait for the next event. */
  readonly #waiting = new Set<LogReader>()
  /** The latest event that was told. */
  #toldSeq = 0
  #ended = false

  constructor(log: Log) {
    this.#log = log
  }

  /** A source of events, without secrets, in the convention of SSB's own logs. Throws ERR_INVALID_OPTION. */
  source(options?: LogOptions): Source<LogItem> {
    const {old = true, live = false, gt: after = 0} = options ?? {}
    if (typeof after !== 'number' || Number.isNaN(after)) {
      throw new ConnHubError('ERR_INVALID_OPTION', 'gt is not a number')
    }
    const gt = Math.max(0, Math.floor(after))
    const present = this.#log.seq
    const read = new PendingRead<LogItem>()
    const reader: LogReader = {cursor: old ? gt : Math.max(gt, present), read}
    return (abort, callback) => {
      if (abort) {
        this.#waiting.delete(reader)
        read.answer(abort)
        return callback(abort)
      }
      const item = this.#next(reader, live ? Math.max(present, this.#toldSeq) : present)
      if (item) return callback(null, item)
      if (this.#ended || !live) return callback(true)
      read.ask(callback)
      this.#waiting.add(reader)
    }
  }

  /** The log is told up to this event: gives those that wait what comes next for them. */
  tell(seq: number): void {
    this.#toldSeq = seq
    for (const reader of this.#waiting) {
      // A reader that was just told may have made the replay seek, and told all others from there.
      if (this.#toldSeq !== seq) return
      const item = this.#next(reader, seq)
      if (item) this.#give(reader, null, item)
    }
  }

  /** The log has begun anew: its readers go on from where they can. */
  restart(): void {
    const {seq} = this.#log
    this.#ended = false
    this.#toldSeq = seq
    for (const reader of this.#waiting) reader.cursor = Math.min(reader.cursor, seq)
  }

  /** No event follows. What there is stays readable. */
  end(): void {
    this.#ended = true
    for (const reader of this.#waiting) this.#give(reader, true)
  }

  #next(reader: LogReader, last: number): LogItem | undefined {
    if (reader.cursor >= last) return undefined
    if (reader.cursor < this.#log.droppedSeq) {
      reader.cursor = this.#log.droppedSeq
      return this.#log.checkpoint()
    }
    reader.cursor++
    const event = this.#log.get(reader.cursor)
    return event && deepFreeze(redact(event))
  }

  /** The reader waits no longer. If it asks again in its callback, it waits again. */
  #give(reader: LogReader, end: unknown, item?: LogItem): void {
    this.#waiting.delete(reader)
    reader.read.answer(end, item)
  }
}

interface LogReader {
  /** The `seq` of what it was given last. */
  cursor: number
  readonly read: PendingRead<LogItem>
}
