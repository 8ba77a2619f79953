import type {Peer} from '../src/entry'
import {type Checkpoint, isAboutPeer, type PeerEvent, type Recorded, type Snapshot} from '../src/events'
import {expectedInstead} from './order'
import {reduceInPlace} from './peer'

/** The fold of a log so far. It owns its peers, and changes them in place. */
export class Fold {
  #seq = 0
  #time = 0
  #peers = new Map<string, Peer>()

  /** Folds an item in, or returns what was expected in its place, and has not changed. */
  apply(item: Recorded | Checkpoint): string | undefined {
    if (item.type === 'checkpoint') return this.#replace(item)
    const before = isAboutPeer(item) ? this.#peers.get(item.address) : undefined
    const expected = expectedInstead(item, this.#seq, before?.state)
    if (expected !== undefined) return expected
    if (isAboutPeer(item)) this.#fold(before, item)
    this.#seq = item.seq
    this.#time = item.time
    return undefined
  }

  get seq(): number {
    return this.#seq
  }

  /** That of the latest item, in ms since the epoch; 0 where there was none. */
  get time(): number {
    return this.#time
  }

  /** A copy: later events do not change it. */
  snapshot(): Snapshot {
    const entries = Array.from(this.#peers, ([address, peer]) => [address, {...peer}] as const)
    return {seq: this.#seq, time: this.#time, entries}
  }

  #fold(before: Peer | undefined, event: Recorded<PeerEvent>): void {
    const after = reduceInPlace(before, event)
    if (!after) this.#peers.delete(event.address)
    else if (!before) this.#peers.set(event.address, after)
  }

  #replace({seq, time, entries}: Checkpoint): undefined {
    this.#seq = seq
    this.#time = time
    this.#peers = new Map(entries.map(([address, peer]) => [address, {...peer}]))
  }
}
