import type {Attempt} from './attempt'
import type {AnyRpc, WatchedRpc} from './rpc'
import type {Link} from './session'
import {Session} from './session'

/** The sessions of all addresses, and the links of all connections. */
export class Sessions {
  readonly #byAddress = new Map<string, Session>()
  readonly #byConnection = new Map<object, Link>()
  #count = 0

  /** A number for a new attempt or link. */
  nextId(): number {
    return ++this.#count
  }

  get(address: string): Session | undefined {
    return this.#byAddress.get(address)
  }

  open(address: string): Session {
    let session = this.#byAddress.get(address)
    if (!session) {
      session = new Session(address)
      this.#byAddress.set(address, session)
    }
    return session
  }

  /** Forgets the session if it holds nothing. */
  release(session: Session): void {
    if (session.isEmpty && this.has(session)) this.#byAddress.delete(session.address)
  }

  /** Whether the session is still that of its address. */
  has(session: Session): boolean {
    return this.#byAddress.get(session.address) === session
  }

  /** Whether the attempt is still the one in flight. */
  isCurrent(session: Session, attempt: Attempt): boolean {
    return session.attempt === attempt && this.has(session)
  }

  /** The link of a connection. */
  linkOf(connection: object): Link | undefined {
    return this.#byConnection.get(connection)
  }

  /** An rpc becomes a link of the session, the newest. */
  add(session: Session, watched: WatchedRpc, rpc: AnyRpc): Link {
    const link: Link = {
      id: this.nextId(),
      watched,
      rpc,
      session,
      isReserved: false,
      announcedAt: 0,
      stopWaiting: undefined,
      older: undefined,
      newer: undefined,
    }
    this.#byConnection.set(watched.connection, link)
    session.append(link)
    return link
  }

  /** False: the link was removed before. */
  remove(link: Link): boolean {
    if (!this.has(link.session) || this.#byConnection.get(link.watched.connection) !== link) return false
    this.#byConnection.delete(link.watched.connection)
    link.session.remove(link)
    link.watched.ignore()
    return true
  }

  /** Takes everything away, and returns it. */
  takeAll(): Session[] {
    const sessions = [...this.#byAddress.values()]
    this.#byAddress.clear()
    this.#byConnection.clear()
    return sessions
  }
}
