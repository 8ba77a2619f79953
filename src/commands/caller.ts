import type {Asking, Attempt} from '../connections/attempt'
import type {AnyRpc} from '../connections/rpc'
import type {Signal, Stoppable} from './signals'
import {reasonOf, stopOn} from './signals'

/** What a `connect()` may be told beside the address and the metadata. */
export interface ConnectOptions {
  /**
   * When it aborts, the call rejects with its `reason`. The attempt goes on for whoever else waits for
   * it, and is called off when nobody does.
   */
  readonly signal?: Signal | undefined
}

/**
 * One caller of connect(). With a signal, it may give up; when all who wait for an attempt have given up, the attempt
 * is called off. One without a signal waits to the end.
 */
export class Caller implements Asking, Stoppable {
  readonly #signal: Signal | undefined
  readonly #leave: (() => void) | undefined
  #attempt: Attempt | undefined
  #onGivenUp: ((reason: unknown) => void) | undefined
  #isStopped = false
  #settle: {readonly resolve: (rpc: AnyRpc) => void; readonly reject: (error: unknown) => void} | undefined

  /** Listens to the signal, whose code runs here, before anything is decided. Throws as `stopOn()` does. */
  constructor(signal: Signal | undefined) {
    this.#signal = signal
    this.#leave = signal === undefined ? undefined : stopOn(signal, this)
  }

  /**
   * Waits for the outcome of an attempt.
   *
   * @param onGivenUp called with the signal's reason when it aborts and nobody else waits for the attempt
   */
  ask(attempt: Attempt, onGivenUp: (reason: unknown) => void): Promise<AnyRpc> {
    this.#attempt = attempt
    this.#onGivenUp = onGivenUp
    attempt.asking.add(this)
    return new Promise((resolve, reject) => {
      this.#settle = {resolve, reject}
    })
  }

  resolve(rpc: AnyRpc): void {
    this.#settle?.resolve(rpc)
    this.#forget()
  }

  reject(error: unknown): void {
    this.#settle?.reject(error)
    this.#forget()
  }

  /** The signal has aborted. */
  stop(): void {
    const attempt = this.#attempt
    const onGivenUp = this.#onGivenUp
    this.#isStopped = true
    if (!attempt || !this.#signal) return
    const reason = reasonOf(this.#signal)
    this.reject(reason)
    if (attempt.asking.delete(this) && attempt.asking.size === 0) onGivenUp?.(reason)
  }

  /** Throws the reason of the signal, if it has aborted since this caller came. */
  assertNotStopped(): void {
    if (this.#isStopped && this.#signal) throw reasonOf(this.#signal)
  }

  /** The call is answered: stops listening to the signal, which would else keep the call from being collected. */
  leave(): void {
    this.#forget()
    this.#leave?.()
  }

  #forget(): void {
    this.#attempt = undefined
    this.#settle = undefined
    this.#onGivenUp = undefined
  }
}
