import {createHash} from 'node:crypto'
import {isDeepStrictEqual} from 'node:util'
import {encodeLine} from '../../src/log/codec'
import {fold} from '../../src/log/fold'
import type {LogItem, Recorded, Snapshot} from '../../src/types'

/** How many events are shown where something is wrong. */
const shown = 20

/** Reads the log as it happens: numbers, times, and that it folds to the state. */
export class LogWatch {
  readonly counts: Record<string, number> = {}
  #seq = 0
  #time = 0
  #checkpoint: Snapshot = {seq: 0, time: 0, entries: []}
  /** The events since the checkpoint. */
  #events: Recorded[] = []
  #latest: Recorded[] = []
  readonly #hash = createHash('sha256')

  get seq(): number {
    return this.#seq
  }

  /** How many events there were since the state was compared last. */
  get unfolded(): number {
    return this.#events.length
  }

  /** The last events. */
  get latest(): readonly Recorded[] {
    return this.#latest.slice(-shown)
  }

  /** Of the lines of the whole log. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  /** Returns what is wrong with the item, if anything is. */
  read(item: LogItem, now: number): string | undefined {
    if (item.type === 'checkpoint') return `a reader of the log that keeps up was given a checkpoint`
    const expected = this.#seq + 1
    if (item.seq !== expected) return `event ${item.seq} in the log, where ${expected} was next`
    if (item.time < this.#time || item.time > now)
      return `event ${item.seq} has the time ${item.time}, at ${now}`
    this.#seq = item.seq
    this.#time = item.time
    this.#events.push(item)
    this.#latest.push(item)
    if (this.#latest.length > 10 * shown) this.#latest = this.#latest.slice(-shown)
    this.counts[item.type] = (this.counts[item.type] ?? 0) + 1
    this.#hash.update(encodeLine(item))
    return undefined
  }

  /** Folds the events since the last checkpoint. Returns how that differs from the snapshot, if it does. */
  compare(snapshot: Snapshot): string | undefined {
    const folded = fold([{type: 'checkpoint', ...this.#checkpoint}, ...this.#events])
    this.#checkpoint = snapshot
    this.#events = []
    if (isDeepStrictEqual(folded, snapshot)) return undefined
    const odd = snapshot.entries.find((entry, i) => !isDeepStrictEqual(entry, folded.entries[i]))
    const numbers = `${folded.seq} with ${folded.entries.length} entries, and ${snapshot.seq} with ${snapshot.entries.length}`
    return `the log does not fold to the snapshot: event ${numbers}; first entry that differs: ${JSON.stringify(odd)}`
  }
}
