import {ConnHubError} from './errors'
import type {Outcome} from './outcome'
import type {Rpc} from './stack'
import type {Signal} from './types'

/**
 * Asks for the outcome of an attempt. One that asks with a signal may stop asking; when nobody asks
 * any more, the attempt is given up. One without a signal asks to the end.
 */
export function ask(outcome: Outcome<Rpc>, signal: Signal | undefined, giveUp: () => void): Promise<Rpc> {
  outcome.askers++
  const {promise} = outcome
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    let asks = true
    const stop = () => {
      reject(reasonOf(signal))
      if (asks) outcome.askers--
      asks = false
      if (outcome.askers === 0) giveUp()
    }
    signal.addEventListener('abort', stop)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Throws the reason of a signal that has aborted, and refuses what is no signal. */
export function assertNotAborted(signal: Signal | undefined): void {
  if (signal === undefined) return
  if (typeof signal?.addEventListener !== 'function' || typeof signal.removeEventListener !== 'function') {
    throw new ConnHubError('ERR_INVALID_OPTION', 'signal is not an AbortSignal')
  }
  if (signal.aborted) throw reasonOf(signal)
}

/** Some runtimes have signals without a reason. */
function reasonOf(signal: Signal): unknown {
  return signal.reason ?? new ConnHubError('ERR_ABORTED')
}
