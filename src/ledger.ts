import type {Live} from '../effects/core'
import {PeerTable, type TableChange} from '../reducers/table'
import type {Clock} from './clock'
import {ConnHubError} from './errors'
import type {Checkpoint, Entry, Recorded, Snapshot, State} from './events'
import {deepFreeze} from './freeze'
import {Listeners} from './listeners'
import {Log} from './log'
import {print} from './print'
import {toListenEvent} from './public'
import {redact} from './redact'
import {Snapshots} from './snapshots'
import type {Rpc} from './stack'
import {Store, type Told} from './store'
import type {ListenEvent, LogItem, LogOptions, Source} from './types'

/**
 * The peer table, the log, and all who read them: what a hub has in common with the replay of one.
 */
export class Ledger {
  readonly table = new PeerTable()
  readonly store: Store<TableChange, Live>
  readonly #log: Log
  readonly #listeners = new Listeners<ListenEvent<Rpc>>()
  readonly #snapshots: Snapshots
  #ended = false
  #toldTime = 0

  /** @param onTold what follows an event, once its readers were told */
  constructor(clock: Clock, logLimit: number, onTold: (event: Recorded, live: Live) => void) {
    this.#log = new Log(logLimit)
    const store = new Store<TableChange, Live>(this.table, this.#log, clock, (told) => {
      this.#tell(told)
      onTold(told.event, told.live)
    })
    const {table} = this
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

  liveEntries(): Source<readonly Entry[]> {
    this.assertNotEnded()
    return this.#snapshots.source()
  }

  listen(): Source<ListenEvent<Rpc>> {
    this.assertNotEnded()
    return this.#listeners.listen(this.store.seq)
  }

  log(options?: LogOptions): Source<LogItem> {
    return this.#log.source(options)
  }

  snapshot(): Snapshot {
    const {seq, time} = this.store
    return deepFreeze(redact({seq, time, entries: this.table.snapshot().slice()}))
  }

  /**
   * Goes on from another state: `events` led to it from the state before them. The readers of entries
   * get the new ones; the listeners hear nothing. Streams that have ended stay so, new ones begin.
   */
  restart(state: Snapshot, before: Checkpoint, events: readonly Recorded[]): void {
    this.#ended = false
    this.#toldTime = state.time
    this.table.replace(deepFreeze(state.entries))
    this.store.goOnAfter(state.seq, state.time)
    this.#log.restart(before, events)
    this.#listeners.goOnAfter(state.seq)
    this.#snapshots.restart()
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

  #tell({event, change, live}: Told<TableChange, Live>): void {
    this.#toldTime = event.time
    print(event)
    const listenEvent = toListenEvent(event, live)
    if (listenEvent) this.#listeners.tell(event.seq, listenEvent)
    if (change) this.#snapshots.tell(event.seq, change)
    this.#log.tell(event.seq)
  }
}
