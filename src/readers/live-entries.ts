import type {Entry, EntryChange} from '../entry'
import {PendingRead} from '../util/pending-read'
import type {Source} from '../util/stream'

/** What `LiveEntries` reads: the table as it is now. */
export interface Present {
  /** The latest event that is applied. */
  readonly seq: number
  /** The entries after it, never changed afterwards. */
  entries(): readonly Entry[]
}

/**
 * The readers of the table's snapshots. One that keeps up gets each in order; one that does not
 * gets the present when it next asks, and costs nothing meanwhile.
 */
export class LiveEntries {
  readonly #present: Present
  readonly #readers = new Set<EntriesReader>()
  /**
   * The entries as they were told: behind the present, where events are applied and not yet told.
   * Kept only while at least one reader keeps up. Not frozen, because V8 copies frozen arrays slowly.
   */
  #told: {seq: number; entries: Entry[]} | undefined
  #lastChange = 0
  #ended = false

  constructor(present: Present) {
    this.#present = present
  }

  /** A source of the present snapshot, and then of one after every change. */
  source(): Source<readonly Entry[]> {
    const read = new PendingRead<readonly Entry[]>()
    const reader: EntriesReader = {seen: -1, read}
    return (abort, callback) => {
      if (abort) {
        this.#readers.delete(reader)
        read.answer(abort)
        return callback(abort)
      }
      const isBehind = reader.seen < this.#lastChange
      if (this.#ended && !isBehind) return callback(true)
      read.ask(callback)
      if (isBehind) this.#give(reader, this.#present.seq, this.#catchUp(reader))
    }
  }

  tell(seq: number, change: EntryChange): void {
    this.#lastChange = seq
    if (!this.#isKeptUp(seq) || !this.#told) {
      this.#told = undefined
      return
    }
    if (this.#told.seq < seq) {
      apply(change, this.#told.entries)
      this.#told.seq = seq
    }
    const {entries} = this.#told
    let snapshot: readonly Entry[] | undefined
    for (const reader of this.#readers) {
      // The reader that was told just now may have made the replay seek(): then nobody else is told of this event.
      if (this.#lastChange !== seq) return
      if (!reader.read.isOpen || reader.seen >= seq) continue
      snapshot ??= freeze(entries)
      this.#give(reader, seq, snapshot)
    }
  }

  /** The table is another: who waits gets it now, all others when they next ask. */
  restart(): void {
    this.#ended = false
    this.#told = undefined
    this.#lastChange = this.#present.seq
    for (const reader of this.#readers) reader.seen = -1
    for (const reader of this.#readers) {
      if (reader.read.isOpen) this.#give(reader, this.#present.seq, this.#catchUp(reader))
    }
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) {
      if (!reader.read.isOpen) continue
      this.#readers.delete(reader)
      reader.read.answer(true)
    }
  }

  /** Whether a reader waits for this event, or was given a later state and may come to wait for the next. */
  #isKeptUp(seq: number): boolean {
    for (const {read, seen} of this.#readers) if (read.isOpen || seen >= seq) return true
    return false
  }

  #catchUp(reader: EntriesReader): readonly Entry[] {
    const {seq} = this.#present
    const entries = this.#present.entries()
    this.#readers.add(reader)
    reader.seen = seq
    this.#told ??= {seq, entries: entries.slice()}
    return freeze(entries)
  }

  #give(reader: EntriesReader, seq: number, snapshot: readonly Entry[]): void {
    reader.seen = seq
    if (!reader.read.answer(null, snapshot)) this.#readers.delete(reader)
  }
}

interface EntriesReader {
  /** The event up to which it has seen the table. */
  seen: number
  readonly read: PendingRead<readonly Entry[]>
}

function apply({before, after}: EntryChange, entries: Entry[]): void {
  if (!before) {
    if (after) entries.push(after)
    return
  }
  const index = entries.indexOf(before)
  if (after) entries[index] = after
  else entries.splice(index, 1)
}

function freeze(entries: readonly Entry[]): readonly Entry[] {
  return Object.freeze(entries.slice())
}
