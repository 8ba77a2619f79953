import type {Entry, Peer} from '../src/entry'
import type {Checkpoint, PeerEvent, Recorded, ReserveLink, Snapshot} from '../src/events'
import {isAboutPeer} from '../src/events'
import {expectedInstead} from './order'
import {reduceInPlace} from './peer'
import {Reserve} from './reserve'

/** The state that a log so far folds to. Nobody else holds its peers, so they are changed in place. */
export class Fold {
  #seq = 0
  #time = 0
  #since: number | undefined
  #peers = new Map<string, Peer>()
  readonly #reserve = new Reserve()

  /** Folds an item in. Where it does not follow from what came before, returns what was expected, and changes nothing. */
  apply(item: Recorded | Checkpoint): string | undefined {
    if (item.type === 'checkpoint') return this.#replace(item)
    const before = isAboutPeer(item) ? this.#peers.get(item.address) : undefined
    const expected = expectedInstead(item, this.#seq, before?.state)
    if (expected !== undefined) return expected
    if (isAboutPeer(item)) this.#fold(before, item)
    this.#reserve.apply(item)
    this.#seq = item.seq
    this.#time = item.time
    return undefined
  }

  get seq(): number {
    return this.#seq
  }

  /** How many entries there are. */
  get size(): number {
    return this.#peers.size
  }

  /** The time of the latest item, in ms since the epoch; 0 where there was none. */
  get time(): number {
    return this.#time
  }

  /** When the hub was made, in ms since the epoch, where a checkpoint told it. */
  get since(): number | undefined {
    return this.#since
  }

  /** The state. It is a copy: later events do not change it. */
  snapshot(): Snapshot {
    const entries = Array.from(this.#peers, ([address, peer]): Entry => [address, {...peer}])
    return {seq: this.#seq, time: this.#time, entries}
  }

  /** The checkpoint that stands in a log for all that was folded. It is a copy, too. */
  checkpoint(): Checkpoint {
    return toCheckpoint(this.snapshot(), this.#since, this.#reserve.links())
  }

  #fold(before: Peer | undefined, event: Recorded<PeerEvent>): void {
    const after = reduceInPlace(before, event)
    if (!after) this.#peers.delete(event.address)
    else if (!before) this.#peers.set(event.address, after)
  }

  #replace(checkpoint: Checkpoint): undefined {
    const {seq, time, since, entries, reserve = []} = checkpoint
    this.#seq = seq
    this.#time = time
    this.#since = since
    this.#peers = new Map(entries.map(([address, peer]) => [address, {...peer}]))
    this.#reserve.replace(reserve)
  }
}

/** @param since when the hub was made, where that is known */
export function toCheckpoint(
  {seq, time, entries}: Snapshot,
  since: number | undefined,
  reserve: readonly ReserveLink[],
): Checkpoint {
  return {
    type: 'checkpoint',
    seq,
    time,
    ...(since !== undefined && {since}),
    entries,
    ...(reserve.length > 0 && {reserve}),
  }
}
