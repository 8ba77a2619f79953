import type {AnyRpc} from '../connections/rpc'
import type {Connected, Recorded} from '../events'
import {throwUncaught} from '../util/microtask'

/** The rpc of a replayed `connected` event, as the test wants it. */
export type RpcOf = (event: Recorded<Connected>) => unknown

/**
 * What stands in for the rpcs of a recording. The replay holds an inert one for each link, which never closes by itself,
 * and hands out the test's own in its place: what that one does or says changes nothing of what the log says.
 */
export class StandIns {
  readonly #rpcOf: RpcOf | undefined
  readonly #given = new WeakMap<AnyRpc, unknown>()

  constructor(rpcOf: RpcOf | undefined) {
    this.#rpcOf = rpcOf
  }

  /** @param event that by which the link was announced, where the recording has it */
  make(key: string | undefined, event: Recorded<Connected> | undefined): AnyRpc {
    const inert = standIn(key)
    if (event && this.#rpcOf) this.#given.set(inert, this.#ask(this.#rpcOf, event, inert))
    return inert
  }

  /** What the test gets in place of an inert one. */
  given(inert: AnyRpc): AnyRpc {
    // It is the test's own affair.
    return (this.#given.has(inert) ? this.#given.get(inert) : inert) as AnyRpc
  }

  /** What the test's function throws becomes an uncaught exception of its own. */
  #ask(rpcOf: RpcOf, event: Recorded<Connected>, inert: AnyRpc): unknown {
    try {
      return rpcOf(event)
    } catch (error) {
      throwUncaught(error)
      return inert
    }
  }
}

/** An rpc that does nothing: `id`, `on` and `close` are there. */
function standIn(id: string | undefined): AnyRpc {
  return {
    id,
    closed: false,
    on: itself,
    once: itself,
    removeListener: itself,
    close(_error?: unknown, callback?: (error?: unknown) => void): void {
      callback?.()
    },
  }
}

function itself(this: unknown): unknown {
  return this
}
