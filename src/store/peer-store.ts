import {toCheckpoint} from '../../reducers/fold'
import {PeerTable} from '../../reducers/table'
import type {Counts} from '../../reducers/tally'
import {Tally} from '../../reducers/tally'
import type {Live} from '../connections/live'
import type {AnyRpc} from '../connections/rpc'
import type {Entry, EntryChange, State} from '../entry'
import type {Checkpoint, HubEvent, LogItem, Recorded, Snapshot} from '../events'
import type {EventLog} from '../log/log'
import {print} from '../readers/debug'
import type {ListenEvent} from '../readers/listen-event'
import {toListenEvent} from '../readers/listen-event'
import {Listeners} from '../readers/listeners'
import {LiveEntries} from '../readers/live-entries'
import type {LogOptions} from '../readers/log-readers'
import {LogReaders} from '../readers/log-readers'
import type {Clock} from '../util/clock'
import {deepFreeze} from '../util/deep-freeze'
import {throwUncaught} from '../util/microtask'
import type {Stream} from '../util/stream'
import {readable} from '../util/stream'
import {ConnHubError} from '../values/errors'
import {redact} from '../values/secrets'
import {EventTime} from './event-time'
import type {Told} from './store'
import {Store} from './store'

/** Counters of a hub, since it was made. */
export interface Stats extends Counts {
  /** Since when events are counted, in ms since the epoch. */
  readonly since: number
  /** How many entries there are now, by state. */
  readonly entries: {readonly connecting: number; readonly connected: number; readonly disconnecting: number}
}

/** A state that a hub went through. */
export interface Past {
  readonly state: Snapshot
  /** Since when events are counted, in ms since the epoch. */
  readonly since: number
  readonly tally: Tally
}

/**
 * The peer table, the log, and all who read them: what a hub has in common with the replay of one.
 */
export class PeerStore {
  readonly table = new PeerTable()
  readonly store: Store<EntryChange, Live>
  readonly eventTime: EventTime
  readonly #log: EventLog
  readonly #logReaders: LogReaders
  readonly #listeners = new Listeners<ListenEvent<AnyRpc>>()
  readonly #liveEntries: LiveEntries
  #tally = new Tally()
  #since: number
  #ended = false
  /** How often the state was replaced by another. */
  #restarts = 0
  #toldTime = 0

  /**
   * @param logSince the log of a hub that is made at this time, in ms since the epoch
   * @param onTold what follows an event, once its readers were told
   */
  constructor(
    clock: Required<Clock>,
    logSince: (time: number) => EventLog,
    onTold: (event: Recorded, live: Live) => void,
  ) {
    this.eventTime = new EventTime(clock)
    this.eventTime.read()
    this.#since = this.eventTime.now
    this.#log = logSince(this.#since)
    this.#logReaders = new LogReaders(this.#log)
    const {table} = this
    const state = {
      allows: (event: HubEvent) => table.allows(event),
      apply: (event: Recorded) => {
        const change = table.apply(event)
        this.#tally.count(event)
        return change
      },
    }
    const store = new Store<EntryChange, Live>(state, this.#log, this.eventTime, (told) => {
      this.#tell(told)
      onTold(told.event, told.live)
    })
    this.store = store
    this.#liveEntries = new LiveEntries({
      get seq() {
        return store.seq
      },
      entries: () => table.entries(),
    })
  }

  /** The time of the event that is told, or was told last. */
  get toldTime(): number {
    return this.#toldTime
  }

  getState(address: string): State | undefined {
    this.assertNotEnded()
    return this.table.get(address)?.state
  }

  entries(): IterableIterator<Entry> {
    this.assertNotEnded()
    return this.table.entries().values()
  }

  liveEntries(): Stream<readonly Entry[]> {
    this.assertNotEnded()
    return readable(this.#liveEntries.source())
  }

  listen(): Stream<ListenEvent<AnyRpc>> {
    this.assertNotEnded()
    return readable(this.#listeners.listen(this.store.seq))
  }

  log(options?: LogOptions): Stream<LogItem> {
    return readable(this.#logReaders.source(options))
  }

  snapshot(): Snapshot {
    const {seq, time} = this.store
    return deepFreeze(redact({seq, time, entries: this.table.entries().slice()}))
  }

  /** What stands in a log for all that has happened. Frozen, without secrets. */
  checkpoint(): Checkpoint {
    return deepFreeze(redact(toCheckpoint(this.snapshot(), this.#log.since, this.#tally.reserve)))
  }

  stats(): Stats {
    const entries = {connecting: 0, connected: 0, disconnecting: 0}
    for (const [, {state}] of this.table.entries()) entries[state]++
    return Object.freeze({since: this.#since, entries: Object.freeze(entries), ...this.#tally.counts()})
  }

  /**
   * Goes on from another state, with what was counted up to there; the log is there already. The readers of entries
   * get the new ones; the listeners hear nothing. Streams that have ended stay so, new ones begin.
   */
  restart({state, since, tally}: Past): void {
    this.#restarts++
    this.#ended = false
    this.#toldTime = state.time
    this.table.replace(deepFreeze(state.entries))
    const untold = this.store.goOnAfter(state.seq, state.time)
    this.#logReaders.restart()
    this.#since = since
    this.#tally = tally
    this.#listeners.goOnAfter(state.seq)
    this.#liveEntries.restart()
    for (const {live} of untold) live.settle?.()
  }

  /** Ends all streams. From then on, what reads the table fails; the log stays readable. */
  end(): void {
    this.#listeners.end()
    this.#liveEntries.end()
    this.#logReaders.end()
    this.#ended = true
  }

  assertNotEnded(): void {
    if (this.#ended) throw new ConnHubError('ERR_CLOSED')
  }

  #tell({event, change, live}: Told<EntryChange, Live>): void {
    this.#toldTime = event.time
    try {
      print(event)
    } catch (error) {
      throwUncaught(error)
    }
    const restarts = this.#restarts
    this.#listeners.tell(event.seq, () => toListenEvent(event, live))
    // The reader that was told just now may have made the replay seek(): then nobody else is told of this event.
    if (this.#restarts === restarts && change) this.#liveEntries.tell(event.seq, change)
    if (this.#restarts === restarts) this.#logReaders.tell(event)
  }
}
