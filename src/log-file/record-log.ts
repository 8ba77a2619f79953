import {EventEmitter} from 'node:events'
import type {Checkpoint, LogItem, Snapshot} from '../events'
import type {LogOptions} from '../readers/log-readers'
import {throwUncaught} from '../util/microtask'
import type {Source} from '../util/stream'
import {invalidOption} from '../values/errors'
import type {Limits} from './log-writer'
import {LogWriter} from './log-writer'
import {SourceReader} from './source-reader'

/** What can be recorded: a `ConnHub`, or a `ReplayHub`. */
export interface Recordable {
  /** Our own public key. */
  readonly id?: string | undefined
  log(options?: LogOptions): Source<LogItem>
  snapshot(): Snapshot
  /** A hub before 2.1 has none: its recording begins with what `snapshot()` tells. */
  checkpoint?(): Checkpoint
}

/** What `recordLog()` may be told: when to begin another file, and how many to keep. */
export interface RecordOptions {
  /**
   * How large a file may become, in bytes, before the next one is begun. Where the state that a file
   * begins with takes more than half of that, its events get as much room as the state. Default: no limit.
   */
  readonly maxBytes?: number
  /**
   * How far the events in a file may lie apart, in ms of event time: an event that comes so long after the
   * first in the file begins the next one. Default: no limit.
   */
  readonly maxAge?: number
  /**
   * How many rotated files to keep beside the current one, those of earlier recordings and those that were gzipped
   * included; the oldest are deleted. Default: all.
   */
  readonly keep?: number
}

/** The events of a recording, and what their listeners are given. */
export interface RecordingEvents {
  /** The recording has ended with this error, and has let go of the hub and of the file. */
  error: [error: Error]
  /** So many events came too fast for the disk, and are lost. A checkpoint stands in their place. */
  lost: [events: number]
  /** The file was moved away, to this path, and a new one is begun. */
  rotate: [path: string]
}

/**
 * Records the log of a hub to a file, as it happens, starting with a checkpoint of the present.
 *
 * A file that is there already is rotated away first, and if it is empty, removed: `path.1` is the oldest of the rotated
 * files, the highest number the latest. Each file can be read and folded alone. A path that is no regular file (a device,
 * a pipe) is written to as it is, and never rotated. Files and folders beside it whose names look alike, but which no
 * recorder made, stay as they are.
 *
 * Only one can record to a path: where another does so later, this recording ends with ERR_LOG_REPLACED, and what was
 * written is among the rotated files. Where the file is moved or removed, it ends with ERR_LOG_GONE.
 *
 * The hub does not wait for the disk, and hears of no error: the recording tells it, as an event and by
 * `close()`. When the hub is closed, the recording ends by itself.
 *
 * @throws ConnHubError ERR_INVALID_OPTION
 */
export function recordLog(hub: Recordable, path: string, options?: RecordOptions): Recording {
  return new Recording(hub, path, limitsOf(path, options ?? {}))
}

/** A recording in progress, as `recordLog()` begins it. */
export class Recording {
  /** As it was given. */
  readonly path: string
  readonly #hub: Recordable
  readonly #intake: SourceReader
  readonly #writer: LogWriter
  readonly #events = new EventEmitter()
  readonly #ended: Promise<void>
  /** Whether close() was called, or an error came first. */
  #isEnding = false
  #lost = 0
  #error: Error | undefined

  constructor(hub: Recordable, path: string, limits: Limits) {
    this.path = path
    this.#hub = hub
    const start: Checkpoint = hub.checkpoint?.() ?? {type: 'checkpoint', ...hub.snapshot()}
    this.#intake = new SourceReader(hub.log({live: true, gt: start.seq}), start.seq)
    this.#writer = new LogWriter(path, hub.id, limits, (rotated) => this.#tell('rotate', rotated))
    this.#ended = this.#record(start)
    // It is told as an event and by close(), and harms nobody who asks for neither.
    this.#ended.catch(() => {})
  }

  /** How many events were lost, because they came too fast for the disk. */
  get lost(): number {
    return this.#lost
  }

  /**
   * The error that the recording ended with, if it did: that of the file system, as it came, or one of the recorder's
   * own (ERR_LOG_REPLACED, ERR_LOG_GONE).
   */
  get error(): Error | undefined {
    return this.#error
  }

  /** The `seq` of the last event that was given to the disk; `undefined` before the first write. */
  get seq(): number | undefined {
    return this.#writer.seq
  }

  /**
   * Ends the recording with the events up to now.
   *
   * @returns a promise that resolves when all of them are on disk and the file is closed. Rejects with
   * the error that the recording ended with, also where that came earlier. Every call returns the same.
   */
  close(): Promise<void> {
    if (!this.#isEnding) {
      this.#isEnding = true
      this.#intake.switchTo(this.#hub.log({gt: this.#intake.seq}))
    }
    return this.#ended
  }

  /** Calls the listener at every such event from now on. */
  on<Name extends keyof RecordingEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener)
    return this
  }

  /** Calls the listener at the next such event only. */
  once<Name extends keyof RecordingEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.once(name, listener)
    return this
  }

  /** Forgets the listener. */
  off<Name extends keyof RecordingEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener)
    return this
  }

  async #record(start: Checkpoint): Promise<void> {
    try {
      await this.#writer.begin(start)
      let last = start.seq
      for (;;) {
        // The events that come while this is written are gathered, and written together.
        if (!this.#intake.isReady) await this.#writer.flush()
        const item = await this.#intake.next()
        if (!item) break
        if (item.type === 'checkpoint') this.#lose(item.seq - last)
        last = item.seq
        await this.#writer.write(item)
      }
      await this.#writer.end()
    } catch (error) {
      this.#isEnding = true
      this.#intake.abort()
      await this.#writer.abandon()
      // What is thrown by the file system and by ourselves is an Error.
      this.#error = error as Error
      this.#tell('error', this.#error)
      throw error
    }
  }

  #lose(events: number): void {
    if (events <= 0) return
    this.#lost += events
    this.#tell('lost', events)
  }

  /** An error that nobody listens to is not thrown, and a listener that throws harms nobody else. */
  #tell<Name extends keyof RecordingEvents>(name: Name, ...args: RecordingEvents[Name]): void {
    if (this.#events.listenerCount(name) === 0) return
    try {
      this.#events.emit(name, ...args)
    } catch (error) {
      throwUncaught(error)
    }
  }
}

/** Who listens to an event of a recording. */
export type Listener<Name extends keyof RecordingEvents> = (...args: RecordingEvents[Name]) => void

function limitsOf(path: unknown, options: RecordOptions): Limits {
  const {maxBytes = Infinity, maxAge = Infinity, keep = Infinity} = options
  if (typeof path !== 'string') throw invalidOption('path', path, 'the path of a file, as a string')
  if (!(typeof maxBytes === 'number' && maxBytes > 0)) {
    throw invalidOption('maxBytes', maxBytes, 'a number of bytes, more than 0')
  }
  if (!(typeof maxAge === 'number' && maxAge > 0)) {
    throw invalidOption('maxAge', maxAge, 'ms, more than 0')
  }
  if (!((Number.isInteger(keep) || keep === Infinity) && keep >= 0)) {
    throw invalidOption('keep', keep, 'a number of files: a whole number, 0 or more')
  }
  return {maxBytes, maxAge, keep}
}
