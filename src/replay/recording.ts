import type {Checkpoint, Connected, LogItem, PeerEvent, Recorded} from '../events'
import {assertItems} from '../log/items'
import type {EventLog} from '../log/log'
import type {Past} from '../store/peer-store'
import {deepFreeze} from '../util/deep-freeze'
import {firstIndex} from '../util/sorted'
import {redact} from '../values/secrets'
import {Milestones} from './milestones'

/**
 * A recorded log, and how far it was told. To the readers of the replay, it is the log up to there.
 *
 * Nothing here looks through the items one by one: what is asked for is found by its index, so that a call, a step
 * and a seek cost the same in a short recording and in a long one.
 */
export class Recording implements EventLog {
  readonly #items: readonly LogItem[]
  readonly #milestones: Milestones
  /** The greatest `seq` up to each item: the logs of several hubs, one after the other, begin again at 1. */
  readonly #highest: number[] = []
  /** The indices of the checkpoints, of the events of commands, and of the events of each address. */
  readonly #checkpoints: number[] = []
  readonly #commands: number[] = []
  readonly #byAddress = new Map<string, number[]>()
  /** How many items were told: the index of the next one. */
  #told = 0

  /** Freezes the items. Throws a LogOrderError for those that do not follow from each other. */
  constructor(items: Iterable<LogItem>) {
    assertItems(items)
    // A log that was made by hand may have secrets in it.
    this.#items = Array.from(items, (item) => deepFreeze(redact(item)))
    this.#milestones = new Milestones(this.#items)
    for (const [i, item] of this.#items.entries()) this.#index(i, item)
  }

  /** The next item that is to be told. */
  peek(): (LogItem & {readonly during?: number | undefined}) | undefined {
    return this.#items[this.#told]
  }

  take(): LogItem | undefined {
    const item = this.peek()
    if (item) this.#told++
    return item
  }

  /** Whether no event was told yet; a checkpoint at the beginning is none. */
  get isAtStart(): boolean {
    return this.#told === 0 || this.#checkpoints[this.#told - 1] === this.#told - 1
  }

  /** The last item. */
  get last(): LogItem | undefined {
    return this.#items[this.#items.length - 1]
  }

  /** The next event of a command that is to be told. */
  nextCommand(): Recorded | undefined {
    const index = this.#commands[this.#placeIn(this.#commands)]
    return index === undefined ? undefined : this.#event(index)
  }

  /** The next event of this address that is to be told. */
  nextOf(address: string): Recorded<PeerEvent> | undefined {
    for (const event of this.upcoming(address)) return event
    return undefined
  }

  /** The events of this address that are to be told, in order. */
  *upcoming(address: string): Generator<Recorded<PeerEvent>, void> {
    const indices = this.#byAddress.get(address) ?? []
    for (let place = this.#placeIn(indices); place < indices.length; place++) {
      // The indices of an address are of its events alone.
      yield this.#items[indices[place] ?? 0] as Recorded<PeerEvent>
    }
  }

  /** The latest event that was told by which this address became connected. */
  latestConnected(address: string): Recorded<Connected> | undefined {
    const indices = this.#byAddress.get(address) ?? []
    for (let place = this.#placeIn(indices) - 1; place >= 0; place--) {
      const event = this.#event(indices[place] ?? 0)
      if (event?.type === 'connected') return event
    }
    return undefined
  }

  /**
   * Whether an event was applied before anybody who waited for an earlier one could go on: in the telling of that one,
   * or in the telling of what came of it, and so on.
   */
  isAtOnce(event: Recorded, earlier: Recorded): boolean {
    let at: Recorded | undefined = event
    while (at && at.seq > earlier.seq) at = at.during === undefined ? undefined : this.#recorded(at.during)
    return at !== undefined
  }

  /** Goes to the point after event `seq`, and returns what the state was there. */
  seek(seq: number): Past {
    const count = firstIndex(this.#items.length, (i) => (this.#highest[i] ?? 0) <= seq)
    // A log that begins with a checkpoint has no state before it.
    this.#told = this.#checkpoints[0] === 0 ? Math.max(1, count) : count
    return this.#milestones.at(this.#told)
  }

  get seq(): number {
    return this.#items[this.#told - 1]?.seq ?? 0
  }

  get droppedSeq(): number {
    return this.#items[this.#base]?.seq ?? 0
  }

  get(seq: number): Recorded | undefined {
    return seq <= this.seq ? this.#recorded(seq) : undefined
  }

  get since(): number | undefined {
    return this.checkpoint().since
  }

  checkpoint(): Checkpoint {
    const item = this.#items[this.#base]
    return item?.type === 'checkpoint' ? item : {type: 'checkpoint', seq: 0, time: 0, entries: []}
  }

  /** Nothing to do: what the replay tells is in the recording already. */
  append(): void {}

  /** The event of this number, from the latest checkpoint on. */
  #recorded(seq: number): Recorded | undefined {
    const index = this.#base + seq - this.droppedSeq
    return index > this.#base ? this.#event(index) : undefined
  }

  /** The index of the latest checkpoint that was told; -1 where there is none. */
  get #base(): number {
    return this.#checkpoints[this.#placeIn(this.#checkpoints) - 1] ?? -1
  }

  /** The place of the first index that was not told. */
  #placeIn(indices: readonly number[]): number {
    return firstIndex(indices.length, (i) => (indices[i] ?? 0) < this.#told)
  }

  #event(index: number): Recorded | undefined {
    const item = this.#items[index]
    return item?.type === 'checkpoint' ? undefined : item
  }

  #index(index: number, item: LogItem): void {
    this.#highest.push(Math.max(this.#highest[index - 1] ?? 0, item.seq))
    if (item.type === 'checkpoint') {
      this.#checkpoints.push(index)
      return
    }
    if (item.cause === 'caller') this.#commands.push(index)
    if (!('address' in item)) return
    const others = this.#byAddress.get(item.address)
    if (others) others.push(index)
    else this.#byAddress.set(item.address, [index])
  }
}
