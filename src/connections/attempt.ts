import type {Metadata} from '../entry'
import {Deferred} from '../util/deferred'
import type {AnyRpc} from './rpc'

/** One outgoing dial, from `connect()` to its outcome. It waits, undialled, while a disconnect goes on. */
export class Attempt {
  readonly id: number
  readonly deferred = new Deferred<AnyRpc>()
  /** Metadata that waits with it. */
  data: Metadata = {}
  /** Whether an event has answered it: by its own dial, or by a link that was there first. */
  answered = false

  constructor(id: number) {
    this.id = id
  }

  carry(data: Metadata | undefined): void {
    this.data = {...this.data, ...data}
  }
}
