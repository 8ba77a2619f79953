import {type FakeRpc, type FakeStack, ourKey} from '../kit/fake-stack'
import {ModelTelling} from './model-telling'
import type {SteadyClock} from './steady-clock'

/** Whether two objects are one connection: a wrapper and what it wraps share their stream. */
export function isSame(rpc: FakeRpc, other: FakeRpc): boolean {
  return rpc === other || (rpc.stream !== undefined && rpc.stream === other.stream)
}

/** What is known of rpcs, whether they belong to an entry or not, and how they are closed. */
export class ModelRpcs extends ModelTelling {
  protected readonly stack: FakeStack
  /** Outgoing rpcs that nobody has claimed yet in this tick. */
  protected unclaimed: {readonly rpc: FakeRpc}[] = []
  /** Rpcs that never get an entry (again): called off, refused, or there at a reset. */
  readonly #never: FakeRpc[] = []
  /** Those of them whose close has not answered well. */
  #unclosed: FakeRpc[] = []
  /** What `rpc:connect` said, the latest first. */
  readonly #announced: {readonly rpc: FakeRpc; readonly isClient: boolean}[] = []
  /** An exception that is nobody's of ours. */
  readonly #surface: (error: unknown) => void

  constructor(stack: FakeStack, clock: SteadyClock, surface: (error: unknown) => void) {
    super(clock)
    this.stack = stack
    this.#surface = surface
  }

  protected noteAnnounced(rpc: FakeRpc, isClient: boolean): void {
    this.#announced.unshift({rpc, isClient})
  }

  /** Undefined: it was never announced. */
  protected isClientOf(rpc: FakeRpc): boolean | undefined {
    return this.#announced.find((other) => isSame(other.rpc, rpc))?.isClient
  }

  protected isForbidden(rpc: FakeRpc): boolean {
    return this.#never.some((other) => isSame(other, rpc))
  }

  /** Whether it waited to be claimed. */
  protected claim(rpc: FakeRpc): void {
    this.unclaimed = this.unclaimed.filter((other) => !isSame(other.rpc, rpc))
  }

  protected forbid(rpc: FakeRpc): void {
    this.#never.push(rpc)
  }

  /** Closes an rpc that never gets an entry again. */
  protected closeForGood(rpc: FakeRpc): void {
    this.forbid(rpc)
    if (rpc.closed) return
    this.#unclosed.push(rpc)
    this.closeRpc(rpc, (closed) => {
      if (closed) this.#unclosed = this.#unclosed.filter((other) => !isSame(other, rpc))
    })
  }

  /** All that a reset closes, beside these links: each connection once. */
  protected allWith(links: readonly FakeRpc[]): FakeRpc[] {
    const peers = Object.entries(this.stack.peers).flatMap(([id, rpcs]) => (id === ourKey ? [] : rpcs))
    // Not promised: what the hub once closed and did not get closed is among these, also with our own id; and the order.
    const all = [...peers, ...this.unclaimed.map(({rpc}) => rpc), ...this.#unclosed, ...links]
    const each = all.filter((rpc, i) => all.findIndex((other) => isSame(other, rpc)) === i)
    return each.map((rpc) => links.find((link) => isSame(link, rpc)) ?? rpc)
  }

  protected closeRpc(rpc: FakeRpc, answer: (closed: boolean, error?: unknown) => void): void {
    if (typeof rpc.close !== 'function') return answer(true)
    const close = () => rpc.close(true, (error) => answer(!error, error))
    try {
      return close()
    } catch (error) {
      try {
        close()
      } catch (again) {
        return answer(false, again)
      }
      if (rpc.closed) this.#surface(error)
    }
  }
}
