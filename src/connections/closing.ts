import {Deferred} from '../util/deferred'

/** One disconnect, until every link that it closes has answered. */
export class Closing<Link> {
  readonly deferred = new Deferred<true>()
  readonly #pending: Set<Link>
  #failure: {readonly error: unknown} | undefined
  #finish: (() => void) | undefined
  #stopTimer: (() => void) | undefined

  constructor(links: readonly Link[]) {
    this.#pending = new Set(links)
  }

  get pending(): readonly Link[] {
    return [...this.#pending]
  }

  /** Whether the link has not answered yet, and is still one of this entry. */
  isPending(link: Link): boolean {
    return this.#pending.has(link)
  }

  /** The first close that failed. */
  get failure(): {readonly error: unknown} | undefined {
    return this.#failure
  }

  /** From now on, it ends when no link is pending: at once, if none is. Returns whether it goes on. */
  start(finish: () => void): boolean {
    this.#finish = finish
    this.#endIfDone()
    return this.#finish !== undefined
  }

  /** What stops the timer that bounds it, when it ends or is cancelled. */
  boundBy(stopTimer: () => void): void {
    if (this.#finish) this.#stopTimer = stopTimer
    else stopTimer()
  }

  closed(link: Link): void {
    if (this.#pending.delete(link)) this.#endIfDone()
  }

  failed(link: Link, error: unknown): void {
    if (!this.#pending.delete(link)) return
    this.#failure ??= {error}
    this.#endIfDone()
  }

  /** From now on no link is waited for: a reset answers the disconnect. */
  cancel(): void {
    this.#pending.clear()
    this.#finish = undefined
  }

  stopTimer(): void {
    const stop = this.#stopTimer
    this.#stopTimer = undefined
    stop?.()
  }

  #endIfDone(): void {
    const finish = this.#finish
    if (!finish || this.#pending.size > 0) return
    this.#finish = undefined
    this.stopTimer()
    finish()
  }
}
