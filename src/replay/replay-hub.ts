import type {ConnectOptions} from '../commands/caller'
import {Caller} from '../commands/caller'
import type {Address, GivenData, Metadata, State} from '../entry'
import type {LogItem, Recorded} from '../events'
import type {RPC} from '../readers/listen-event'
import {ReadableHub} from '../store/readable-hub'
import {hasAddressForm, invalidAddress} from '../values/address'
import {ConnHubError, invalidOption} from '../values/errors'
import {copyMetadata} from '../values/metadata'
import {mark, redact} from '../values/secrets'
import {ReplayCommands} from './commands'
import type {DivergenceError} from './divergence'
import {UnfaithfulReplayError} from './divergence'
import type {PlayOptions, ReplayOptions} from './options'
import type {Playback} from './playback'
import {play} from './playback'
import {ReplayState} from './replay-state'
import {StandIns} from './stand-in'

/**
 * A recorded log, used like the hub that recorded it.
 *
 * The test tells it event by event, or lets it play; its streams and read methods are as the live
 * hub's were at that point. Calls are checked against the recording: what a call would cause must be
 * the next recorded event of a command, or one that was told before and that no call has claimed.
 * What lies between is told first, and the call is answered as it was answered then; other calls are
 * answered from the state. Addresses and metadata carry marks in place of seeds, as in the log; calls
 * may use either.
 *
 * @typeParam R the type of the rpcs
 * @typeParam M the type of the metadata, for those who know what theirs is
 */
export class ReplayHub<R = RPC, M extends object = Metadata> extends ReadableHub<R, M> {
  readonly #state: ReplayState
  readonly #commands: ReplayCommands
  #playback: Playback | undefined
  #closed = false

  /**
   * @param events what `hub.log()`, `decode()` or `readLog()` gave; they are frozen. Throws a LogOrderError
   * for events that do not follow from each other.
   * @param options see `ReplayOptions`
   */
  constructor(events: Iterable<LogItem>, options?: ReplayOptions<R>) {
    const {id, rpc, ignore = [], onDivergence = 'throw'} = options ?? {}
    const state = new ReplayState(events, {
      id,
      standIns: new StandIns(rpc),
      throws: onDivergence === 'throw',
      ignored: ignore,
    })
    super(state.peerStore)
    this.#state = state
    this.#commands = new ReplayCommands(state)
  }

  /** Our own public key, as it was given. */
  get id(): string | undefined {
    return this.#state.context.stack.id
  }

  /** The time of the event that is told, or was told last, in ms since the epoch; 0 before the first. */
  now(): number {
    return this.#state.now
  }

  /** Tells the next event, and returns it; `undefined` at the end. */
  step(): LogItem | undefined {
    return this.#state.step()
  }

  /**
   * Tells all events up to one. To go back, there is `seek()`.
   *
   * @param seq that of the last event to tell; beyond the end, all are told
   * @returns the last event that was told; `undefined` where there was none
   */
  stepTo(seq: number): LogItem | undefined {
    const {recording} = this.#state
    let told: LogItem | undefined
    for (let next = recording.peek(); next && next.seq <= seq; next = recording.peek()) told = this.step()
    return told
  }

  /**
   * Goes to the point after an event, forwards or back. `liveEntries()` gives the entries there,
   * `listen()` nothing; promises that wait are called off, and commands up to there need no claim.
   * Where the recording was told to the end of a hub that closed, streams must be made anew. Throws
   * ERR_CLOSED after `close()`.
   *
   * @param seq that of the event; before the first is the beginning, beyond the last the end
   */
  seek(seq: number): void {
    if (this.#closed) throw new ConnHubError('ERR_CLOSED')
    this.#state.seek(seq)
  }

  /**
   * Tells the events at the times they were recorded with, on `setTimeout`.
   *
   * @param options see `PlayOptions`
   * @returns a promise of the end, or of the `pause()` before it. Throws ERR_INVALID_OPTION for a speed that is
   * not positive.
   */
  play(options?: PlayOptions): Promise<void> {
    const {speed = 1} = options ?? {}
    if (!(speed > 0)) throw invalidOption('speed', speed, 'a positive number')
    this.pause()
    const {recording} = this.#state
    const peek = () => recording.peek()?.time
    // What a recording begins with may be older than its first event.
    const origin = recording.isAtStart ? peek() : undefined
    this.#playback = play(peek, () => this.step(), origin ?? this.now(), speed)
    return this.#playback.done
  }

  /** Stops playing. */
  pause(): void {
    this.#playback?.stop()
    this.#playback = undefined
  }

  /** The calls so far that the recording does not have, or has differently. */
  get divergences(): readonly DivergenceError[] {
    return this.#state.calls.divergences
  }

  /** The recorded events of commands that were told, and that no call has claimed. */
  unclaimed(): readonly Recorded[] {
    return this.#state.calls.claims.all()
  }

  /**
   * Throws an UnfaithfulReplayError if calls so far diverged from the recording, or if commands that were told are
   * unclaimed. To check a whole recording, tell it to its end first.
   */
  check(): void {
    const [divergences, unclaimed] = [this.divergences, this.unclaimed()]
    if (divergences.length + unclaimed.length > 0) throw new UnfaithfulReplayError(divergences, unclaimed)
  }

  /** As `ConnHub.connect()`. Rejects with a DivergenceError, too. */
  async connect(address: Address, data?: GivenData<M> | null, options?: ConnectOptions): Promise<false | R> {
    if (this.#closed) throw new ConnHubError('ERR_CLOSED')
    this.#state.peerStore.assertNotEnded()
    const at = toMarked(address)
    const metadata = redact(copyMetadata(data))
    const caller = new Caller(options?.signal)
    try {
      // The rpcs are stand-ins, or the test's own, so that the caller knows their type.
      return (await this.#commands.connect(at, metadata, caller)) as false | R
    } finally {
      caller.leave()
    }
  }

  /** As `ConnHub.disconnect()`. Rejects with a DivergenceError, too. */
  async disconnect(address: Address): Promise<boolean> {
    this.#state.peerStore.assertNotEnded()
    return this.#commands.disconnect(toMarked(address))
  }

  /** As `ConnHub.update()`. Throws a DivergenceError, too. */
  update(address: Address, data: GivenData<M> | null): boolean {
    this.#state.peerStore.assertNotEnded()
    return this.#commands.update(toMarked(address), redact(copyMetadata(data)))
  }

  /** As `ConnHub.reset()`. Throws a DivergenceError, too. */
  reset(): void {
    if (!this.#closed) this.#state.reset()
  }

  /**
   * As `ConnHub.close()`. It ends the replay also where the recording goes on; if commands are left
   * there, it throws a DivergenceError.
   */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.pause()
    try {
      if (this.#state.recording.nextCommand()) this.#state.close()
    } finally {
      this.#state.end()
    }
  }

  /** As `ConnHub.getState()`. */
  getState(address: Address): State | undefined {
    this.#state.peerStore.assertNotEnded()
    return this.#state.peerStore.getState(toMarked(address))
  }
}

/** The address as the log has it. Throws ERR_INVALID_ADDRESS. */
function toMarked(address: unknown): string {
  if (!hasAddressForm(address)) throw invalidAddress(address)
  return mark(address)
}
