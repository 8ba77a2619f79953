import type {Metadata} from '../entry'
import type {Attempt} from './attempt'
import type {Closing} from './closing'
import type {AnyRpc, WatchedRpc} from './rpc'

/** One live rpc that belongs to an entry. */
export interface Link {
  readonly id: number
  readonly watched: WatchedRpc
  /** The rpc that readers and callers get: where a hook wrapped ours, what the hook gave. */
  readonly rpc: AnyRpc
  readonly session: Session
  /** Whether the log has it in reserve. */
  isReserved: boolean
  /** When it was announced, in event time; 0 before. */
  announcedAt: number
  /** Stops the timer by which it waits for our own dial. */
  stopWaiting: (() => void) | undefined
  /** Its neighbours in the order of arrival. */
  older: Link | undefined
  newer: Link | undefined
}

/**
 * All that is live of one address: attempts, links, promises, timers. It is held beside the state.
 *
 * An outcome asks the session first (is this still my attempt, my link, my closing?), and the table of transitions
 * second.
 */
export class Session {
  readonly address: string
  /** The attempt whose dial is in flight. */
  attempt: Attempt | undefined
  /** The attempt that waits for the end of a disconnect. */
  waiting: Attempt | undefined
  closing: Closing<Link> | undefined
  /** The link that arrived last. The others follow from it, each by `older`. */
  newest: Link | undefined
  /** The link that readers were told of, as long as it lives. */
  announced: Link | undefined
  /** Metadata of an entry that ended while a link was left to begin it anew. */
  kept: Metadata | undefined
  /**
   * Stands for the latest end of the entry. The effect of a `disconnected` compares it with its own: where it differs,
   * the entry has ended again, and the effect of that event does what follows.
   */
  end: object | undefined
  /** How many calls of connect() are not settled yet, and how often such calls were called off. */
  callers = 0
  callOffs = 0

  constructor(address: string) {
    this.address = address
  }

  /** Whether nothing is live of the address: then the session can be forgotten. */
  get isEmpty(): boolean {
    return !this.attempt && !this.waiting && !this.closing && !this.newest && this.callers === 0
  }

  /** The attempt in flight that nothing has answered. */
  get openAttempt(): Attempt | undefined {
    return this.attempt?.answered ? undefined : this.attempt
  }

  /** The links, in the order of arrival. */
  get links(): Link[] {
    const links: Link[] = []
    for (let link = this.newest; link; link = link.older) links.push(link)
    return links.reverse()
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

  /** Stops the timers by which links wait for our own dial. */
  stopWaiting(): void {
    for (let link = this.newest; link; link = link.older) stopWaiting(link)
  }

  append(link: Link): void {
    link.older = this.newest
    if (this.newest) this.newest.newer = link
    this.newest = link
  }

  remove(link: Link): void {
    if (link.older) link.older.newer = link.newer
    if (link.newer) link.newer.older = link.older
    else this.newest = link.older
    if (this.announced === link) this.announced = undefined
  }
}

export function stopWaiting(link: Link): void {
  const stop = link.stopWaiting
  link.stopWaiting = undefined
  stop?.()
}
