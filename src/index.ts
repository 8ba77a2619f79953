import type {SSB} from './connections/stack'
import type {Metadata} from './entry'
import {ConnHub as LiveHub} from './hub'
import type {Options} from './options'
import type {RPC} from './readers/listen-event'
import type {ConnHubError as HubError} from './values/errors'

/**
 * A hub, as its users see it: the methods of the class alone. Its private fields would make TypeScript refuse a
 * `ReplayHub` where a `ConnHub` is wanted, though it has every method.
 */
interface ConnHub<R = RPC, M extends object = Metadata> extends Pick<LiveHub<R, M>, keyof LiveHub> {}

/** Opens, holds and closes the connections of a secret-stack peer. */
const ConnHub: {
  /**
   * @param ssb the secret-stack peer (6.3 or later) whose connections these are
   * @param options see `Options`; throws ERR_INVALID_OPTION
   */
  new <R = RPC, M extends object = Metadata>(ssb: SSB, options?: Options): ConnHub<R, M>
  readonly prototype: ConnHub
  /** The class of all errors of the hub's own. */
  readonly ConnHubError: typeof HubError
} = LiveHub

/** The types that can be imported by their names beside the class. */
declare namespace ConnHub {
  type ConnHubError = HubError
}

export = ConnHub
