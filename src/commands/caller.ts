import type {AnyRpc} from '../connections/rpc'
import type {Deferred} from '../util/deferred'
import {ConnHubError} from '../values/errors'

/** What a `connect()` may be told beside the address and the metadata. */
export interface ConnectOptions {
  /**
   * When it aborts, the call rejects with its `reason`. The attempt goes on for whoever else waits for
   * it, and is called off when nobody does.
   */
  readonly signal?: Signal | undefined
}

/** What the hub uses of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * One caller of connect(). With a signal, it may stop asking; when nobody asks any more, the attempt is given up.
 * One without a signal asks to the end.
 */
export class Caller {
  readonly #signal: Signal | undefined
  readonly #listener = () => this.#stop()
  #stop = () => {}

  /**
   * Listens to the signal, whose code runs here, before anything is decided. Throws the reason of one that has
   * aborted, and ERR_INVALID_OPTION for what is no signal.
   */
  constructor(signal: Signal | undefined) {
    this.#signal = signal
    if (signal === undefined) return
    if (typeof signal?.addEventListener !== 'function' || typeof signal.removeEventListener !== 'function') {
      throw new ConnHubError('ERR_INVALID_OPTION', 'signal is not an AbortSignal')
    }
    assertNotAborted(signal)
    signal.addEventListener('abort', this.#listener)
    assertNotAborted(signal)
  }

  ask(deferred: Deferred<AnyRpc>, giveUp: () => void): Promise<AnyRpc> {
    deferred.callers++
    const {promise} = deferred
    const signal = this.#signal
    if (!signal) return promise
    return new Promise((resolve, reject) => {
      let asks = true
      this.#stop = () => {
        reject(reasonOf(signal))
        if (asks) deferred.callers--
        asks = false
        if (deferred.callers === 0) giveUp()
      }
      promise.then(resolve, reject)
    })
  }

  /** It was answered: the signal keeps nothing of ours. */
  leave(): void {
    this.#stop = () => {}
    try {
      this.#signal?.removeEventListener('abort', this.#listener)
    } catch {
      // The listener stays, and does nothing.
    }
  }
}

function assertNotAborted(signal: Signal): void {
  if (signal.aborted) throw reasonOf(signal)
}

/** Some runtimes have signals without a reason. */
function reasonOf(signal: Signal): unknown {
  return signal.reason ?? new ConnHubError('ERR_ABORTED')
}
