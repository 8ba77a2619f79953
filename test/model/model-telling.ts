import type {FakeRpc} from '../kit/fake-stack'
import {type Data, ModelTable, type Row} from './model-table'
import type {SteadyClock} from './steady-clock'

export interface ModelEvent {
  readonly type: string
  readonly address: string
  readonly key: unknown
  readonly details?: unknown
}

interface Reader {
  /** It hears only what was dispatched after this. */
  readonly since: number
  readonly kind: 'events' | 'entries'
  readonly tell: (item: never) => void
  readonly end: () => void
}

/** Something to tell: the readers first, then the promises, then what follows from it. */
interface Telling {
  readonly seq: number
  readonly event?: ModelEvent | undefined
  readonly rows?: readonly Row[]
  readonly settle: () => void
  readonly effect: () => void
}

interface More {
  readonly data?: Data
  readonly details?: unknown
  readonly link?: {readonly rpc: FakeRpc; readonly isClient: boolean | undefined}
  readonly settle?: () => void
  readonly effect?: () => void
}

export const nothing = () => {}

/** Apply now, tell in order: the readers of a model, and what they are told of. */
export class ModelTelling {
  protected readonly table = new ModelTable()
  protected readonly clock: SteadyClock
  protected ended = false
  #readers: Reader[] = []
  readonly #tellings: Telling[] = []
  #telling = false
  #seq = 0
  #time: number
  /** When that was, of the time that only goes on. */
  #stampedAt: number

  constructor(clock: SteadyClock) {
    this.clock = clock
    // Not promised: also where the clock is set back before there was any event.
    this.#time = clock.now()
    this.#stampedAt = clock.elapsed
  }

  /** Hears everything that is dispatched from now on. Returns how to leave. */
  read(kind: 'events' | 'entries', tell: (item: never) => void, end: () => void): () => void {
    if (this.ended) throw {code: 'ERR_CLOSED'}
    const reader: Reader = {since: this.#seq, kind, tell, end}
    this.#readers.push(reader)
    if (kind === 'entries') tell(this.table.rows() as never)
    return () => {
      this.#readers = this.#readers.filter((other) => other !== reader)
    }
  }

  /** Hears the entries only when it asks: the latest, where it has not had them. Returns how to ask. */
  readSlowly(tell: (rows: readonly Row[]) => void, end: () => void): () => void {
    let asks = false
    let news: {readonly rows: readonly Row[]} | undefined = {rows: this.table.rows()}
    let isOver = false
    const give = () => {
      if (!asks) return
      if (news) tell(news.rows)
      else if (isOver) end()
      else return
      asks = false
      news = undefined
    }
    const hear = (rows: readonly Row[]) => {
      news = {rows}
      give()
    }
    this.read('entries', hear as (item: never) => void, () => {
      isOver = true
      give()
    })
    return () => {
      asks = true
      give()
    }
  }

  protected dispatch(type: string, address: string, more: More = {}): void {
    this.stamp()
    const before = this.table.get(address)?.key
    this.table.apply(type, address, more.data ?? {}, more.link, this.#time)
    const key = this.table.get(address)?.key ?? before
    const details = more.link ?? more.details
    this.#tellings.push({
      seq: ++this.#seq,
      event: type === 'updated' ? undefined : {type, address, key, details},
      rows: this.table.rows(),
      settle: more.settle ?? nothing,
      effect: more.effect ?? nothing,
    })
    this.#tell()
  }

  /** What readers are not told of, but what waits for its turn among what they are. */
  protected dispatchSilently(effect: () => void): void {
    this.stamp()
    this.#tellings.push({seq: ++this.#seq, settle: nothing, effect})
    this.#tell()
  }

  /**
   * Event time never runs backwards: where the clock was set back, it goes on as time passes. Also the events that
   * the log alone has are stamped: of a reserve, of a reset.
   */
  /** Of the latest event. */
  protected get time(): number {
    return this.#time
  }

  stamp(): void {
    const {elapsed} = this.clock
    this.#time = Math.max(this.#time + elapsed - this.#stampedAt, this.clock.now())
    this.#stampedAt = elapsed
  }

  /** Applies all before anybody is told of any. */
  protected together(work: () => void): void {
    const isOutermost = !this.#telling
    this.#telling = true
    work()
    if (!isOutermost) return
    this.#telling = false
    this.#tell()
  }

  protected endReaders(): void {
    this.ended = true
    const readers = this.#readers.splice(0)
    for (const reader of readers) if (reader.kind === 'events') reader.end()
    for (const reader of readers) if (reader.kind === 'entries') reader.end()
  }

  #tell(): void {
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#tellings.shift(); next; next = this.#tellings.shift()) {
      // Not promised: readers of events before those of snapshots, each in the order in which they came.
      if (next.event) this.#tellAll('events', next.seq, next.event)
      if (next.rows) this.#tellAll('entries', next.seq, next.rows)
      next.settle()
      next.effect()
    }
    this.#telling = false
  }

  #tellAll(kind: Reader['kind'], seq: number, item: unknown): void {
    for (const reader of [...this.#readers]) {
      if (reader.kind !== kind || reader.since >= seq || !this.#readers.includes(reader)) continue
      reader.tell(item as never)
    }
  }
}
