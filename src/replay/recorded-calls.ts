import type {HubEvent, LogItem, Recorded} from '../events'
import {isAboutPeer} from '../events'
import type {Causes} from './claims'
import {Claims} from './claims'
import type {Before} from './comparison'
import {Comparison} from './comparison'
import {DivergenceError, differenceOf} from './divergence'
import type {Recording} from './recording'

/** What a call may have caused; the first is the likeliest. */
export type Candidates = readonly [Causes, ...Causes[]]

/** What was found for a call in the recording. */
export interface Claim<Answer> {
  /** The event that the call is to cause: the next to be told. */
  readonly next?: Recorded
  /** Whether nothing is to happen any more: its event was told before, or it has none. */
  readonly isHandled: boolean
  /** What its event was answered with, where it was told before. */
  readonly answer?: Answer
  readonly divergence?: DivergenceError
}

/** What a replay does for whoever looks for calls in its recording. */
export interface Told {
  /** The entry as it is. */
  entryAt(address: string): Before
  /** Tells the next item of the recording. */
  step(): LogItem | undefined
}

/** The calls of a recording, among which those of a replay are looked for. */
export class RecordedCalls<Answer> {
  /** The events of calls that were told, and that no call has claimed. */
  readonly claims: Claims<Answer>
  readonly divergences: DivergenceError[] = []
  readonly #recording: Recording
  readonly #told: Told
  readonly #comparison: Comparison

  constructor(recording: Recording, told: Told, ignored: readonly string[]) {
    this.#recording = recording
    this.#told = told
    this.#comparison = new Comparison(ignored)
    this.claims = new Claims(this.#comparison)
  }

  /** Looks for the event of a call, and tells all that lies before it. What the recording does not have is a divergence. */
  find(address: string, candidates: Candidates): Claim<Answer> {
    const [causes, ...others] = candidates
    const before = this.#told.entryAt(address)
    const called = causes(before)
    const next = this.#recording.nextCommand()
    const isNext =
      next &&
      called &&
      [called, ...others.map((other) => other(before))].some(
        (event) => event && this.#isSame(next, event, before),
      )
    // A call comes late where its event was told before: unless it is just the one to be told now.
    const left = isNext && this.#recording.peek() === next ? undefined : this.claims.take(causes)
    if (left) return {isHandled: true, answer: left.answer}
    if (!called) return {isHandled: false}
    if (!isNext) return {isHandled: true, divergence: this.#diverge(next, called)}
    // A reader of what lies between may have called the same: then the call is looked for anew.
    if (!this.#tellUpTo(next)) return this.find(address, candidates)
    return {next, isHandled: false}
  }

  /** Whether it is reached. The reset with which a hub closes is left to be told with its end. */
  #tellUpTo(next: Recorded): boolean {
    const recording = this.#recording
    const isThere = () => {
      const item = recording.peek()
      return item === next || (next.type === 'closed' && item?.type === 'reset')
    }
    while (recording.nextCommand() === next && !isThere()) this.#told.step()
    return recording.nextCommand() === next
  }

  #isSame(recorded: Recorded, called: HubEvent, before: Before): boolean {
    return this.#comparison.textOf(recorded, before) === this.#comparison.textOf(called, before)
  }

  #diverge(recorded: Recorded | undefined, called: HubEvent): DivergenceError {
    const seq = recorded?.seq ?? this.#recording.last?.seq ?? 0
    const beforeOf = (event: HubEvent) => (isAboutPeer(event) ? this.#told.entryAt(event.address) : undefined)
    const difference = differenceOf(recorded, called, this.#comparison, beforeOf)
    const error = new DivergenceError(seq, recorded, called, difference)
    this.divergences.push(error)
    return error
  }
}
