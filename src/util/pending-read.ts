import {throwUncaught} from './microtask'
import type {End} from './stream'

type Callback<T> = (end: End, value?: T) => void

/** What a reader of a pull-stream has asked, as long as nobody has answered it. */
export class PendingRead<T> {
  #callback: Callback<T> | undefined

  get isOpen(): boolean {
    return this.#callback !== undefined
  }

  ask(callback: Callback<T>): void {
    this.#callback = callback
  }

  /**
   * Answers it, if it is open. What the reader throws becomes an uncaught exception of its own; one that threw
   * and has not asked again never will. Returns whether the reader may ask again.
   */
  answer(end: End, value?: T): boolean {
    const callback = this.#callback
    this.#callback = undefined
    try {
      callback?.(end, value)
      return !end
    } catch (error) {
      throwUncaught(error)
      return this.isOpen
    }
  }
}
