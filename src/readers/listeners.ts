import createNotify, {type Notify} from 'pull-notify'
import {throwUncaught} from '../util/microtask'
import type {Source} from '../util/stream'

/**
 * The readers of what happens. Each has a pull-notify of its own, so that one that leaves is
 * forgotten, and one that throws harms no other. Nothing is ever dropped for a reader.
 */
export class Listeners<T> {
  readonly #readers = new Set<Listener<T>>()
  /** The event that is told, or was told last. */
  #latest = 0
  #ended = false

  /** The latest event is now this one: the readers hear of all that comes after it. */
  goOnAfter(seq: number): void {
    this.#ended = false
    this.#latest = seq
    for (const reader of this.#readers) reader.since = seq
  }

  /** A source of all that happens after event `since`. */
  listen(since: number): Source<T> {
    const notify = createNotify<T>()
    const source = notify.listen()
    const reader: Listener<T> = {notify, since, hasAsked: false}
    if (this.#ended) notify.end()
    else this.#readers.add(reader)
    return (abort, callback) => {
      if (abort) this.#readers.delete(reader)
      reader.hasAsked = true
      source(abort, callback)
    }
  }

  /** @param messageOf gives what there is to tell of event `seq`, if anything. Not asked while nobody reads. */
  tell(seq: number, messageOf: () => T | undefined): void {
    if (this.#readers.size === 0) return
    const message = messageOf()
    if (message === undefined) return
    this.#latest = seq
    for (const reader of this.#readers) {
      // A reader may have gone elsewhere: then this is not told any more.
      if (this.#latest !== seq) return
      if (reader.since < seq) this.#deliver(reader, () => reader.notify(message))
    }
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) {
      this.#readers.delete(reader)
      this.#deliver(reader, () => reader.notify.end())
    }
  }

  #deliver(reader: Listener<T>, deliver: () => void): void {
    reader.hasAsked = false
    try {
      deliver()
    } catch (error) {
      throwUncaught(error)
      // One that did not ask again before it threw never will.
      if (!reader.hasAsked) this.#readers.delete(reader)
    }
  }
}

interface Listener<T> {
  readonly notify: Notify<T>
  /** It hears of no event up to this one. */
  since: number
  /** Whether it has asked since the last delivery began. */
  hasAsked: boolean
}
