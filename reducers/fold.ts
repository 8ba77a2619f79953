import {type Checkpoint, isAboutPeer, type Peer, type Recorded, type Snapshot} from '../src/events'
import {reduceInPlace} from './peer'
import {isLegal, transitions} from './transitions'

/** The fold of a log so far. It owns its peers, and changes them in place. */
export class Fold {
  #seq = 0
  #time = 0
  #peers = new Map<string, Peer>()

  /** Folds an item in, or returns what was expected in its place, and has not changed. */
  apply(item: Recorded | Checkpoint): string | undefined {
    if (item.type === 'checkpoint') return this.#replace(item)
    if (item.seq !== this.#seq + 1) return `event ${this.#seq + 1}, or a checkpoint`
    if (isAboutPeer(item)) {
      const {address} = item
      const before = this.#peers.get(address)
      if (!isLegal(item.type, before?.state)) return expected(item.type, before?.state)
      const after = reduceInPlace(before, item)
      if (!after) this.#peers.delete(address)
      else if (!before) this.#peers.set(address, after)
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
    const entries = Array.from(this.#peers, ([address, peer]) => [address, {...peer}] as const)
    return {seq: this.#seq, time: this.#time, entries}
  }

  #replace({seq, time, entries}: Checkpoint): undefined {
    this.#seq = seq
    this.#time = time
    this.#peers = new Map(entries.map(([address, peer]) => [address, {...peer}]))
  }
}

/** Which states an event could have happened in. */
export function expected(type: keyof typeof transitions, state: string | undefined): string {
  return `${type} of an address that is ${transitions[type].from.join(' or ')}, and this one is ${state ?? 'absent'}`
}
