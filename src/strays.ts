import {close, isClosed, onClosed, type Rpc} from './stack'

/** The rpcs that belong to no entry: those that wait to be claimed, and those that were let go. */
export class Strays {
  readonly #isClient = new WeakMap<Rpc, boolean>()
  readonly #unclaimed = new Set<Rpc>()
  readonly #outcasts = new WeakSet<Rpc>()
  readonly #alive = new Set<Rpc>()
  #isClosed = false

  /** Notes what `rpc:connect` said of the rpc. */
  announce(rpc: Rpc, isClient: boolean): void {
    this.#isClient.set(rpc, isClient)
  }

  /** Undefined: it was never announced. */
  isClient(rpc: Rpc): boolean | undefined {
    return this.#isClient.get(rpc)
  }

  /** It may belong to an attempt of ours, whose callback comes next. */
  expectClaim(rpc: Rpc): void {
    this.#unclaimed.add(rpc)
  }

  /** Whether the rpc was still waiting to be claimed. */
  claim(rpc: Rpc): boolean {
    return this.#unclaimed.delete(rpc)
  }

  /** Whether the rpc was let go, and must never get an entry again. */
  isOutcast(rpc: Rpc): boolean {
    return this.#isClosed || this.#outcasts.has(rpc)
  }

  /** The hub is closed: from now on no rpc gets an entry. */
  close(): void {
    this.#isClosed = true
  }

  /** From now on the rpc never gets an entry again. */
  outlaw(rpc: Rpc): void {
    this.#outcasts.add(rpc)
  }

  /** Closes an outlawed rpc; if that fails, the next reset does it again. */
  castOut(rpc: Rpc): void {
    this.outlaw(rpc)
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
  all(): Rpc[] {
    return [...this.#unclaimed, ...this.#alive]
  }
}
