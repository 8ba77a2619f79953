import type {Live} from '../connections/live'
import {Sessions} from '../connections/sessions'
import {Stack} from '../connections/stack'
import {UnownedRpcs} from '../connections/unowned-rpcs'
import type {Context} from '../context'
import type {HubEvent, LogItem, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {PeerStore} from '../store/peer-store'
import type {Deferred} from '../util/deferred'
import type {Causes} from './claims'
import {Claims} from './claims'
import type {Before} from './comparison'
import {Comparison} from './comparison'
import {DivergenceError, differenceOf} from './divergence'
import {RecordedAttempt} from './recorded-attempt'
import {RecordedOutcomes} from './recorded-outcomes'
import {Recording} from './recording'
import type {StandIns} from './stand-in'

/** What a call was answered with, where that is a promise. */
type Answer = RecordedAttempt | Deferred<true> | undefined

/** What was found for a call in the recording. */
export interface Claim {
  /** Whether nothing is to happen any more: its event was told before, or it has none. */
  readonly isHandled: boolean
  /** What its event was answered with, where it was told before. */
  readonly answer?: Answer
  readonly divergence?: DivergenceError
}

/** How a replay is set up. */
export interface Setup {
  readonly id: string | undefined
  readonly standIns: StandIns
  readonly throws: boolean
  readonly ignored: readonly string[]
}

const clock = {now: () => 0, monotonic: () => 0, setTimeout: () => undefined, clearTimeout: () => {}}

/**
 * A hub in a recorded world: its events are told bit by bit, as they were recorded, and the calls of whoever hears
 * them are looked for among them.
 *
 * The table, the log, the readers, the sessions and the commands are those of a live hub. Instead of effects, which
 * would call the stack, there is the recording; and what a command dispatches is looked for there.
 */
export class ReplayState {
  readonly peerStore: PeerStore
  readonly context: Context
  readonly outcomes: RecordedOutcomes
  readonly recording: Recording
  readonly standIns: StandIns
  readonly claims: Claims<Answer>
  readonly divergences: DivergenceError[] = []
  readonly #comparison: Comparison
  readonly #throws: boolean
  /** The recorded event of the call that goes on: the next to be told. */
  #claimed: Recorded | undefined
  /** Whether the replay ends when all that is applied is told. */
  #isEnding = false
  /** The events which a call has set off: what came of them, live, was applied before the call returned. */
  #prompt = new WeakSet<Recorded>()

  constructor(items: Iterable<LogItem>, {id, standIns, throws, ignored}: Setup) {
    this.#throws = throws
    this.#comparison = new Comparison(ignored)
    this.claims = new Claims(this.#comparison)
    this.recording = new Recording(items)
    this.standIns = standIns
    this.peerStore = new PeerStore(
      clock,
      () => this.recording,
      (event, live) => this.#told(event, live),
    )
    this.context = this.#wire(id)
    this.outcomes = new RecordedOutcomes(this.context, this.recording, standIns)
    this.seek(0)
  }

  /** The time of the event that is told, or was told last, in ms since the epoch. */
  get now(): number {
    return this.peerStore.toldTime
  }

  /** Tells the next item, and returns it. */
  step(): LogItem | undefined {
    const item = this.recording.take()
    if (item?.type === 'checkpoint') this.#jump(item.seq)
    else if (item) this.#leave(item)
    return item
  }

  seek(seq: number): void {
    const past = this.recording.seek(seq)
    this.#prompt = new WeakSet()
    this.claims.clear()
    this.outcomes.callOffAll()
    this.peerStore.restart(past)
  }

  /**
   * Looks for what a call causes in the recording, and tells all up to there: what the call then dispatches is that
   * event. What the recording does not have is a divergence, which is thrown or collected.
   *
   * @param candidates what it may have caused; the first is the likeliest
   */
  claim(address: string, ...candidates: readonly Causes[]): Claim {
    const claim = this.#find(address, candidates)
    if (claim.divergence && this.#throws) throw claim.divergence
    return claim
  }

  /** A reset is applied whole before any of it is told. */
  reset(): void {
    if (this.claim('', () => ({type: 'reset', cause: 'caller'})).isHandled) return
    const {store, table} = this.peerStore
    store.applyFirst(() => {
      this.#record({})
      while (table.entries().length > 0 && this.recording.peek()) this.step()
    })
  }

  /** So is the reset with which a hub closes, and its end. */
  close(): void {
    if (this.claim('', () => ({type: 'closed', cause: 'caller'})).isHandled) return
    this.peerStore.store.applyFirst(() => {
      while (this.recording.peek() !== this.#claimed) this.step()
      this.#record({})
    })
  }

  /** Ends the replay: at once, or, where a reader calls it, when all that is applied is told. */
  end(): void {
    this.#isEnding = true
    if (!this.peerStore.store.hasUntold) this.#endStreams()
  }

  /** Nothing more is told, and nothing that waits will be answered. */
  #endStreams(): void {
    this.outcomes.callOffAll()
    this.peerStore.end()
  }

  #wire(id: string | undefined): Context {
    const {store, table} = this.peerStore
    return {
      stack: new Stack({id, connect: () => {}, addListener: () => {}}),
      clock,
      closeTimeout: 0,
      sessions: new Sessions(),
      unowned: new UnownedRpcs(),
      peers: table,
      isClosing: false,
      now: 0,
      readClock: () => {},
      dispatch: (event, live = {}) =>
        this.#claimed ? this.#record(live) : this.#dispatchUnasked(event, live),
      applyFirst: (work) => store.applyFirst(work),
      endStreams: () => this.peerStore.end(),
    }
  }

  /** An event was told, and what it answers is settled; live, its effect ran now. */
  #told(event: Recorded, live: Live): void {
    live.settle?.()
    const isLast = this.#isEnding && !this.peerStore.store.hasUntold
    if (event.type === 'closed' || isLast) return this.#endStreams()
    // Where a reader has called the hub, what came of that is to follow in its place.
    if (this.peerStore.store.hasUntold) this.#prompt.add(event)
    while (this.#prompt.has(event) && this.recording.peek()?.during === event.seq) {
      const next = this.recording.take()
      if (!next || next.type === 'checkpoint') return
      this.#prompt.add(next)
      this.#leave(next)
    }
  }

  #find(address: string, [causes, ...others]: readonly Causes[]): Claim {
    const before = this.peerStore.table.get(address)
    const called = causes?.(before)
    const next = this.recording.nextCommand()
    const isNext =
      next &&
      called &&
      [called, ...others.map((other) => other(before))].some(
        (event) => event && this.#isSame(next, event, before),
      )
    // A call comes late where its event was told before: unless it is just the one to be told now.
    const left = !causes || (isNext && this.recording.peek() === next) ? undefined : this.claims.take(causes)
    if (left) return {isHandled: true, answer: left.answer}
    if (!called) return {isHandled: false}
    if (!isNext) return {isHandled: true, divergence: this.#diverge(next, called)}
    // A reader of what lies between may have called the same, or gone elsewhere.
    if (!this.#tellUpTo(next)) return this.#find(address, causes ? [causes, ...others] : [])
    this.#claimed = next
    return {isHandled: false}
  }

  /** Whether it is reached. The reset with which a hub closes is left to be told with its end. */
  #tellUpTo(next: Recorded): boolean {
    const {recording} = this
    const isThere = () => {
      const item = recording.peek()
      return item === next || (next.type === 'closed' && item?.type === 'reset')
    }
    while (recording.nextCommand() === next && !isThere()) this.step()
    return recording.nextCommand() === next
  }

  /**
   * Everybody who waited for an attempt has given up, and the hub calls it off by itself. Where an inbound link waited
   * for the attempt, that one was announced instead.
   */
  #dispatchUnasked(event: HubEvent, live: Live): Recorded | undefined {
    if (!isAboutPeer(event)) return undefined
    const {address} = event
    const next = this.recording.nextOf(address)
    const isAnswered = next?.type === 'connected' && next.inbound
    if (!isAnswered) this.#find(address, [() => event])
    if (this.#claimed) return this.#record(live)
    const session = this.context.sessions.get(address)
    if (session) session.closing = undefined
    return undefined
  }

  /** Takes in the event that a call has claimed. */
  #record(live: Live): Recorded | undefined {
    const event = this.#claimed
    this.#claimed = undefined
    if (!event) return undefined
    this.recording.take()
    this.#prompt.add(event)
    return this.peerStore.store.record(event, this.outcomes.beside(event, live))
  }

  /** Takes in an event that no call has claimed. One of a command is left for a call that comes late. */
  #leave(event: Recorded): void {
    const before = isAboutPeer(event) ? this.peerStore.table.get(event.address) : undefined
    const live = this.outcomes.beside(event, {})
    if (event.cause === 'caller') this.claims.leave({event, before, answer: this.#answerOf(event)})
    this.peerStore.store.record(event, live)
  }

  #answerOf(event: Recorded): Answer {
    const session = isAboutPeer(event) ? this.context.sessions.get(event.address) : undefined
    if (event.type === 'disconnecting') return session?.closing?.deferred
    if (event.type !== 'connecting' || !session?.attempt) return undefined
    if (session.attempt instanceof RecordedAttempt) return session.attempt
    const witness = new RecordedAttempt()
    session.attempt.asking.add(witness)
    return witness
  }

  /** A checkpoint within the log: where events before it were lost, the state is another now. */
  #jump(seq: number): void {
    if (seq !== this.peerStore.store.seq) this.seek(seq)
  }

  #isSame(recorded: Recorded, called: HubEvent, before: Before): boolean {
    return this.#comparison.textOf(recorded, before) === this.#comparison.textOf(called, before)
  }

  #diverge(recorded: Recorded | undefined, called: HubEvent): DivergenceError {
    const seq = recorded?.seq ?? this.recording.last?.seq ?? 0
    const beforeOf = (event: HubEvent) =>
      isAboutPeer(event) ? this.peerStore.table.get(event.address) : undefined
    const difference = differenceOf(recorded, called, this.#comparison, beforeOf)
    const error = new DivergenceError(seq, recorded, called, difference)
    this.divergences.push(error)
    return error
  }
}
