import type {Live} from '../connections/live'
import {Sessions} from '../connections/sessions'
import {Stack} from '../connections/stack'
import {UnownedRpcs} from '../connections/unowned-rpcs'
import type {Context} from '../context'
import type {HubEvent, LogItem, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {PeerStore} from '../store/peer-store'
import type {Deferred} from '../util/deferred'
import {RecordedAttempt} from './recorded-attempt'
import type {Candidates, Claim} from './recorded-calls'
import {RecordedCalls} from './recorded-calls'
import {RecordedOutcomes} from './recorded-outcomes'
import {Recording} from './recording'
import type {StandIns} from './stand-in'

/** What a call was answered with, where that is a promise. */
type Answer = RecordedAttempt | Deferred<true> | undefined

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
  readonly calls: RecordedCalls<Answer>
  readonly #throws: boolean
  /** The recorded event of the call that goes on: the next to be told. */
  #claimed: Recorded | undefined
  /** Whether the replay ends when all that is applied is told. */
  #isEnding = false
  /** The events which a call has set off: what came of them, live, was applied before the call returned. */
  #prompt = new WeakSet<Recorded>()

  constructor(items: Iterable<LogItem>, {id, standIns, throws, ignored}: Setup) {
    this.#throws = throws
    this.recording = new Recording(items)
    const entryAt = (address: string) => this.peerStore.table.get(address)
    this.calls = new RecordedCalls(this.recording, {entryAt, step: () => this.step()}, ignored)
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
    this.calls.claims.clear()
    this.outcomes.callOffAll()
    this.peerStore.restart(past)
  }

  /**
   * Looks for what a call causes in the recording, and tells all up to there: what the call then dispatches is that
   * event. What the recording does not have is a divergence, which is thrown or collected.
   */
  claim(address: string, ...candidates: Candidates): Claim<Answer> {
    const claim = this.calls.find(address, candidates)
    this.#claimed = claim.next
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

  /**
   * Everybody who waited for an attempt has given up, and the hub calls it off by itself. Where an inbound link waited
   * for the attempt, that one was announced instead.
   */
  #dispatchUnasked(event: HubEvent, live: Live): Recorded | undefined {
    if (!isAboutPeer(event)) return undefined
    const {address} = event
    const next = this.recording.nextOf(address)
    const isAnswered = next?.type === 'connected' && next.inbound
    this.#claimed = isAnswered ? undefined : this.calls.find(address, [() => event]).next
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
    if (event.cause === 'caller') this.calls.claims.leave({event, before, answer: this.#answerOf(event)})
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
}
