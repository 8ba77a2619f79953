import {isAboutPeer, type Peer, type Recorded, type Snapshot} from '../src/events'
import {inPlace, reducePeer} from './peer'

/** The fold of a log so far. It owns its peers, and changes them in place. */
export class Fold {
  #seq = 0
  #time = 0
  readonly #peers = new Map<string, Peer>()

  apply(event: Recorded): void {
    this.#seq = event.seq
    this.#time = event.time
    if (!isAboutPeer(event)) return
    const before = this.#peers.get(event.address)
    const after = reducePeer(before, event, inPlace)
    if (after === before) return
    if (after) this.#peers.set(event.address, after)
    else this.#peers.delete(event.address)
  }

  get seq(): number {
    return this.#seq
  }

  /** A copy: later events do not change it. */
  snapshot(): Snapshot {
    const entries = Array.from(this.#peers, ([address, peer]) => [address, {...peer}] as const)
    return {seq: this.#seq, time: this.#time, entries}
  }
}
