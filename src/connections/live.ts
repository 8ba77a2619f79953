import type {Attempt} from './attempt'
import type {Closing} from './closing'
import type {AnyRpc} from './rpc'
import type {Link} from './session'

/** What is live and travels beside an event. */
export interface Live {
  readonly rpc?: AnyRpc
  readonly isClient?: boolean | undefined
  readonly error?: unknown
  readonly attempt?: Attempt
  readonly closing?: Closing<Link>
  /** The rpcs that a reset closes. */
  readonly rpcs?: readonly AnyRpc[]
  /** Settles the promises that the event answers, after the readers were told. */
  readonly settle?: (() => void) | undefined
}
