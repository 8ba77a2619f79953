import type {Entry, Metadata} from '../entry'
import type {Checkpoint, LogItem, Snapshot} from '../events'
import type {ListenEvent, RPC} from '../readers/listen-event'
import type {LogOptions} from '../readers/log-readers'
import type {Stream} from '../util/stream'
import type {PeerStore, Stats} from './peer-store'

/** What can be read of a hub: the live one and the replayed one have it in common. */
export class ReadableHub<R = RPC, M extends object = Metadata> {
  readonly #peerStore: PeerStore

  constructor(peerStore: PeerStore) {
    this.#peerStore = peerStore
  }

  /**
   * The entries as they are, in the order in which they came to be, as an iterator that later events do not disturb.
   * Inside a reader it may be ahead of the event that the reader is told of. Throws ERR_CLOSED.
   */
  entries(): IterableIterator<Entry<M>> {
    return this.#peerStore.entries() as IterableIterator<Entry<M>>
  }

  /**
   * A stream of the entries: as they are at the reader's first ask, then after every change. A
   * reader that does not keep up gets the latest when it next asks, and costs no memory meanwhile. Throws ERR_CLOSED.
   */
  liveEntries(): Stream<readonly Entry<M>[]> {
    return this.#peerStore.liveEntries() as Stream<readonly Entry<M>[]>
  }

  /**
   * A stream of what happens from now on, until the hub is closed. No event is ever dropped: those that a reader did
   * not ask for yet are kept for it. Throws ERR_CLOSED.
   */
  listen(): Stream<ListenEvent<R>> {
    // The rpcs are those of the caller's stack, so that the caller knows their type.
    return this.#peerStore.listen() as Stream<ListenEvent<R>>
  }

  /**
   * A stream of the log: of every event, also those that `listen()` leaves out, without secrets.
   * Where the memory has dropped what is asked for, a checkpoint stands in its place. It ends with the present,
   * or, where it is `live`, when the hub is closed. It stays readable on a closed hub.
   *
   * @param options what to read; see `LogOptions`
   */
  log(options?: LogOptions): Stream<LogItem> {
    return this.#peerStore.log(options)
  }

  /** The state as plain JSON, without secrets: what the log folds to. It stays readable on a closed hub. */
  snapshot(): Snapshot {
    return this.#peerStore.snapshot()
  }

  /**
   * What stands in a log in place of all that has happened: the state as in `snapshot()`, the links in reserve, and
   * when the hub was made. It stays readable on a closed hub.
   */
  checkpoint(): Checkpoint {
    return this.#peerStore.checkpoint()
  }

  /**
   * How many attempts, failures and connections there were since the hub was made, and what there is
   * now. It stays readable on a closed hub.
   */
  stats(): Stats {
    return this.#peerStore.stats()
  }
}
