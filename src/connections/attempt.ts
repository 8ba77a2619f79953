import type {Metadata} from '../entry'
import type {AnyRpc} from './rpc'

/** Who waits for the outcome of an attempt. */
export interface Asking {
  resolve(rpc: AnyRpc): void
  reject(error: unknown): void
}

/** One outgoing dial, from `connect()` to its outcome. It waits, undialled, while a disconnect goes on. */
export class Attempt {
  readonly id: number
  /** The callers who wait for it. One that gives up is forgotten at once, however long the dial takes. */
  readonly asking = new Set<Asking>()
  /** Metadata that waits with it. */
  data: Metadata = {}
  /** Whether an event has answered it: by its own dial, or by a link that was there first. */
  answered = false
  /** Whether its dial has called back: no link waits for it any more. */
  isOver = false

  constructor(id: number) {
    this.id = id
  }

  carry(data: Metadata | undefined): void {
    if (data) this.data = {...this.data, ...data}
  }

  /** Answers everybody who waits for it. */
  resolve(rpc: AnyRpc): void {
    for (const caller of this.asking) caller.resolve(rpc)
    this.asking.clear()
  }

  reject(error: unknown): void {
    for (const caller of this.asking) caller.reject(error)
    this.asking.clear()
  }
}
