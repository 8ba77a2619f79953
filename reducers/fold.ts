import {type Checkpoint, isAboutPeer, type Peer, type Recorded, type Snapshot} from '../src/events'
import {inPlace, reducePeer} from './peer'
import {isLegal, transitions} from './transitions'

/**
 * The fold of a log so far. It owns its peers, and changes them in place.
 *
 * An address keeps its slot when its entry ends, so that every event costs one look-up; now and
 * then, the empty slots are swept.
 */
export class Fold {
  #seq = 0
  #time = 0
  #slots = new Map<string, Slot>()
  #empty = 0

  /** Folds an item in, or returns what was expected in its place, and has not changed. */
  apply(item: Recorded | Checkpoint): string | undefined {
    if (item.type === 'checkpoint') return this.#replace(item)
    if (item.seq !== this.#seq + 1) return `event ${this.#seq + 1}, or a checkpoint`
    if (isAboutPeer(item)) {
      const slot = this.#slots.get(item.address)
      const before = slot?.peer
      if (!isLegal(item.type, before?.state)) return expected(item.type, before?.state)
      const after = reducePeer(before, item, inPlace)
      if (after !== before) this.#put(item.address, slot, after, item.seq)
    }
    this.#seq = item.seq
    this.#time = item.time
    return undefined
  }

  get seq(): number {
    return this.#seq
  }

  /** A copy: later events do not change it. */
  snapshot(): Snapshot {
    const slots = Array.from(this.#slots).sort(([, a], [, b]) => a.birth - b.birth)
    const entries = slots.flatMap(([address, {peer}]) => (peer ? [[address, {...peer}] as const] : []))
    return {seq: this.#seq, time: this.#time, entries}
  }

  #put(address: string, slot: Slot | undefined, peer: Peer | undefined, birth: number): void {
    if (!slot) {
      this.#slots.set(address, {peer, birth})
    } else if (peer) {
      slot.peer = peer
      slot.birth = birth
      this.#empty--
    } else {
      slot.peer = undefined
      this.#empty++
      if (this.#empty > 1000 && this.#empty * 2 > this.#slots.size) this.#sweep()
    }
  }

  #sweep(): void {
    for (const [address, {peer}] of this.#slots) if (!peer) this.#slots.delete(address)
    this.#empty = 0
  }

  #replace({seq, time, entries}: Checkpoint): undefined {
    this.#seq = seq
    this.#time = time
    this.#empty = 0
    this.#slots = new Map(
      entries.map(([address, peer], birth) => [address, {peer: {...peer}, birth: birth - entries.length}]),
    )
  }
}

interface Slot {
  peer: Peer | undefined
  /** Entries stand in the order of their births. */
  birth: number
}

/** Which states an event could have happened in. */
export function expected(type: keyof typeof transitions, state: string | undefined): string {
  return `${type} of an address that is ${transitions[type].from.join(' or ')}, and this one is ${state ?? 'absent'}`
}
