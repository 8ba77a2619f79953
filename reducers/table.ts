import type {Entry, EntryChange, Peer, State} from '../src/entry'
import type {HubEvent, Recorded} from '../src/events'
import {isAboutPeer} from '../src/events'
import {entryOf, reducePeer} from './peer'
import {isLegal, isSilent} from './transitions'

/** The peer table: address → entry, and derived beside it key → addresses. */
export class PeerTable {
  readonly #entries = new Map<string, Entry>()
  /** When each entry came to be, as the `seq` of its first event: the oldest of a key is found by it. */
  readonly #births = new Map<string, number>()
  /** Most keys have one address, for which an array would be a twentieth of the memory of an entry. */
  readonly #addressesByKey = new Map<string, string | readonly string[]>()
  #all: readonly Entry[] | undefined

  get(address: string): Readonly<Peer> | undefined {
    return this.#entries.get(address)?.[1]
  }

  /** All entries in order of insertion. The array is never changed afterwards. */
  entries(): readonly Entry[] {
    this.#all ??= [...this.#entries.values()]
    return this.#all
  }

  /** The address of the oldest entry that has this key and one of these states. */
  oldest(key: string, states: readonly State[]): string | undefined {
    let found: string | undefined
    let birth = Number.POSITIVE_INFINITY
    for (const address of this.#addressesOf(key)) {
      const born = this.#births.get(address) ?? 0
      const state = this.get(address)?.state
      if (state !== undefined && states.includes(state) && born < birth) {
        found = address
        birth = born
      }
    }
    return found
  }

  /** Whether the event can happen now, by the table of transitions. */
  allows(event: HubEvent): boolean {
    return !isAboutPeer(event) || isLegal(event.type, this.get(event.address)?.state)
  }

  /** Folds the event in, and returns the change it made, if any. If its reducer throws, nothing has changed. */
  apply(event: Recorded): EntryChange | undefined {
    if (!isAboutPeer(event) || isSilent(event.type)) return undefined
    const {address} = event
    const before = this.#entries.get(address)
    const peer = reducePeer(before?.[1], event)
    const after = peer && entryOf(address, peer)
    this.#all = undefined
    if (after) this.#entries.set(address, after)
    else this.#entries.delete(address)
    if (!before) this.#births.set(address, event.seq)
    if (!after) this.#births.delete(address)
    this.#index(address, before?.[1].key, peer?.key)
    return {before, after}
  }

  /** Replaces all entries by these. */
  replace(entries: readonly Entry[]): void {
    this.#entries.clear()
    this.#births.clear()
    this.#addressesByKey.clear()
    this.#all = undefined
    for (const [i, entry] of entries.entries()) {
      const [address, {key}] = entry
      this.#entries.set(address, entry)
      this.#births.set(address, i - entries.length)
      this.#index(address, undefined, key)
    }
  }

  #addressesOf(key: string): readonly string[] {
    const addresses = this.#addressesByKey.get(key) ?? []
    return typeof addresses === 'string' ? [addresses] : addresses
  }

  #index(address: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return
    if (before !== undefined) {
      this.#setAddressesOf(
        before,
        this.#addressesOf(before).filter((other) => other !== address),
      )
    }
    if (after !== undefined) this.#setAddressesOf(after, [...this.#addressesOf(after), address])
  }

  #setAddressesOf(key: string, addresses: readonly string[]): void {
    const [first] = addresses
    if (first === undefined) this.#addressesByKey.delete(key)
    else this.#addressesByKey.set(key, addresses.length === 1 ? first : addresses)
  }
}
