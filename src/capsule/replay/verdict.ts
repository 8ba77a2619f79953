import {ConnHubError} from '../../values/errors'
import type {EndLine} from '../format/lines'
import {pluginLine} from '../machine/call-site'
import type {Difference, Turn} from './divergence'
import {PluginDivergenceError} from './divergence'
import {makeNothing} from './nothing'

/** Whether the replay goes as the recording did. The first thing that went otherwise is its failure. */
export class Verdict {
  /** The turn that is being replayed. */
  turn: Turn = {number: -1, time: 0, given: 'nothing'}
  /** Whether it is in the last round of the recording. */
  isLastRound = false
  readonly #end: EndLine | undefined
  readonly #nothing = makeNothing(() => this.#failure?.error)
  /** What was thrown may be anything, `undefined` too. */
  #failure: {readonly error: unknown} | undefined
  #isOver = false

  constructor(end: EndLine | undefined) {
    this.#end = end
  }

  /** Whether nothing is answered any more: after a divergence, or after the end of the recording. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether the replay went another way, or the plugin failed as it had not. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** What the plugin gets where nothing is answered any more. */
  get nothing(): unknown {
    return this.#nothing
  }

  /** Whether the plugin may have gone on after the end of the recording: that was killed, or became too large. */
  get mayHaveStopped(): boolean {
    return this.isLastRound && this.#end?.reason !== 'closed'
  }

  stop(): void {
    this.#isOver = true
  }

  /** The plugin failed, by itself. */
  fail(error: unknown): void {
    this.#failure ??= {error}
  }

  diverge(difference: Difference): void {
    this.fail(new PluginDivergenceError(this.turn, difference))
    this.stop()
  }

  /** The plugin asks for something to which there is no answer. */
  refuse(what: string): unknown {
    if (!this.#isOver && !this.mayHaveStopped)
      this.diverge({
        called: `${what}, to which nothing was answered when it was recorded`,
        line: pluginLine(),
      })
    this.stop()
    return this.#nothing
  }

  /** The plugin used what no recording holds. Returns the error that says so. */
  exceed(what: string): ConnHubError {
    const error = new ConnHubError('ERR_CAPSULE_LIMIT', what)
    this.fail(error)
    return error
  }
}
