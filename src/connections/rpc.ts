/** Every read of an rpc, and every call of one. Whatever it does, throws or lacks is contained here. */

import {read} from '../util/safe-read'

/** A live muxrpc connection. What is expected of it, each part optional, is read in this file. */
export type AnyRpc = object

export function isRpc(value: unknown): value is AnyRpc {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

export function idOf(rpc: AnyRpc): string | undefined {
  const id = read(rpc, 'id')
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** The address that multiserver gave to the stream below the rpc. */
function streamAddressOf(rpc: AnyRpc): unknown {
  const stream = read(rpc, 'stream')
  return isRpc(stream) ? read(stream, 'address') : undefined
}

export function isClosed(rpc: AnyRpc): boolean {
  return read(rpc, 'closed') === true
}

/** Closes the rpc at once, and calls back once, with an error if that failed. Without `close` it is let go. */
export function close(rpc: AnyRpc, callback: (error?: unknown) => void): void {
  // Let go with the first answer: an rpc that is kept by others keeps nothing of ours.
  let asked: ((error?: unknown) => void) | undefined = callback
  const once = (error?: unknown) => {
    const answer = asked
    asked = undefined
    answer?.(error)
  }
  const method = read(rpc, 'close')
  if (typeof method !== 'function') return once()
  try {
    method.call(rpc, true, (error?: unknown) => once(error || undefined))
  } catch (error) {
    once(error ?? new Error('rpc.close() threw'))
  }
}

/**
 * An rpc that is listened to, and was asked once for all that there is to know of it. That may run any code of
 * others; from then on none runs, so that what is decided about it holds.
 */
export class WatchedRpc {
  readonly rpc: AnyRpc
  /** The public key of the peer, proven. */
  readonly key: string | undefined
  /** What multiserver tells of the connection. */
  readonly meta: unknown
  /** The address of the stream below the rpc. */
  readonly origin: unknown
  readonly #unwatch: () => void
  #closed = false
  #listener: (() => void) | undefined

  constructor(rpc: AnyRpc) {
    this.rpc = rpc
    this.#unwatch = onClosed(rpc, () => {
      this.#closed = true
      this.#listener?.()
    })
    this.key = idOf(rpc)
    this.meta = read(rpc, 'meta')
    this.origin = streamAddressOf(rpc)
    if (isClosed(rpc)) this.#closed = true
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Who hears it close, from now on. */
  whenClosed(listener: () => void): void {
    this.#listener = listener
  }

  /** Stops listening for its end. */
  unwatch(): void {
    this.#listener = undefined
    this.#unwatch()
  }
}

/** Calls back when the rpc closes, and returns how to stop listening. Without `on` it never does. */
export function onClosed(rpc: AnyRpc, listener: () => void): () => void {
  try {
    const on = read(rpc, 'on')
    if (typeof on === 'function') on.call(rpc, 'closed', listener)
  } catch {
    // It cannot be heard closing: it is closed when `close` calls back.
  }
  return () => {
    try {
      const removeListener = read(rpc, 'removeListener')
      if (typeof removeListener === 'function') removeListener.call(rpc, 'closed', listener)
    } catch {
      // The listener stays, and finds that the rpc is nobody's any more.
    }
  }
}
