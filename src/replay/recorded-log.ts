import {Fold} from '../../reducers/fold'
import type {Peer} from '../entry'
import type {Checkpoint, HubEvent, LogItem, Recorded, Snapshot} from '../events'
import {foldInto} from '../log/fold'
import {deepFreeze} from '../util/deep-freeze'
import type {Deferred} from '../util/deferred'
import {redact} from '../values/secrets'
import {isSame} from './divergence'
import type {RecordedAttempt} from './recorded-attempt'

/** An event of a command, with what its claim needs. */
export interface Claimable {
  readonly event: Recorded
  /** The entry as it was before the event. */
  readonly before: Readonly<Peer> | undefined
  /** What the call was answered with, where that is a promise. */
  readonly answer: RecordedAttempt | Deferred<true> | undefined
}

/** A recorded log, how much of it was told, and which commands in it were claimed by calls. */
export class RecordedLog {
  readonly #items: readonly LogItem[]
  /** The index of the next item to tell. */
  #next = 0
  /** Events of commands that were told although no call has claimed them yet, by address. */
  #unclaimed = new Map<string, Claimable[]>()

  /** Freezes the items. Throws a LogOrderError for those that do not follow from each other. */
  constructor(items: Iterable<LogItem>) {
    // A log that was made by hand may have secrets in it.
    this.#items = Array.from(items, (item) => deepFreeze(redact(item)))
    foldInto(new Fold(), this.#items)
  }

  /** The next item that is to be told. */
  peek(): (LogItem & {readonly during?: number | undefined}) | undefined {
    return this.#items[this.#next]
  }

  /** Whether no event was told yet; a checkpoint at the beginning is none. */
  get isAtStart(): boolean {
    return this.#items.slice(0, this.#next).every(({type}) => type === 'checkpoint')
  }

  /** The last item. */
  get last(): LogItem | undefined {
    return this.#items[this.#items.length - 1]
  }

  take(): LogItem | undefined {
    const item = this.peek()
    if (item) this.#next++
    return item
  }

  /** The next event of a command that is to be told. */
  nextCommand(): Recorded | undefined {
    return this.#upcoming(isCommand)
  }

  /** The next event of this address that is to be told. */
  nextOf(address: string): Recorded | undefined {
    return this.#upcoming((event) => 'address' in event && event.address === address)
  }

  /** Notes that an event of a command is told, and was not claimed. */
  leave(claimable: Claimable): void {
    const address = addressOf(claimable.event)
    const left = this.#unclaimed.get(address)
    if (left) left.push(claimable)
    else this.#unclaimed.set(address, [claimable])
  }

  /** Claims the oldest event that was left, and is what the call would have caused then. */
  claimLeft(
    address: string,
    causes: (before: Readonly<Peer> | undefined) => HubEvent | undefined,
  ): Claimable | undefined {
    const left = this.#unclaimed.get(address) ?? []
    const index = left.findIndex(({event, before}) => {
      const called = causes(before)
      return called !== undefined && isSame(event, called, before)
    })
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }

  /** Every event of a command that was told and not claimed. */
  unclaimed(): Recorded[] {
    return [...this.#unclaimed.values()]
      .flat()
      .map(({event}) => event)
      .sort((a, b) => a.seq - b.seq)
  }

  /** Goes to the point after event `seq`, and returns the state there, and how it came to be. */
  seek(seq: number): {state: Snapshot; before: Checkpoint; events: Recorded[]} {
    const state = new Fold()
    let before = state.checkpoint()
    let events: Recorded[] = []
    this.#next = 0
    this.#unclaimed = new Map()
    for (const item of this.#items) {
      // A log that begins with a checkpoint has no state before it.
      const isBeginning = this.#next === 0 && item.type === 'checkpoint'
      if (item.seq > seq && !isBeginning) break
      state.apply(item)
      if (item.type === 'checkpoint') [before, events] = [item, []]
      else events.push(item)
      this.#next++
    }
    return {state: state.snapshot(), before, events}
  }

  #upcoming(isWanted: (event: Recorded) => boolean): Recorded | undefined {
    for (let i = this.#next; i < this.#items.length; i++) {
      const item = this.#items[i]
      if (item && item.type !== 'checkpoint' && isWanted(item)) return item
    }
    return undefined
  }
}

export function isCommand(event: Recorded): boolean {
  return event.cause === 'caller'
}

function addressOf(event: HubEvent): string {
  return 'address' in event ? event.address : ''
}
