import type {Notify} from 'pull-notify'
import createNotify from 'pull-notify'
import {Fifo} from '../util/fifo'
import {throwUncaught} from '../util/microtask'
import type {Source} from '../util/stream'

/**
 * The readers of what happens. Each has a pull-notify of its own, so that one that leaves is
 * forgotten, and one that throws harms no other. Nothing is ever dropped for a reader: what it has not asked for
 * waits in a queue of ours, because that of pull-notify moves all that waits at every message it hands out.
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
    const reader: Listener<T> = {
      notify,
      since,
      hasAsked: false,
      waits: false,
      untold: new Fifo(),
      ended: this.#ended,
    }
    if (!this.#ended) this.#readers.add(reader)
    return (abort, callback) => {
      if (abort) this.#readers.delete(reader)
      reader.hasAsked = true
      reader.waits = true
      source(abort, callback)
      if (!abort) goOn(reader)
    }
  }

  /** @param messageOf gives what there is to tell of event `seq`, if anything. Not asked while nobody reads. */
  tell(seq: number, messageOf: () => T | undefined): void {
    if (this.#readers.size === 0) return
    const message = messageOf()
    if (message === undefined) return
    this.#latest = seq
    for (const reader of this.#readers) {
      // The reader that was told just now may have made the replay seek(): then nobody else is told of this event.
      if (this.#latest !== seq) return
      if (reader.since >= seq) continue
      reader.untold.push(message)
      this.#wake(reader)
    }
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) {
      this.#readers.delete(reader)
      reader.ended = true
      this.#wake(reader)
    }
  }

  #wake(reader: Listener<T>): void {
    if (!reader.waits) return
    reader.hasAsked = false
    try {
      goOn(reader)
    } catch (error) {
      throwUncaught(error)
      // A reader that threw before it asked again never will: without this, its queue would grow for ever.
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
  /** Whether it has asked, and was not answered yet. */
  waits: boolean
  /** What there is to tell it, when it asks. */
  readonly untold: Fifo<T>
  /** Whether nothing follows that. */
  ended: boolean
}

/** Gives a reader that waits what comes next, if that is there. */
function goOn<T>(reader: Listener<T>): void {
  const message = reader.untold.shift()
  if (message === undefined && !reader.ended) return
  reader.waits = false
  if (message === undefined) reader.notify.end()
  else reader.notify(message)
}
