import {Fold} from '../../../reducers/fold'
import type {Entry} from '../../entry'
import type {LogItem, Recorded} from '../../events'
import type {Digest} from '../digest'
import {eventAt, placeOf} from '../digest'

/** A block of events that is opened when somebody asks for one of them. One that grows gives the same array each time. */
export interface ClosedBlock {
  readonly run: number
  readonly after: number
  open(): Promise<LogItem[]>
}

/** How many blocks stay open. */
const maxOpen = 6

/** The events of a log, as far as the page has them. */
export class Events {
  readonly #blocks: ClosedBlock[] = []
  /** Those that were asked for last, the latest at the end. */
  readonly #opened = new Map<ClosedBlock, LogItem[]>()

  /** Blocks come in the order of the log. */
  add(block: ClosedBlock): void {
    this.#blocks.push(block)
  }

  /** What it has is to be read again. */
  forget(block: ClosedBlock): void {
    this.#opened.delete(block)
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0
  }

  /** Whether the block of this event is open; then what is asked of it can be told. */
  isOpen(digest: Digest, place: number): boolean {
    const block = this.#blockOf(digest, place)
    return block === undefined || this.#opened.has(block)
  }

  async open(digest: Digest, place: number): Promise<void> {
    const block = this.#blockOf(digest, place)
    if (!block || this.#opened.has(block)) return
    // A file may have changed since it was read: then the page tells what is drawn, and no more.
    const items = await block.open().catch(() => [])
    this.#opened.set(block, items)
    const [oldest] = this.#opened.keys()
    if (this.#opened.size > maxOpen && oldest) this.#opened.delete(oldest)
  }

  /** The item at a place: an event, or the checkpoint that stands for it. */
  at(digest: Digest, place: number): LogItem | undefined {
    const {seq} = eventAt(digest, place)
    const items = this.#itemsOf(digest, place)
    const from = Math.max(0, Math.min(items.length - 1, seq - (items[0]?.seq ?? 0)))
    return (
      items.slice(Math.max(0, from - 50)).find((item) => item.seq === seq && item.type !== 'checkpoint') ??
      items.find((item) => item.seq === seq)
    )
  }

  /** What came of an event, as far as its block tells: what was applied while it was told, and the next of its address. */
  after(digest: Digest, event: Recorded, place: number): Recorded[] {
    const later = this.#itemsOf(digest, place).filter(
      (item): item is Recorded => item.seq > event.seq && item.type !== 'checkpoint',
    )
    const address = 'address' in event ? event.address : undefined
    const next = later.find((item) => 'address' in item && item.address === address)
    const told = later.filter((item) => item.during === event.seq)
    return [...new Set(next && !told.includes(next) ? [...told, next] : told)].slice(0, 20)
  }

  /** The entries after an event, with their metadata. */
  entries(digest: Digest, place: number): readonly Entry[] {
    const {seq} = eventAt(digest, place)
    const fold = new Fold()
    for (const item of this.#itemsOf(digest, place)) if (item.seq <= seq) fold.apply(item)
    return fold.snapshot().entries
  }

  #itemsOf(digest: Digest, place: number): readonly LogItem[] {
    const block = this.#blockOf(digest, place)
    return (block && this.#opened.get(block)) ?? []
  }

  #blockOf(digest: Digest, place: number): ClosedBlock | undefined {
    const {run, seq} = eventAt(digest, place)
    let found: ClosedBlock | undefined
    for (const block of this.#blocks) {
      if (block.run === run && (block.after < seq || !found)) found = block
    }
    return found
  }
}

/** The place of an event of the same run as the one at another place. */
export function placeBeside(digest: Digest, place: number, seq: number): number {
  const {run} = eventAt(digest, place)
  return placeOf(digest.runs[run] ?? {start: 0, first: 0}, seq)
}
