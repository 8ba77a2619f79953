import {Attempt} from '../connections/attempt'
import type {AnyRpc} from '../connections/rpc'

/** An attempt of a recording. How it ended stays known, because a call may come after it was told. */
export class RecordedAttempt extends Attempt {
  /** Its outcome, once it is known. */
  outcome: Promise<AnyRpc> | undefined

  constructor() {
    super(0)
  }

  override resolve(rpc: AnyRpc): void {
    this.outcome ??= Promise.resolve(rpc)
    super.resolve(rpc)
  }

  override reject(error: unknown): void {
    this.outcome ??= Promise.reject(error)
    this.outcome.catch(() => {})
    super.reject(error)
  }
}
