import type {Entry, EntryChange, Peer, State} from '../src/entry'
import type {HubEvent, Recorded} from '../src/events'
import {isAboutPeer} from '../src/events'
import {entryOf, reducePeer} from './peer'
import {isLegal, isSilent} from './transitions'

/** The peer table: address → entry, and derived beside it key → addresses. */
export class PeerTable {
  readonly #entries = new Map<string, Entry>()
  /**
   * The oldest entry first. Most keys have one address, for which an array would be a twentieth of the memory of an
   * entry.
   */
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
    return this.#addressesOf(key).find((address) => {
      const state = this.get(address)?.state
      return state !== undefined && states.includes(state)
    })
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
    this.#index(before, after)
    return {before, after}
  }

  /** Replaces all entries by these. */
  replace(entries: readonly Entry[]): void {
    this.#entries.clear()
    this.#addressesByKey.clear()
    this.#all = undefined
    for (const entry of entries) {
      this.#entries.set(entry[0], entry)
      this.#index(undefined, entry)
    }
  }

  #addressesOf(key: string): readonly string[] {
    const addresses = this.#addressesByKey.get(key) ?? []
    return typeof addresses === 'string' ? [addresses] : addresses
  }

  #index(before: Entry | undefined, after: Entry | undefined): void {
    const [lost, found] = [before?.[1].key, after?.[1].key]
    if (lost === found) return
    if (before && lost !== undefined) {
      this.#setAddressesOf(
        lost,
        this.#addressesOf(lost).filter((other) => other !== before[0]),
      )
    }
    if (after && found !== undefined) {
      const addresses = [...this.#addressesOf(found), after[0]]
      this.#setAddressesOf(found, before ? this.#byAge(addresses) : addresses)
    }
  }

  /** In the order of their entries: one may have learnt its key later than others that are younger. */
  #byAge(addresses: readonly string[]): readonly string[] {
    if (addresses.length === 1) return addresses
    const wanted = new Set(addresses)
    return [...this.#entries.keys()].filter((address) => wanted.has(address))
  }

  #setAddressesOf(key: string, addresses: readonly string[]): void {
    const [first] = addresses
    if (first === undefined) this.#addressesByKey.delete(key)
    else this.#addressesByKey.set(key, addresses.length === 1 ? first : addresses)
  }
}
