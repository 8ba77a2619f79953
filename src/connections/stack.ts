import {read} from '../util/safe-read'
import {invalidOption} from '../values/errors'
import type {AnyRpc} from './rpc'
import {isRpc} from './rpc'

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

/** The stack of this peer: other plugins may hook it at any time, so that nothing of it is kept. */
export class Stack {
  readonly #ssb: SSB

  /** Throws ERR_INVALID_OPTION for what is no stack. */
  constructor(ssb: SSB) {
    if (typeof read(Object(ssb), 'addListener') !== 'function') {
      throw invalidOption('ssb', ssb, 'a secret-stack peer, which has connect() and addListener()')
    }
    this.#ssb = ssb
  }

  /** Our own public key, where the stack tells it. */
  get id(): string | undefined {
    const id = read(this.#ssb, 'id')
    return typeof id === 'string' ? id : undefined
  }

  /**
   * Dials. The callback may come at once, later, twice or never; what `connect` throws, or rejects with where it is an
   * async hook, goes to `onThrown`.
   */
  dial(
    address: string,
    callback: (error: unknown, rpc: unknown) => void,
    onThrown: (error: unknown) => void,
  ): void {
    try {
      const returned = this.#ssb.connect(address, callback)
      if (isRpc(returned)) Promise.resolve(returned).then(undefined, onThrown)
    } catch (error) {
      onThrown(error)
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
  rpcs(): AnyRpc[] {
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
    // Dropped when listening stops: a stack that keeps its listeners would else keep the hub from being collected.
    let listening: typeof listener | undefined = listener
    const stacked: ConnectListener = (rpc, isClient) => listening?.(rpc, !!isClient)
    this.#ssb.addListener('rpc:connect', stacked)
    return () => {
      listening = undefined
      try {
        this.#ssb.removeListener?.('rpc:connect', stacked)
      } catch {
        // The stack keeps the listener, which then does nothing.
      }
    }
  }
}
