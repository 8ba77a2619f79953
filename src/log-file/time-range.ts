import {Fold} from '../../reducers/fold'
import type {Checkpoint, LogItem, Recorded} from '../events'
import {foldInto} from '../log/fold'

/**
 * Takes the events of a range of time out of a log, so that what is taken folds to the state at the end of the range:
 * wherever items were left out, a checkpoint stands for them.
 *
 * Every event is looked at by itself, because a later recording may have earlier times: the clock of the machine may
 * have been set back between the two.
 */
export class TimeRange {
  readonly #since: number
  readonly #until: number
  /** That of the whole log so far. */
  readonly #state = new Fold()
  /** Whether what was taken folds to this state. */
  #isInStep: boolean

  /** Times in ms since the epoch; both belong to the range. */
  constructor(since = -Infinity, until = Infinity) {
    this.#since = since
    this.#until = until
    this.#isInStep = since === -Infinity
  }

  /** What is taken of these items. Throws a LogOrderError where they do not follow from each other. */
  push(items: Iterable<LogItem>): LogItem[] {
    const taken: LogItem[] = []
    for (const item of items) {
      if (item.type !== 'checkpoint') taken.push(...this.#take(item))
      else this.#isInStep = false
      foldInto(this.#state, [item])
    }
    return taken
  }

  /** What is taken at the end of the log. */
  end(): LogItem[] {
    return this.#isReachedBefore(Infinity) ? this.#catchUp() : []
  }

  #take(event: Recorded): LogItem[] {
    if (event.time < this.#since) {
      this.#isInStep = false
      return []
    }
    if (event.time <= this.#until) return [...this.#catchUp(), event]
    const taken = this.#isReachedBefore(event.time) ? this.#catchUp() : []
    this.#isInStep = false
    return taken
  }

  /**
   * Whether the range goes on after the state so far. That before the first event has no time, and is as old as the hub;
   * where that is not known, as in version 1, it is known only that it comes before the next event.
   */
  #isReachedBefore(next: number): boolean {
    const {time, since = next} = this.#state
    return (time || since) <= this.#until
  }

  /** The state so far, where it does not follow from what was taken. */
  #catchUp(): Checkpoint[] {
    if (this.#isInStep) return []
    this.#isInStep = true
    return [this.#state.checkpoint()]
  }
}
