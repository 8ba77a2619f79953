import type {Closing} from './closing'
import type {Metadata} from './events'
import {Outcome} from './outcome'
import type {Connection, Rpc} from './stack'

/**
 * What is live, held beside the state, one holder an address: attempts, links, promises, timers.
 *
 * An outcome asks the holder first (is this still my attempt, my link, my closing?), and the table
 * of transitions second.
 */

/** One outgoing dial, from `connect()` to its outcome. It waits, undialled, while a disconnect goes on. */
export class Attempt {
  readonly id: number
  readonly outcome = new Outcome<Rpc>()
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

/** One live rpc that belongs to an entry. */
export interface Link {
  readonly id: number
  readonly rpc: Rpc
  readonly connection: Connection
  readonly isClient: boolean | undefined
  readonly holder: Holder
}

/** All that is live of one address. */
export class Holder {
  readonly address: string
  /** The attempt whose dial is in flight. */
  attempt: Attempt | undefined
  /** The attempt that waits for the end of a disconnect. */
  waiting: Attempt | undefined
  closing: Closing | undefined
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

/** The holders of all addresses, and the links of all rpcs. */
export class Holders {
  readonly #byAddress = new Map<string, Holder>()
  readonly #links = new Map<Rpc, Link>()
  #count = 0

  /** A number for a new attempt or link. */
  nextId(): number {
    return ++this.#count
  }

  get(address: string): Holder | undefined {
    return this.#byAddress.get(address)
  }

  open(address: string): Holder {
    const holder = this.#byAddress.get(address) ?? new Holder(address)
    this.#byAddress.set(address, holder)
    return holder
  }

  /** Forgets the holder if it holds nothing. */
  release(holder: Holder): void {
    const {address, attempt, waiting, closing, links} = holder
    const empty = !attempt && !waiting && !closing && links.length === 0
    if (empty && this.#byAddress.get(address) === holder) this.#byAddress.delete(address)
  }

  /** Whether the attempt is still the one in flight. */
  isCurrent(holder: Holder, attempt: Attempt): boolean {
    return holder.attempt === attempt && this.#byAddress.get(holder.address) === holder
  }

  linkOf(rpc: Rpc): Link | undefined {
    return this.#links.get(rpc)
  }

  add(link: Link): void {
    this.#links.set(link.rpc, link)
    link.holder.links = [...link.holder.links, link]
  }

  /** False: the link was let go before. */
  remove(link: Link): boolean {
    if (this.#links.get(link.rpc) !== link) return false
    this.#links.delete(link.rpc)
    link.holder.links = link.holder.links.filter((other) => other !== link)
    link.connection.unwatch()
    return true
  }

  /** Takes everything away, and returns it. */
  takeAll(): Holder[] {
    const holders = [...this.#byAddress.values()]
    this.#byAddress.clear()
    this.#links.clear()
    for (const {links} of holders) for (const link of links) link.connection.unwatch()
    return holders
  }
}
