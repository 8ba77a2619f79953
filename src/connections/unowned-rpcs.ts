import {type AnyRpc, close, isClosed, onClosed} from './rpc'

/** The rpcs that belong to no entry: those that wait to be claimed, and those that were let go. */
export class UnownedRpcs {
  readonly #isClient = new WeakMap<AnyRpc, boolean>()
  readonly #unclaimed = new Set<AnyRpc>()
  readonly #banned = new WeakSet<AnyRpc>()
  readonly #alive = new Set<AnyRpc>()
  #isClosed = false

  /** Notes what `rpc:connect` said of the rpc. */
  announce(rpc: AnyRpc, isClient: boolean): void {
    this.#isClient.set(rpc, isClient)
  }

  /** Undefined: it was never announced. */
  isClient(rpc: AnyRpc): boolean | undefined {
    return this.#isClient.get(rpc)
  }

  /** It may belong to an attempt of ours, whose callback comes next. */
  expectClaim(rpc: AnyRpc): void {
    this.#unclaimed.add(rpc)
  }

  /** Whether the rpc was still waiting to be claimed. */
  claim(rpc: AnyRpc): boolean {
    return this.#unclaimed.delete(rpc)
  }

  /** Whether the rpc was let go, and must never get an entry again. */
  isBanned(rpc: AnyRpc): boolean {
    return this.#isClosed || this.#banned.has(rpc)
  }

  /** The hub is closed: from now on no rpc gets an entry. */
  close(): void {
    this.#isClosed = true
  }

  /** From now on the rpc never gets an entry again. */
  ban(rpc: AnyRpc): void {
    this.#banned.add(rpc)
  }

  /** Closes an outlawed rpc; if that fails, the next reset does it again. */
  closeAndBan(rpc: AnyRpc): void {
    this.ban(rpc)
    const forget = () => this.#alive.delete(rpc)
    if (isClosed(rpc)) {
      forget()
      return
    }
    if (!this.#alive.has(rpc)) {
      this.#alive.add(rpc)
      onClosed(rpc, forget)
    }
    close(rpc, (error) => {
      if (error === undefined) forget()
    })
  }

  /** Every stray that may still be open. */
  all(): AnyRpc[] {
    return [...this.#unclaimed, ...this.#alive]
  }
}
