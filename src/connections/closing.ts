import {Deferred} from '../util/deferred'

/** One disconnect, until every link that it closes has answered. */
export class Closing<Link> {
  readonly deferred = new Deferred<true>()
  readonly #pending: Set<Link>
  #failure: {readonly error: unknown} | undefined
  #finish: (() => void) | undefined
  #stopTimer: (() => void) | undefined
  #cancelled = false

  constructor(links: readonly Link[]) {
    this.#pending = new Set(links)
  }

  get pending(): readonly Link[] {
    return [...this.#pending]
  }

  /** The first close that failed. */
  get failure(): {readonly error: unknown} | undefined {
    return this.#failure
  }

  /** From now on, it ends when no link is pending: at once, if none is. */
  start(finish: () => void, stopTimer: () => void): void {
    this.#finish = finish
    this.#stopTimer = stopTimer
    if (this.#cancelled) stopTimer()
    else this.#endIfDone()
  }

  closed(link: Link): void {
    if (this.#pending.delete(link)) this.#endIfDone()
  }

  failed(link: Link, error: unknown): void {
    if (!this.#pending.delete(link)) return
    this.#failure ??= {error}
    this.#endIfDone()
  }

  /** It will not finish. */
  cancel(): void {
    this.#cancelled = true
    this.#finish = undefined
    this.#stopTimer?.()
  }

  #endIfDone(): void {
    const finish = this.#finish
    if (!finish || this.#pending.size > 0) return
    this.#finish = undefined
    this.#stopTimer?.()
    finish()
  }
}
