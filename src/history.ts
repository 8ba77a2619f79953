import {expected} from '../reducers/fold'
import {reduceCopy} from '../reducers/peer'
import {isLegal} from '../reducers/transitions'
import {type Entry, isAboutPeer, type Snapshot} from './events'
import type {LogItem} from './types'

/**
 * A table that remembers what it was, for as long as somebody remembers to ask.
 *
 * All versions share one table, the latest. Each knows how to undo the event that came after it,
 * and which version that event led to; nobody knows the older ones, so that those which are not
 * held any more are gone.
 */
export class History {
  #seq = 0
  #time = 0
  #slots = new Map<string, Slot>()
  #latest: Version = {}
  #births = 0

  /** Folds an item in, or returns what was expected in its place, and has not changed. */
  apply(item: LogItem): string | undefined {
    if (item.type === 'checkpoint') {
      const slots = item.entries.map((entry) => [entry[0], {entry, birth: this.#births++}] as const)
      this.#step({all: this.#slots})
      this.#slots = new Map(slots)
    } else if (item.seq !== this.#seq + 1) {
      return `event ${this.#seq + 1}, or a checkpoint`
    } else if (isAboutPeer(item)) {
      const {address} = item
      const before = this.#slots.get(address)
      const peer = before?.entry[1]
      if (!isLegal(item.type, peer?.state)) return expected(item.type, peer?.state)
      const after = reduceCopy(peer, item)
      if (after !== peer) {
        this.#step({address, before})
        const birth = before?.birth ?? this.#births++
        if (after) this.#slots.set(address, {entry: Object.freeze([address, after] as const), birth})
        else this.#slots.delete(address)
      }
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
