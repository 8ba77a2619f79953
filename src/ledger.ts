import type {Live} from '../effects/core'
import {PeerTable} from '../reducers/table'
import {Tally} from '../reducers/tally'
import {type Clock, throwUncaught} from './clock'
import {ConnHubError} from './errors'
import type {Checkpoint, Entry, EntryChange, HubEvent, Recorded, Snapshot, State} from './events'
import {deepFreeze} from './freeze'
import {Listeners} from './listeners'
import {Log} from './log'
import {print} from './print'
import {toListenEvent} from './public'
import {redact} from './redact'
import {Snapshots} from './snapshots'
import type {Rpc} from './stack'
import {Store, type Told} from './store'
import {readable} from './stream'
import type {ListenEvent, LogItem, LogOptions, Stats, Stream} from './types'

/**
 * The peer table, the log, and all who read them: what a hub has in common with the replay of one.
 */
export class Ledger {
  readonly table = new PeerTable()
  readonly store: Store<EntryChange, Live>
  readonly #log: Log
  readonly #listeners = new Listeners<ListenEvent<Rpc>>()
  readonly #snapshots: Snapshots
  #tally = new Tally()
  #since: number
  #ended = false
  /** How often the state was replaced by another. */
  #restarts = 0
  #toldTime = 0

  /** @param onTold what follows an event, once its readers were told */
  constructor(clock: Clock, logLimit: number, onTold: (event: Recorded, live: Live) => void) {
    this.#log = new Log(logLimit)
    const {table} = this
    const state = {
      allows: (event: HubEvent) => table.allows(event),
      apply: (event: Recorded) => {
        const change = table.apply(event)
        this.#tally.count(event)
        return change
      },
    }
    const store = new Store<EntryChange, Live>(state, this.#log, clock, (told) => {
      this.#tell(told)
      onTold(told.event, told.live)
    })
    this.#since = clock.now()
    this.store = store
    this.#snapshots = new Snapshots({
      get seq() {
        return store.seq
      },
      entries: () => table.snapshot(),
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
    return this.table.snapshot().values()
  }

  liveEntries(): Stream<readonly Entry[]> {
    this.assertNotEnded()
    return readable(this.#snapshots.source())
  }

  listen(): Stream<ListenEvent<Rpc>> {
    this.assertNotEnded()
    return readable(this.#listeners.listen(this.store.seq))
  }

  log(options?: LogOptions): Stream<LogItem> {
    return readable(this.#log.source(options))
  }

  snapshot(): Snapshot {
    const {seq, time} = this.store
    return deepFreeze(redact({seq, time, entries: this.table.snapshot().slice()}))
  }

  stats(): Stats {
    const entries = {connecting: 0, connected: 0, disconnecting: 0}
    for (const [, {state}] of this.table.snapshot()) entries[state]++
    return Object.freeze({since: this.#since, entries: Object.freeze(entries), ...this.#tally.counts()})
  }

  /**
   * Goes on from another state: `events` led to it from the state before them. The readers of entries
   * get the new ones; the listeners hear nothing. Streams that have ended stay so, new ones begin.
   */
  restart(state: Snapshot, before: Checkpoint, events: readonly Recorded[]): void {
    this.#restarts++
    this.#ended = false
    this.#toldTime = state.time
    this.table.replace(deepFreeze(state.entries))
    const untold = this.store.goOnAfter(state.seq, state.time)
    this.#log.restart(before, events)
    this.#since = before.time
    this.#tally = new Tally()
    for (const event of events) this.#tally.count(event)
    this.#listeners.goOnAfter(state.seq)
    this.#snapshots.restart()
    for (const {live} of untold) live.settle?.()
  }

  /** Ends all streams. From then on, what reads the table fails; the log stays readable. */
  end(): void {
    this.#listeners.end()
    this.#snapshots.end()
    this.#log.end()
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
    // A reader may have gone elsewhere: then this is not told any more.
    if (this.#restarts === restarts && change) this.#snapshots.tell(event.seq, change)
    if (this.#restarts === restarts) this.#log.tell(event.seq)
  }
}
