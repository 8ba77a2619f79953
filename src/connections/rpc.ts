/** Every read of an rpc, and every call of one. Whatever it does, throws or lacks is contained here. */

import type {ErrorRecord} from '../events'
import {throwUncaught} from '../util/microtask'
import {read} from '../util/safe-read'
import {toErrorRecord} from '../values/errors'

/** A live muxrpc connection. What is expected of it, each part optional, is read in this file. */
export type AnyRpc = object

export function isRpc(value: unknown): value is AnyRpc {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether the rpc says that it is closed. Its `closed` event may still be on its way. */
export function isClosed(rpc: AnyRpc): boolean {
  return read(rpc, 'closed') === true
}

/** Which connection an rpc belongs to: a wrapper shares the stream with the rpc that it wraps. */
export function connectionOf(rpc: AnyRpc): object {
  const stream = read(rpc, 'stream')
  return isRpc(stream) ? stream : rpc
}

/**
 * An rpc that is listened to, and was asked once for all that there is to know of it. To ask it may run any code of
 * others, which may call the hub; so an rpc is asked first, and what becomes of it is decided afterwards.
 */
export class WatchedRpc {
  readonly rpc: AnyRpc
  /** What `rpc:connect` said: true where we are the client; undefined for an rpc that was not announced there. */
  readonly isClient: boolean | undefined
  /** The public key of the peer, proven. */
  readonly key: string | undefined
  /** What multiserver tells of the connection. */
  readonly meta: unknown
  /** The address that multiserver gave to the stream below the rpc. */
  readonly origin: unknown
  /** What is the same for every rpc of this connection. */
  readonly connection: object
  readonly #onClosed: (error?: unknown) => void
  #isClosed = false
  #error: ErrorRecord | undefined
  #listener: (() => void) | undefined

  constructor(rpc: AnyRpc, isClient?: boolean) {
    this.rpc = rpc
    this.isClient = isClient
    this.#onClosed = (error) => {
      this.#isClosed = true
      // muxrpc has no argument there, or, where it was closed on purpose, `true`.
      if (error && error !== true) this.#error = toErrorRecord(error)
      this.#listener?.()
    }
    listenForClosed(rpc, this.#onClosed)
    const id = read(rpc, 'id')
    const stream = read(rpc, 'stream')
    this.key = typeof id === 'string' && id !== '' ? id : undefined
    this.meta = read(rpc, 'meta')
    this.connection = isRpc(stream) ? stream : rpc
    this.origin = isRpc(stream) ? read(stream, 'address') : undefined
  }

  /** Reads `rpc.closed`, too: another listener of `closed` may run before ours, and call the hub. */
  get isClosed(): boolean {
    if (!this.#isClosed && isClosed(this.rpc)) this.#isClosed = true
    return this.#isClosed
  }

  /** Why it closed, where its `closed` event told. */
  get error(): ErrorRecord | undefined {
    return this.#error
  }

  /** Sets who is told when it closes. */
  whenClosed(listener: () => void): void {
    this.#listener = listener
  }

  /** From now on nobody is told when it closes. This runs no code of others. */
  ignore(): void {
    this.#listener = undefined
  }

  /** Stops listening. It runs code of others, so it comes last: an EventEmitter tells that a listener was removed. */
  unwatch(): void {
    this.ignore()
    unlistenForClosed(this.rpc, this.#onClosed)
  }
}

/**
 * Closes the rpc at once, and calls back once, with an error if that failed. An rpc without `close` counts as closed.
 *
 * A `close` that throws is called once more: muxrpc runs the app's callbacks inside it, and one that throws stops it
 * half-way. If the rpc closes then, what was thrown was the app's, and becomes an uncaught exception; otherwise it is
 * the error of the close.
 */
export function close(rpc: AnyRpc, callback: (error?: unknown) => void): void {
  // Dropped with the first answer: an rpc that others keep would else keep the session from being collected.
  let waiting: ((error?: unknown) => void) | undefined = callback
  const answer = (error?: unknown) => {
    const first = waiting
    waiting = undefined
    first?.(error)
  }
  const thrown = callClose(rpc, (error) => answer(error || undefined))
  if (!thrown) return
  const again = callClose(rpc, (error) => {
    if (!error) throwUncaught(thrown.error)
    answer(error ? thrown.error : undefined)
  })
  if (again) answer(thrown.error ?? new Error('rpc.close() threw'))
}

/** Returns what `close` threw, if it did. */
function callClose(rpc: AnyRpc, callback: (error?: unknown) => void): {readonly error: unknown} | undefined {
  try {
    const method = read(rpc, 'close')
    if (typeof method === 'function') method.call(rpc, true, callback)
    else callback()
  } catch (error) {
    return {error}
  }
}

/** Calls back when the rpc closes. Without `on` it never does. */
export function listenForClosed(rpc: AnyRpc, listener: (error?: unknown) => void): void {
  try {
    const on = read(rpc, 'on')
    if (typeof on === 'function') on.call(rpc, 'closed', listener)
  } catch {
    // A test's mock: that it closed is known only when its `close` calls back.
  }
}

export function unlistenForClosed(rpc: AnyRpc, listener: (error?: unknown) => void): void {
  try {
    const removeListener = read(rpc, 'removeListener')
    if (typeof removeListener === 'function') removeListener.call(rpc, 'closed', listener)
  } catch {
    // The rpc keeps the listener, which then calls nobody: unwatch() comes after ignore().
  }
}
