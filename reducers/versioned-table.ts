import type {Entry} from '../src/entry'
import type {LogItem, PeerEvent, Recorded, Snapshot} from '../src/events'
import {isAboutPeer} from '../src/events'
import {expectedInstead} from './order'
import {entryOf, reduceCopy} from './peer'

/**
 * The peer table and its past versions, for `snapshots()`.
 *
 * Only the latest version is stored whole. An older one is rebuilt from it by undoing the events that came later:
 * each version points to the next one, with the step that undoes the event between them. No version points to an
 * older one, so a version is collected as garbage when no snapshot holds it any more.
 */
export class VersionedTable {
  #seq = 0
  #time = 0
  #slots = new Map<string, Slot>()
  #latest: Version = {}
  #births = 0

  /** Folds an item in. Where it does not follow from what came before, returns what was expected, and changes nothing. */
  apply(item: LogItem): string | undefined {
    if (item.type === 'checkpoint') {
      const slots = item.entries.map((entry) => [entry[0], {entry, birth: this.#births++}] as const)
      this.#step({all: this.#slots})
      this.#slots = new Map(slots)
    } else {
      const before = isAboutPeer(item) ? this.#slots.get(item.address) : undefined
      const expected = expectedInstead(item, this.#seq, before?.entry[1].state)
      if (expected !== undefined) return expected
      if (isAboutPeer(item)) this.#fold(before, item)
    }
    this.#seq = item.seq
    this.#time = item.time
    return undefined
  }

  snapshot(): Snapshot {
    const version = this.#latest
    let entries: readonly Entry[] | undefined
    const read = () => this.#entries(version)
    return Object.freeze({
      seq: this.#seq,
      time: this.#time,
      get entries() {
        entries ??= Object.freeze(read())
        return entries
      },
    })
  }

  #fold(before: Slot | undefined, event: Recorded<PeerEvent>): void {
    const {address} = event
    const peer = before?.entry[1]
    const after = reduceCopy(peer, event)
    if (after === peer) return
    this.#step({address, before})
    const birth = before?.birth ?? this.#births++
    if (after) this.#slots.set(address, {entry: entryOf(address, after), birth})
    else this.#slots.delete(address)
  }

  /** Makes a new version the latest, and tells the one before it how to undo what led there. */
  #step(undo: Undo): void {
    const next: Version = {}
    this.#latest.undo = undo
    this.#latest.next = next
    this.#latest = next
  }

  #entries(version: Version): Entry[] {
    const undone = new Map<string, Slot | undefined>()
    let slots = this.#slots
    for (let at: Version | undefined = version; at?.undo; at = at.next) {
      const {undo} = at
      if ('all' in undo) {
        slots = undo.all
        break
      }
      // The first step away from this version tells what was there.
      if (!undone.has(undo.address)) undone.set(undo.address, undo.before)
    }
    if (undone.size === 0) return Array.from(slots.values(), ({entry}) => entry)
    const then = new Map(slots)
    for (const [address, slot] of undone) {
      if (slot) then.set(address, slot)
      else then.delete(address)
    }
    return [...then.values()].sort((a, b) => a.birth - b.birth).map(({entry}) => entry)
  }
}

interface Slot {
  readonly entry: Entry
  /** Entries stand in the order of their births. */
  readonly birth: number
}

interface Version {
  /** What undoes the event that came after. */
  undo?: Undo
  next?: Version
}

type Undo = {readonly address: string; readonly before: Slot | undefined} | {readonly all: Map<string, Slot>}
