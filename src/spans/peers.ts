import type {Address} from '../entry'
import type {Life, ReserveSpan} from './life'

/**
 * What happened with one peer: by its key; an address whose key nobody knows is a peer of its own. Where the key of
 * an address becomes known late, what happened at that address before is of the peer with that key.
 */
export interface PeerSpans {
  /** Its key; without one, its address. */
  readonly id: string
  readonly key?: string | undefined
  /** The latest `name` in the metadata of its entries, where that is a string. */
  readonly name?: string | undefined
  readonly addresses: ReadonlySet<Address>
  /** The lives of its entries, in the order in which they began; those of several addresses overlap. */
  readonly lives: readonly Life[]
  readonly reserves: readonly ReserveSpan[]
  /** When it first had an entry, in ms since the epoch. */
  readonly first: number
  /** When it was last connected, in ms since the epoch; undefined where it never was, and while it is. */
  readonly seen?: number | undefined
  /** How many of its entries are connected now. */
  readonly connected: number
  /** Since when one of them is, in ms since the epoch. */
  readonly since?: number | undefined
  /** How long at least one of its entries was connected, in ms, but for what is open since `since`. */
  readonly uptime: number
  /** Dials that began. */
  readonly attempts: number
  /** Dials that failed, by the `code` of their error; `none` for one without. */
  readonly failures: ReadonlyMap<string, number>
  /** Dials that were called off, by reason; `unknown` where the log does not tell. */
  readonly calledOff: ReadonlyMap<string, number>
  /** How often its entries became connected, by who made the connection. */
  readonly inbound: number
  readonly outbound: number
  /** Connections that lasted less than a minute, and that we did not end. */
  readonly flaps: number
  /** How often a link in reserve took over. */
  readonly handOvers: number
}

/** A peer as it is being written. */
export class PeerRecord implements PeerSpans {
  id: string
  key: string | undefined
  name: string | undefined
  readonly addresses = new Set<Address>()
  lives: Life[] = []
  reserves: ReserveSpan[] = []
  first: number
  seen: number | undefined
  connected = 0
  since: number | undefined
  uptime = 0
  attempts = 0
  readonly failures = new Map<string, number>()
  readonly calledOff = new Map<string, number>()
  inbound = 0
  outbound = 0
  flaps = 0
  handOvers = 0
  /** How many lives and links in reserve it has, also where they are not kept. */
  size = 0

  constructor(id: string, key: string | undefined, first: number) {
    this.id = id
    this.key = key
    this.first = first
  }

  /** Takes over all that another one had, which was only an address so far. */
  absorb(other: PeerRecord): void {
    this.name ??= other.name
    for (const address of other.addresses) this.addresses.add(address)
    this.lives = [...this.lives, ...other.lives].sort((a, b) => a.index - b.index)
    this.reserves = [...other.reserves, ...this.reserves].sort((a, b) => a.run - b.run || a.seq - b.seq)
    this.first = Math.min(this.first, other.first)
    this.seen = latest(this.seen, other.seen)
    this.connected += other.connected
    this.since ??= other.since
    for (const [code, n] of other.failures) add(this.failures, code, n)
    for (const [reason, n] of other.calledOff) add(this.calledOff, reason, n)
    for (const field of [
      'uptime',
      'attempts',
      'inbound',
      'outbound',
      'flaps',
      'handOvers',
      'size',
    ] as const) {
      this[field] += other[field]
    }
    other.size = 0
  }
}

/** Whose address it is. */
export class Peers {
  readonly #byId = new Map<string, PeerRecord>()
  /** Who was last at each address: most often, it is the same again. */
  readonly #latest = new Map<Address, PeerRecord>()
  /** Addresses that do not tell their key, with the peer that was found there. */
  readonly #found = new Map<Address, PeerRecord>()

  /** In the order in which they were first seen. */
  all(): PeerRecord[] {
    return [...this.#byId.values()].sort((a, b) => a.first - b.first)
  }

  of(address: Address, key: string | undefined, time: number): PeerRecord {
    const latest = this.#latest.get(address)
    // One that has nothing was dropped, or absorbed.
    if (latest && latest.key === key && latest.size > 0) return latest
    const id = key ?? address
    let record = (key === undefined ? this.#found.get(address) : undefined) ?? this.#byId.get(id)
    if (!record) {
      record = new PeerRecord(id, key, time)
      this.#byId.set(id, record)
    }
    return this.#note(address, record)
  }

  /** At this address, which may have been a peer of its own, the peer with this key has answered. */
  found(address: Address, key: string, time: number): PeerRecord {
    const alone = this.#byId.get(address)
    const record = alone && alone.key === undefined ? this.#name(alone, key) : this.of(address, key, time)
    this.#found.set(address, record)
    return this.#note(address, record)
  }

  /** Nothing is left of it: its key was claimed, and another one was proven. */
  drop(record: PeerRecord): void {
    this.#byId.delete(record.id)
  }

  /** The key of an address became known. */
  #name(alone: PeerRecord, key: string): PeerRecord {
    this.#byId.delete(alone.id)
    const known = this.#byId.get(key)
    if (known) {
      known.absorb(alone)
      return known
    }
    alone.id = alone.key = key
    this.#byId.set(key, alone)
    return alone
  }

  #note(address: Address, record: PeerRecord): PeerRecord {
    this.#latest.set(address, record)
    record.addresses.add(address)
    return record
  }
}

/** How many names are told apart; the rest is `other`. Remotes and plugins choose codes, without end. */
const maxNames = 100

export function add(counts: Map<string, number>, name: string, n = 1): void {
  const known = counts.has(name) || counts.size < maxNames ? name : 'other'
  counts.set(known, (counts.get(known) ?? 0) + n)
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
