import {acceptConnections, type Core, reset, runEffects} from '../effects'
import {isAddress, keyOf} from './address'
import {type Clock, systemClock} from './clock'
import {type Command, claimedKey, decide} from './decide'
import {ConnHubError} from './errors'
import type {Entry, Metadata, PeerEvent, Snapshot, State} from './events'
import {Ledger} from './ledger'
import {Attempt, Closing, type Holder, Holders} from './live'
import {takeIn} from './metadata'
import {type Rpc, type SSB, Stack} from './stack'
import {Strays} from './strays'
import type {Address, ConnectionData, ListenEvent, LogItem, LogOptions, Options, RPC, Source} from './types'

const defaultCloseTimeout = 10_000
const defaultLogLimit = 10_000
/** The longest time that timers of JavaScript can measure. */
const maxTimeout = 2 ** 31 - 1

/**
 * Opens, holds and closes the connections of a secret-stack peer.
 *
 * A method decides its command, and dispatches the event that follows. The event is folded into
 * the peer table and logged; the readers are told of it; its effect calls secret-stack, and
 * dispatches what came of it.
 *
 * @typeParam R the type of the rpcs, for those who know the methods of theirs
 */
export class ConnHub<R = RPC> {
  /** The class of all errors of the hub's own. */
  static readonly ConnHubError = ConnHubError

  readonly #ledger: Ledger
  readonly #holders = new Holders()
  readonly #core: Core
  readonly #stopAccepting: () => void
  #closing = false

  /**
   * @param ssb the secret-stack peer (6.3 or later) whose connections these are
   * @param options see `Options`; throws ERR_INVALID_OPTION
   */
  constructor(ssb: SSB, options: Options = {}) {
    const {clock = systemClock, closeTimeout = defaultCloseTimeout, logLimit = defaultLogLimit} = options
    if (!(closeTimeout > 0 && closeTimeout <= maxTimeout)) {
      throw new ConnHubError('ERR_INVALID_OPTION', 'closeTimeout is not a time in ms')
    }
    if (!(Number.isInteger(logLimit) && logLimit >= 0)) {
      throw new ConnHubError('ERR_INVALID_OPTION', 'logLimit is not a number of events')
    }
    this.#ledger = new Ledger(clock, logLimit, (event, live) => runEffects(event, live, this.#core))
    this.#core = this.#wire(ssb, clock, closeTimeout)
    this.#stopAccepting = acceptConnections(this.#core)
  }

  /**
   * Connects to a peer, unless it is connected: joins an attempt in flight, waits for the end of a
   * disconnect.
   *
   * @param address a multiserver address
   * @param data metadata for the entry, taken in as JSON would carry it
   * @returns the rpc, or `false` if the address is our own. Rejects with the error of the dial; with
   * ERR_CALLED_OFF if `disconnect()`, `reset()` or `close()` came first; with ERR_CLOSED,
   * ERR_INVALID_ADDRESS or ERR_INVALID_DATA before anything happened.
   */
  async connect(address: Address, data?: object | null): Promise<false | R> {
    this.#assertConnectable()
    assertAddress(address)
    const metadata = takeIn(data)
    // A toJSON() of the caller's has run: it may have closed the hub.
    this.#assertConnectable()
    const key = keyOf(address) ?? claimedKey(metadata)
    if (key !== undefined && key === this.#core.stack.id) return false
    const holder = this.#holders.open(address)
    return (await this.#connect(holder, metadata)) as R
  }

  /**
   * Closes every link of an entry, or calls its attempt off.
   *
   * @returns `true` when it is disconnected, `false` if it was not connected. Rejects with the error
   * of the first close that failed (the entry is connected again), which is ERR_CLOSE_TIMEOUT for one
   * that took too long; with ERR_CLOSED or ERR_INVALID_ADDRESS before anything happened.
   */
  async disconnect(address: Address): Promise<boolean> {
    this.#ledger.assertNotEnded()
    assertAddress(address)
    const holder = this.#holders.get(address)
    if (!holder) return false
    holder.dropWaiting()?.outcome.reject(new ConnHubError('ERR_CALLED_OFF'))
    this.#holders.release(holder)
    if (holder.closing) return holder.closing.outcome.promise
    const event = this.#decide({type: 'disconnect', address, attempt: holder.openAttempt?.id})
    if (!event) return false
    const attempt = holder.dropAttempt()
    const closing = new Closing(holder.links)
    holder.closing = closing
    this.#core.dispatch(event, {
      closing,
      settle: attempt && (() => attempt.outcome.reject(new ConnHubError('ERR_CALLED_OFF'))),
    })
    return closing.outcome.promise
  }

  /**
   * Merges metadata into an entry. The hub's own fields, and fields that are `undefined`, stay as they are.
   *
   * @returns `true`, or `false` if there is no such entry. Throws ERR_CLOSED, ERR_INVALID_ADDRESS or
   * ERR_INVALID_DATA.
   */
  update(address: Address, data: object | null): boolean {
    this.#ledger.assertNotEnded()
    assertAddress(address)
    const metadata = takeIn(data)
    this.#merge(address, metadata)
    return this.#ledger.table.get(address) !== undefined
  }

  /**
   * Drops all connections, as if the hub had just been made: every entry ends, every attempt is
   * called off, every rpc of the stack but our own is closed. On a closed hub it does nothing.
   */
  reset(): void {
    if (!this.#closing) reset(this.#core, 'caller')
  }

  /** The entries as they are, as an iterator that later events do not disturb. Throws ERR_CLOSED. */
  entries(): IterableIterator<readonly [Address, Readonly<ConnectionData>]> {
    return this.#ledger.entries()
  }

  /**
   * A pull-stream of the entries: as they are at the reader's first ask, then after every change. A
   * reader that does not keep up gets the latest when it next asks. Throws ERR_CLOSED.
   */
  liveEntries(): Source<readonly Entry[]> {
    return this.#ledger.liveEntries()
  }

  /** A pull-stream of what happens from now on. No event is ever dropped. Throws ERR_CLOSED. */
  listen(): Source<ListenEvent<R>> {
    // The rpcs are those of the caller's stack, so that the caller knows their type.
    return this.#ledger.listen() as Source<ListenEvent<R>>
  }

  /** The state of an entry, `undefined` if there is none. Throws ERR_CLOSED or ERR_INVALID_ADDRESS. */
  getState(address: Address): State | undefined {
    this.#ledger.assertNotEnded()
    assertAddress(address)
    return this.#ledger.getState(address)
  }

  /**
   * A pull-stream of the log: of every event, also those that `listen()` leaves out, without secrets.
   * Where the memory has dropped what is asked for, a checkpoint stands in its place. It stays readable
   * on a closed hub.
   */
  log(options?: LogOptions): Source<LogItem> {
    return this.#ledger.log(options)
  }

  /** The state as plain JSON, without secrets: what the log folds to. It stays readable on a closed hub. */
  snapshot(): Snapshot {
    return this.#ledger.snapshot()
  }

  /**
   * Resets the hub, ends all streams, and lets go of the stack. Every promise is settled, no timer is
   * left. On a closed hub it does nothing.
   */
  close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#stopAccepting()
    this.#core.applyFirst(() => {
      reset(this.#core, 'hub')
      this.#core.dispatch({type: 'closed', cause: 'caller'})
    })
  }

  #connect(holder: Holder, data: Metadata | undefined): Rpc | Promise<Rpc> {
    const {address} = holder
    const state = this.#ledger.table.get(address)?.state
    if (state === undefined) return this.#begin(holder, data)
    const joined = this.#join(holder, state, data)
    this.#merge(address, data)
    return joined
  }

  /** What a further connect() to an entry waits for. */
  #join(holder: Holder, state: State, data: Metadata | undefined): Rpc | Promise<Rpc> {
    const [link] = holder.links
    if (state === 'connected' && link) return link.rpc
    if (state === 'connecting' && holder.attempt) return holder.attempt.outcome.promise
    holder.waiting ??= new Attempt(this.#holders.nextId())
    holder.waiting.carry(data)
    return holder.waiting.outcome.promise
  }

  #begin(holder: Holder, data: Metadata | undefined): Promise<Rpc> {
    const attempt = holder.dropWaiting() ?? new Attempt(this.#holders.nextId())
    attempt.carry(holder.kept)
    holder.kept = undefined
    attempt.carry(data)
    holder.attempt = attempt
    const {address} = holder
    const event = this.#decide({type: 'connect', address, data: attempt.data, attempt: attempt.id})
    if (event) this.#core.dispatch(event, {attempt})
    return attempt.outcome.promise
  }

  #merge(address: Address, data: Metadata | undefined): void {
    const event = this.#decide({type: 'update', address, data})
    if (event) this.#core.dispatch(event)
  }

  #decide(command: Command): PeerEvent | undefined {
    return decide(command, this.#ledger.table.get(command.address))
  }

  #wire(ssb: SSB, clock: Clock, closeTimeout: number): Core {
    const {store, table} = this.#ledger
    return {
      stack: new Stack(ssb),
      clock,
      closeTimeout,
      holders: this.#holders,
      strays: new Strays(),
      peers: table,
      dispatch: (event, live = {}) => store.dispatch(event, live),
      applyFirst: (work) => store.applyFirst(work),
      endStreams: () => this.#ledger.end(),
    }
  }

  #assertConnectable(): void {
    if (this.#closing) throw new ConnHubError('ERR_CLOSED')
  }
}

function assertAddress(address: unknown): asserts address is Address {
  if (!isAddress(address)) throw new ConnHubError('ERR_INVALID_ADDRESS')
}
