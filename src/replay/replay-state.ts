import type {AnyRpc} from '../connections/rpc'
import type {Peer} from '../entry'
import type {Connected, HubEvent, LogItem, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {PeerStore} from '../store/peer-store'
import {ReplayAnswers} from './answers'
import {DivergenceError, isSame} from './divergence'
import type {Claimable} from './recorded-log'
import {isCommand, RecordedLog} from './recorded-log'

/** A recording that is told bit by bit, and checked against the calls of whoever hears it. */
export class ReplayState {
  readonly peerStore: PeerStore
  readonly answers: ReplayAnswers
  readonly recording: RecordedLog
  readonly divergences: DivergenceError[] = []
  readonly #throws: boolean

  constructor(items: Iterable<LogItem>, standIn: (event: Recorded<Connected>) => AnyRpc, throws: boolean) {
    this.#throws = throws
    this.recording = new RecordedLog(items)
    this.answers = new ReplayAnswers(standIn)
    const clock = {now: () => 0, setTimeout: () => undefined, clearTimeout: () => {}}
    this.peerStore = new PeerStore(clock, Number.POSITIVE_INFINITY, (event, live) => {
      live.settle?.()
      if (event.type === 'closed') this.end()
      else this.#followInside(event)
    })
    this.seek(0)
  }

  /** The time of the event that is told, or was told last, in ms since the epoch. */
  get now(): number {
    return this.peerStore.toldTime
  }

  step(): LogItem | undefined {
    const item = this.recording.take()
    if (item?.type === 'checkpoint') this.#jump(item.seq)
    else if (item) this.#record(item, true)
    return item
  }

  seek(seq: number): void {
    const {state, before, events} = this.recording.seek(seq)
    this.answers.callOffAll()
    this.peerStore.restart(state, before, events)
  }

  /**
   * Finds what a call causes in the recording, and tells all up to there. Undefined: it causes nothing,
   * and is answered from the state. What the recording does not have is a divergence.
   */
  claim(
    address: string,
    causes: (peer: Readonly<Peer> | undefined) => HubEvent | undefined,
  ): Claimable | undefined {
    const before = this.peerStore.table.get(address)
    const called = causes(before)
    const next = this.recording.nextCommand()
    const isNext = called !== undefined && next !== undefined && isSame(next, called, before)
    // A call comes late where its event was told before: unless it is just the one to be told now.
    const left =
      isNext && this.recording.peek() === next ? undefined : this.recording.claimLeft(address, causes)
    if (left || !called) return left
    if (!isNext) return this.#diverge(next, called, before)
    while (this.recording.peek() !== next) this.step()
    this.recording.take()
    if (called.type === 'reset') return this.#recordReset(next)
    return this.#record(next, false)
  }

  /**
   * Where a reader of this event called the hub, what came of that is told next; live, all that was applied while
   * this event was told, by its effect or by others, was in the state by then.
   */
  #followInside({seq}: Recorded): void {
    while (this.peerStore.store.hasUntold && this.recording.peek()?.during === seq) this.step()
  }

  /** Nothing more is told, and nothing that waits will be answered. */
  end(): void {
    this.answers.callOffAll()
    this.peerStore.end()
  }

  /** Takes the event in; one of a command is left for a call to claim, if none has. */
  #record(event: Recorded, isLeft: boolean): Claimable {
    const {table, store} = this.peerStore
    const address = isAboutPeer(event) ? event.address : ''
    const before = table.get(address)
    const live = this.answers.beside(event, before, () => {
      const next = this.recording.nextOf(address)
      return next?.type === 'disconnected' && next.cause === 'hub'
    })
    const claimable = {event, before, answer: this.#answerOf(event)}
    if (isLeft && isCommand(event)) this.recording.leave(claimable)
    store.record(event, live)
    return claimable
  }

  /** A reset is applied whole before any of it is told. */
  #recordReset(event: Recorded): Claimable {
    const {store, table} = this.peerStore
    return store.applyFirst(() => {
      const claimed = this.#record(event, false)
      while (table.entries().length > 0 && this.recording.peek()) this.step()
      return claimed
    })
  }

  #answerOf(event: Recorded): Claimable['answer'] {
    if (event.type === 'connecting') return this.answers.attempt(event.address)
    if (event.type === 'disconnecting') return this.answers.closing(event.address)
    return undefined
  }

  /** A checkpoint within the log: where events before it were lost, the state is another now. */
  #jump(seq: number): void {
    if (seq !== this.peerStore.store.seq) this.seek(seq)
  }

  #diverge(recorded: Recorded | undefined, called: HubEvent, before: Readonly<Peer> | undefined): undefined {
    const seq = recorded?.seq ?? this.recording.last?.seq ?? 0
    const error = new DivergenceError(seq, recorded, called, before)
    this.divergences.push(error)
    if (this.#throws) throw error
  }
}
