/**
 * All contact with secret-stack and its rpcs. Whatever they do, throw or lack is contained here.
 */

import {read} from './foreign'

/** A live muxrpc connection. What is expected of it, each part optional, is read in this file. */
export type Rpc = object

/** What the hub uses of a secret-stack peer; `addListener` and `connect` are all it must have. */
export interface SSB {
  readonly id?: string | undefined
  readonly peers?: unknown
  readonly ready?: unknown
  connect(address: string, callback: (error?: unknown, rpc?: unknown) => void): unknown
  addListener(event: 'rpc:connect', listener: ConnectListener): unknown
  removeListener?(event: 'rpc:connect', listener: ConnectListener): unknown
}

/** How secret-stack tells of a new rpc: `isClient` is true where we are the client. */
export type ConnectListener = (rpc: unknown, isClient: unknown) => void

export function isRpc(value: unknown): value is Rpc {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** The stack of this peer: other plugins may hook it at any time, so that nothing of it is kept. */
export class Stack {
  readonly #ssb: SSB

  constructor(ssb: SSB) {
    this.#ssb = ssb
  }

  /** Our own public key, where the stack tells it. */
  get id(): string | undefined {
    const id = read(this.#ssb, 'id')
    return typeof id === 'string' ? id : undefined
  }

  /** Dials. The callback may come at once, later, twice or never; what `connect` throws comes as `threw`. */
  dial(
    address: string,
    callback: (error: unknown, rpc: unknown) => void,
    threw: (error: unknown) => void,
  ): void {
    try {
      this.#ssb.connect(address, callback)
    } catch (error) {
      threw(error)
    }
  }

  isReady(): boolean {
    try {
      return typeof this.#ssb.ready !== 'function' || this.#ssb.ready() !== false
    } catch {
      return true
    }
  }

  /** Every rpc that the stack holds, but for those to ourselves. */
  rpcs(): Rpc[] {
    const peers = read(this.#ssb, 'peers')
    if (!isRpc(peers)) return []
    try {
      return Object.entries(peers).flatMap(([id, rpcs]) =>
        id !== this.id && Array.isArray(rpcs) ? rpcs.filter(isRpc) : [],
      )
    } catch {
      return []
    }
  }

  /** Listens for new rpcs, and returns how to stop. */
  onConnect(listener: (rpc: unknown, isClient: boolean) => void): () => void {
    // Let go when it stops: a stack that keeps its listeners keeps nothing of ours.
    let listening: typeof listener | undefined = listener
    const stacked: ConnectListener = (rpc, isClient) => listening?.(rpc, !!isClient)
    this.#ssb.addListener('rpc:connect', stacked)
    return () => {
      listening = undefined
      try {
        this.#ssb.removeListener?.('rpc:connect', stacked)
      } catch {
        // It stays, and does nothing.
      }
    }
  }
}

export function idOf(rpc: Rpc): string | undefined {
  const id = read(rpc, 'id')
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** The address that multiserver gave to the stream below the rpc. */
function streamAddressOf(rpc: Rpc): unknown {
  const stream = read(rpc, 'stream')
  return isRpc(stream) ? read(stream, 'address') : undefined
}

export function isClosed(rpc: Rpc): boolean {
  return read(rpc, 'closed') === true
}

/** Closes the rpc at once, and calls back once, with an error if that failed. Without `close` it is let go. */
export function close(rpc: Rpc, callback: (error?: unknown) => void): void {
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
export class Connection {
  readonly rpc: Rpc
  /** The public key of the peer, proven. */
  readonly key: string | undefined
  /** What multiserver tells of the connection. */
  readonly meta: unknown
  /** The address of the stream below the rpc. */
  readonly origin: unknown
  readonly #unwatch: () => void
  #closed = false
  #listener: (() => void) | undefined

  constructor(rpc: Rpc) {
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
export function onClosed(rpc: Rpc, listener: () => void): () => void {
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
