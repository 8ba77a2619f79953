import {acceptConnections, runEffects} from '../effects'
import type {ConnectOptions} from './commands/caller'
import {Caller} from './commands/caller'
import {Commands} from './commands/commands'
import {reset} from './commands/reset'
import type {SSB} from './connections/stack'
import type {Address, GivenData, Metadata, State} from './entry'
import {HubContext} from './hub-context'
import {eventSources, hostOf} from './hub-host'
import {Log} from './log/log'
import type {Options} from './options'
import {checked} from './options'
import type {RPC} from './readers/listen-event'
import {PeerStore} from './store/peer-store'
import {ReadableHub} from './store/readable-hub'
import {contained} from './util/clock'
import {invalidAddress, isAddress} from './values/address'
import {ConnHubError} from './values/errors'
import {copyMetadata} from './values/metadata'

/**
 * Opens, holds and closes the connections of a secret-stack peer.
 *
 * A method decides its command, and dispatches the event that follows. The event is folded into
 * the peer table and logged; the readers are told of it; its effect calls secret-stack, and
 * dispatches what came of it.
 *
 * @typeParam R the type of the rpcs, for those who know the methods of theirs
 * @typeParam M the type of the metadata, for those who know what theirs is
 */
export class ConnHub<R = RPC, M extends object = Metadata> extends ReadableHub<R, M> {
  /** The class of all errors of the hub's own. */
  static readonly ConnHubError = ConnHubError

  // Not set where the constructor gives another hub than its own.
  readonly #peerStore!: PeerStore
  readonly #context!: HubContext
  readonly #commands!: Commands
  readonly #stopAccepting!: () => void

  /**
   * @param ssb the secret-stack peer (6.3 or later) whose connections these are
   * @param options see `Options`; throws ERR_INVALID_OPTION
   */
  // biome-ignore lint/correctness/noUnreachableSuper: where it gives another hub than its own, there is no `this`
  constructor(ssb: SSB, options?: Options) {
    const host = hostOf(ssb)
    // The plugin whose hub this is to be is recorded or replayed.
    // biome-ignore lint/correctness/noConstructorReturn: `new ConnHub(ssb)` is all that the plugin does, and stays as it is
    if (host) return host.makeHub((real) => Reflect.construct(new.target, [real, options])) as this
    const {clock: given, closeTimeout, logLimit} = checked(options)
    const clock = contained(given)
    const peerStore = new PeerStore(
      clock,
      (since) => new Log(logLimit, since),
      (event, live) => runEffects(event, live, context),
    )
    const context = new HubContext(ssb, clock, closeTimeout, peerStore)
    super(peerStore)
    this.#peerStore = peerStore
    this.#context = context
    this.#commands = new Commands(context)
    this.#stopAccepting = acceptConnections(context)
    eventSources.set(this, peerStore.store)
  }

  /** Our own public key, where the stack tells it. */
  get id(): string | undefined {
    return this.#context.stack.id
  }

  /**
   * Connects to a peer, unless it is connected.
   *
   * | state | what happens | resolves with / rejects with |
   * |---|---|---|
   * | absent | one dial; the entry is `connecting` before the call returns | the rpc / the dial's error, the same object |
   * | connecting | joins the attempt in flight | the same outcome, at the same time |
   * | connected | no dial | the announced rpc, never one that is closed |
   * | disconnecting | waits for the end, then dials, once however many wait | that outcome; the live rpc if the disconnect failed or they connected meanwhile |
   * | our own key | nothing, no event | `false` |
   *
   * A dial that throws is a failed dial, and so is one whose `ssb.connect()` returns a promise that rejects. When an
   * attempt, also a waiting one, was called off and its dial succeeds later, that rpc is closed and nobody hears of it.
   * If the rpc closes before the promise settles, the call goes on as on an entry that ended: with the link that took
   * over, or with a dial.
   *
   * The hub sets no limit of its own to a dial. A signal does: `{signal: AbortSignal.timeout(10_000)}`.
   *
   * As with any promise, one that rejects and that nobody handles ends a Node.js process: handle it also where you do
   * not wait for it.
   *
   * @param address a multiserver address
   * @param data metadata for the entry, taken in as JSON would carry it, and merged whatever the state; a call that
   * waits takes it into its dial
   * @param options see `ConnectOptions`
   * @returns the rpc, or `false` if the address is our own. Rejects with the error of the dial, as
   * `ssb.connect()` gave it, or with ERR_NO_RPC, ERR_DEAD_ON_ARRIVAL, ERR_NOT_READY or ERR_SELF for what it
   * gave instead of a live rpc; with ERR_CALLED_OFF if `disconnect()`, `reset()` or `close()` came first; with
   * the `reason` of a signal that aborts (ERR_ABORTED where it has none); with ERR_CLOSED,
   * ERR_INVALID_ADDRESS, ERR_INVALID_DATA or ERR_INVALID_OPTION before anything happened. It settles after the
   * readers were told.
   */
  async connect(address: Address, data?: GivenData<M> | null, options?: ConnectOptions): Promise<false | R> {
    if (this.#context.isClosing) throw new ConnHubError('ERR_CLOSED')
    this.#assertAddress(address)
    const metadata = copyMetadata(data)
    const caller = new Caller(options?.signal)
    try {
      // The rpcs are those of the caller's stack, so that the caller knows their type.
      return (await this.#commands.connect(address, metadata, caller)) as false | R
    } finally {
      caller.leave()
    }
  }

  /**
   * Closes every link of an entry, or calls its attempt off.
   *
   * | state | what happens | resolves with / rejects with |
   * |---|---|---|
   * | absent | nothing | `false` |
   * | connecting | calls the attempt off at once, without waiting for the dial | `true` |
   * | connected | closes every link of the entry, and ends when each has answered | `true` / the error of the first close that failed |
   * | disconnecting | joins | the same outcome |
   *
   * It also calls off the `connect()` calls that wait. A link is closed when its `close` calls back without an error or
   * its `closed` event fires, whichever is first; one that does neither within `closeTimeout` has failed to close, and
   * the entry is connected again. If the announced link did close although the disconnect failed,
   * `disconnecting-failed` is followed by `disconnected`, and by `connected` where a link is left.
   *
   * @param address a multiserver address
   * @returns `true` when every link is closed, or the attempt was called off; `false` if there was no entry.
   * Rejects with the error of the first close that failed (the entry is connected again), which is
   * ERR_CLOSE_TIMEOUT for one that took too long; with ERR_CLOSED or ERR_INVALID_ADDRESS before anything
   * happened.
   */
  async disconnect(address: Address): Promise<boolean> {
    this.#peerStore.assertNotEnded()
    this.#assertAddress(address)
    return this.#commands.disconnect(address)
  }

  /**
   * Merges metadata into an entry. The hub's own fields, and fields that are `undefined`, stay as they are; where
   * nothing is left to merge, nothing changes. The change is visible at once. `liveEntries()` and the log tell of it,
   * `listen()` does not.
   *
   * @param address a multiserver address
   * @param data the fields to merge, taken in as JSON would carry them; `null` for none
   * @returns `true`, or `false` if there is no such entry. Throws ERR_CLOSED, ERR_INVALID_ADDRESS or
   * ERR_INVALID_DATA.
   */
  update(address: Address, data: GivenData<M> | null): boolean {
    this.#peerStore.assertNotEnded()
    this.#assertAddress(address)
    const metadata = copyMetadata(data)
    // A toJSON() of the caller's has run: it may have closed the hub.
    this.#peerStore.assertNotEnded()
    return this.#commands.update(address, metadata)
  }

  /**
   * Drops all connections, as if the hub had just been made: every entry gets `disconnecting` (unless it is there)
   * and `disconnected`, every attempt is called off, pending disconnects resolve with `true`, and every rpc of the stack
   * but our own is closed. One that fails to close never gets an entry again, and the next `reset()` closes it again.
   * All of this is applied before a reader is told; what a reader then connects is new. On a closed hub it does nothing.
   */
  reset(): void {
    if (!this.#context.isClosing) reset(this.#context, 'caller')
  }

  /** The state of an entry, `undefined` if there is none. Throws ERR_CLOSED or ERR_INVALID_ADDRESS. */
  getState(address: Address): State | undefined {
    this.#peerStore.assertNotEnded()
    this.#assertAddress(address)
    return this.#peerStore.getState(address)
  }

  /**
   * Resets the hub, ends all streams after the last events and the empty table, and stops listening to the stack. Every
   * promise is settled, no timer is left. From then on `connect()` rejects with ERR_CLOSED; the other methods still
   * answer until the readers were told the end, and then fail with ERR_CLOSED as well. `log()`, `snapshot()`,
   * `checkpoint()` and `stats()` stay readable. On a closed hub it does nothing.
   */
  close(): void {
    const context = this.#context
    if (context.isClosing) return
    context.isClosing = true
    this.#stopAccepting()
    context.unowned.close()
    context.applyFirst(() => {
      reset(context, 'hub')
      context.dispatch({type: 'closed', cause: 'caller'})
    })
  }

  /** That of an entry was looked at when the entry came to be. */
  #assertAddress(address: Address): void {
    if (this.#context.peers.get(address) || isAddress(address)) return
    throw invalidAddress(address)
  }
}
