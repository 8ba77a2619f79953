import type {AnyRpc, WatchedRpc} from './rpc'
import {close, connectionOf, isClosed, listenForClosed, unlistenForClosed} from './rpc'

/**
 * The rpcs that belong to no entry: those that wait for a callback of ours to claim them, those that have no home, and
 * those that are banned.
 */
export class UnownedRpcs {
  /** By their connections. */
  readonly #unclaimed = new Map<object, WatchedRpc>()
  readonly #homeless = new WeakMap<object, WatchedRpc['isClient']>()
  readonly #banned = new WeakSet<object>()
  /** Those that may still be open, and what listens for their end. */
  readonly #banishing = new Map<AnyRpc, {readonly connection: object; readonly listener: () => void}>()
  #isClosed = false

  /** Keeps an rpc that may belong to an attempt of ours, whose callback comes next. */
  expectClaim(watched: WatchedRpc): void {
    this.#unclaimed.set(watched.connection, watched)
  }

  /** Takes back the rpc of this connection that waits to be claimed, if one does. */
  claim(connection: object): WatchedRpc | undefined {
    const watched = this.#unclaimed.get(connection)
    if (watched) this.#unclaimed.delete(connection)
    return watched
  }

  /** Whether it still waits to be claimed. */
  isUnclaimed(watched: WatchedRpc): boolean {
    return this.#unclaimed.get(watched.connection) === watched
  }

  /** Leaves an rpc alone for which there is no entry. A callback of ours that comes late may still claim it. */
  leave({connection, isClient}: WatchedRpc): void {
    this.#homeless.set(connection, isClient)
  }

  /** What `rpc:connect` said of a connection that was left alone. */
  isClientOf(connection: object): boolean | undefined {
    return this.#homeless.get(connection)
  }

  /** Whether the connection was banned, and must never get an entry again. */
  isBanned(connection: object): boolean {
    return this.#isClosed || this.#banned.has(connection)
  }

  /** The hub is closed: from now on no rpc gets an entry. */
  close(): void {
    this.#isClosed = true
  }

  /** From now on the connection never gets an entry again. */
  ban(connection: object): void {
    this.#banned.add(connection)
  }

  /** Bans an rpc and closes it; if that fails, the next reset closes it again. */
  closeAndBan(rpc: AnyRpc): void {
    const connection = connectionOf(rpc)
    this.ban(connection)
    if (isClosed(rpc)) return this.#forget(rpc)
    if (!this.#banishing.has(rpc)) {
      const listener = () => this.#forget(rpc)
      this.#banishing.set(rpc, {connection, listener})
      listenForClosed(rpc, listener)
    }
    close(rpc, (error) => {
      if (error === undefined) this.#forget(rpc)
    })
  }

  /**
   * Every rpc that belongs to no entry and may still be open, by its connection. Those that wait to be claimed do so no
   * longer.
   */
  takeAll(): [connection: object, rpc: AnyRpc][] {
    const unclaimed = [...this.#unclaimed.values()]
    this.#unclaimed.clear()
    return [
      ...unclaimed.map(({connection, rpc}) => [connection, rpc] as [object, AnyRpc]),
      ...Array.from(this.#banishing, ([rpc, {connection}]) => [connection, rpc] as [object, AnyRpc]),
    ]
  }

  #forget(rpc: AnyRpc): void {
    const banished = this.#banishing.get(rpc)
    this.#banishing.delete(rpc)
    if (banished) unlistenForClosed(rpc, banished.listener)
  }
}
