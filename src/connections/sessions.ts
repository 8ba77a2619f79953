import type {Metadata} from '../entry'
import type {Attempt} from './attempt'
import type {Closing} from './closing'
import type {AnyRpc, WatchedRpc} from './rpc'

/**
 * What is live, held beside the state, one session an address: attempts, links, promises, timers.
 *
 * An outcome asks the session first (is this still my attempt, my link, my closing?), and the table
 * of transitions second.
 */

/** One live rpc that belongs to an entry. */
export interface Link {
  readonly id: number
  readonly rpc: AnyRpc
  readonly watched: WatchedRpc
  readonly isClient: boolean | undefined
  readonly session: Session
}

/** All that is live of one address. */
export class Session {
  readonly address: string
  /** The attempt whose dial is in flight. */
  attempt: Attempt | undefined
  /** The attempt that waits for the end of a disconnect. */
  waiting: Attempt | undefined
  closing: Closing<Link> | undefined
  /** All links of the entry; the announced one is the first, as long as it lives. */
  links: readonly Link[] = []
  /** The link that readers were told of. */
  announced: Link | undefined
  /** Metadata of an entry that ended while a link was left to begin it anew. */
  kept: Metadata | undefined
  /** The latest end of the entry: what follows from an older one is not current any more. */
  end: object | undefined

  constructor(address: string) {
    this.address = address
  }

  /** The attempt in flight that nothing has answered. */
  get openAttempt(): Attempt | undefined {
    return this.attempt?.answered ? undefined : this.attempt
  }

  /** Calls the attempt in flight off, and returns it if nothing had answered it. */
  dropAttempt(): Attempt | undefined {
    const attempt = this.openAttempt
    this.attempt = undefined
    return attempt
  }

  dropWaiting(): Attempt | undefined {
    const waiting = this.waiting
    this.waiting = undefined
    return waiting
  }
}

/** The sessions of all addresses, and the links of all rpcs. */
export class Sessions {
  readonly #byAddress = new Map<string, Session>()
  readonly #links = new Map<AnyRpc, Link>()
  #count = 0

  /** A number for a new attempt or link. */
  nextId(): number {
    return ++this.#count
  }

  get(address: string): Session | undefined {
    return this.#byAddress.get(address)
  }

  open(address: string): Session {
    const session = this.#byAddress.get(address) ?? new Session(address)
    this.#byAddress.set(address, session)
    return session
  }

  /** Forgets the session if it holds nothing. */
  release(session: Session): void {
    const {address, attempt, waiting, closing, links} = session
    const empty = !attempt && !waiting && !closing && links.length === 0
    if (empty && this.#byAddress.get(address) === session) this.#byAddress.delete(address)
  }

  /** Whether the attempt is still the one in flight. */
  isCurrent(session: Session, attempt: Attempt): boolean {
    return session.attempt === attempt && this.#byAddress.get(session.address) === session
  }

  linkOf(rpc: AnyRpc): Link | undefined {
    return this.#links.get(rpc)
  }

  add(link: Link): void {
    this.#links.set(link.rpc, link)
    link.session.links = [...link.session.links, link]
  }

  /** False: the link was let go before. */
  remove(link: Link): boolean {
    if (this.#links.get(link.rpc) !== link) return false
    this.#links.delete(link.rpc)
    link.session.links = link.session.links.filter((other) => other !== link)
    link.watched.unwatch()
    return true
  }

  /** Takes everything away, and returns it. */
  takeAll(): Session[] {
    const sessions = [...this.#byAddress.values()]
    this.#byAddress.clear()
    this.#links.clear()
    for (const {links} of sessions) for (const link of links) link.watched.unwatch()
    return sessions
  }
}
