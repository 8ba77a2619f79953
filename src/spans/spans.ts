import {expectedInstead} from '../../reducers/order'
import type {Counts} from '../../reducers/tally'
import {Tally} from '../../reducers/tally'
import type {Entry} from '../entry'
import type {Checkpoint, LogItem, PeerEvent, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {LogOrderError} from '../log/errors'
import {assertItems} from '../log/items'
import {invalidOption} from '../values/errors'
import type {Bin} from './bins'
import type {Ending, Life} from './life'
import {endingOf} from './life-of'
import type {Open} from './lives'
import {Lives} from './lives'
import type {CheckpointMark, ResetMark, Run} from './marks'
import type {PeerSpans} from './peers'
import {Presence} from './presence'
import {Reserves} from './reserves'
import {Runs} from './runs'
import {tableAt} from './table-at'

/** What is kept of a log. */
export interface SpanOptions {
  /** Whether to keep the lives and reserves of all peers. Without them there are only the counts. Default: true. */
  readonly keep?: boolean
  /** Whether `tableAt()` can be asked: then the events of the entries are kept, too. Default: false. */
  readonly tables?: boolean
  /** Called for every life when it has ended, with its peer as it is then. */
  readonly onEnd?: (life: Life, peer: PeerSpans) => void
}

/** What happened to each peer and to the hub, folded from a log item by item, in one pass. It changes in place. */
export class Spans {
  readonly #presence = new Presence()
  readonly #reserves: Reserves
  readonly #lives: Lives
  readonly #tally = new Tally()
  readonly #tables: boolean
  readonly #runs = new Runs()
  readonly #resets: ResetMark[] = []
  readonly #checkpoints: CheckpointMark[] = []
  #seq = 0
  #events = 0

  constructor({keep = true, tables = false, onEnd = () => {}}: SpanOptions = {}) {
    this.#tables = keep && tables
    this.#reserves = new Reserves(keep)
    this.#lives = new Lives(this.#presence, this.#reserves, {keep, tables: this.#tables, onEnd})
  }

  /**
   * Takes the next item of the log in. Throws a LogOrderError where it does not follow from what came before it; then
   * nothing has changed.
   */
  apply(item: LogItem): void {
    if (item.type === 'checkpoint') return this.#replace(item)
    const open = isAboutPeer(item) ? this.#lives.open.get(item.address) : undefined
    const expected = expectedInstead(item, this.#seq, open?.state)
    if (expected !== undefined) throw new LogOrderError(item, expected)
    const {seq, time} = item
    const run = this.#runs.pass(seq, time)
    this.#seq = seq
    this.#events++
    this.#presence.pass(time)
    this.#tally.count(item)
    if (isAboutPeer(item)) return this.#applyToPeer(open, item)
    if (item.type === 'closed') run.closed = seq
    else {
      this.#resets.push({run: this.run, seq, time, cause: item.cause})
      this.#reserves.endAll({type: 'reset', seq, time})
    }
  }

  /** The `seq` of the latest item. */
  get seq(): number {
    return this.#seq
  }

  /** The time of the latest item, in ms since the epoch; undefined where nothing has happened. */
  get time(): number | undefined {
    return this.#presence.time
  }

  /** The index of the latest run in `runs`; -1 where nothing came. */
  get run(): number {
    return this.#runs.all.length - 1
  }

  get runs(): readonly Run[] {
    return this.#runs.all
  }

  get resets(): readonly ResetMark[] {
    return this.#resets
  }

  get checkpoints(): readonly CheckpointMark[] {
    return this.#checkpoints
  }

  /** How many events there were, without checkpoints. */
  get events(): number {
    return this.#events
  }

  /** All peers, in the order in which they were first seen. */
  get peers(): readonly PeerSpans[] {
    return this.#lives.peers.all()
  }

  /** The lives that go on, with their peers, in the order of the table. */
  get open(): readonly (readonly [life: Life, peer: PeerSpans])[] {
    return Array.from(this.#lives.open.values(), ({life, peer}) => [life, peer] as const)
  }

  /** How many peers are connected now. */
  get connected(): number {
    return this.#presence.now
  }

  /** How many peers were connected at most, and when first, in ms since the epoch. */
  get most(): {readonly connected: number; readonly time: number | undefined} {
    return this.#presence.most
  }

  /** Of how much time the log tells, and for how much of it nobody was connected, in ms. */
  get elapsed(): {readonly all: number; readonly alone: number} {
    return this.#presence.elapsed
  }

  /** What `hub.stats()` counts. */
  get counts(): Counts {
    return this.#tally.counts()
  }

  /** The counts over time: those bins in which something happened, and the width of each, in ms. */
  get bins(): {readonly width: number; readonly bins: readonly Bin[]} {
    return this.#presence.bins
  }

  /**
   * The table as it was after an event, as `snapshots()` has it. It takes longer for longer logs: where many are asked
   * for, fold the events.
   *
   * @param run the index of the run that it is an event of; default: the latest
   * @throws ConnHubError ERR_INVALID_OPTION without the option `tables`
   */
  tableAt(seq: number, run = this.run): Entry[] {
    if (!this.#tables) throw invalidOption('tables', this.#tables, 'true, so that there are tables')
    return tableAt(this.peers, run, seq)
  }

  #applyToPeer(open: Open | undefined, event: Recorded<PeerEvent>): void {
    const lives = this.#lives
    if (event.type === 'connecting') return lives.dial(event, this.run)
    if (event.type === 'connected') {
      const {seq, time, link, cause} = event
      lives.connect(open, event, this.run)
      return this.#reserves.end(link, {type: 'connected', seq, time, cause})
    }
    if (event.type === 'reserved') {
      const {seq, time, address, key} = event
      const peer =
        open && (key === undefined || key === open.peer.key) ? open.peer : lives.peers.of(address, key, time)
      return this.#reserves.begin(peer, event, this.run, seq, time)
    }
    if (event.type === 'released') return this.#reserves.end(event.link, endingOf(event))
    // The life cycle has it that there is an entry.
    if (!open) return
    lives.know(open, event.key)
    switch (event.type) {
      case 'disconnecting':
        return lives.hangUp(open, event)
      case 'disconnecting-failed':
        return lives.enter(open, 'connected', event)
      case 'updated':
        return lives.update(open, event)
      case 'connecting-failed':
      case 'disconnected':
        return lives.end(open, endingOf(event))
      default:
        event satisfies never
    }
  }

  #replace(checkpoint: Checkpoint): void {
    const {seq, since, entries, reserve} = checkpoint
    const lives = this.#lives
    const time = seq === 0 && checkpoint.time === 0 ? since : checkpoint.time
    const goesOn = this.#runs.goOn(checkpoint, time, this)
    const missing = goesOn ? seq - this.#seq : 0
    // Of what ended meanwhile, the log tells no more than that it was there.
    const until = this.time ?? time ?? 0
    const unknown = (at?: number): Ending => ({type: 'unknown', seq: at, time: until})
    const births = new Map(goesOn ? entries.map(([address, {hubBirth}]) => [address, hubBirth]) : [])
    for (const open of [...lives.open.values()]) {
      const isThere = goesOn && births.get(open.life.address) === open.life.birth
      if (!isThere) lives.end(open, unknown(goesOn ? seq : undefined))
    }
    if (!goesOn) this.#runs.begin(seq, since, time)
    this.#runs.jump(seq, time)
    this.#presence.jump(time)
    this.#seq = seq
    this.#checkpoints.push({run: this.run, seq, time, entries: entries.length, missing})
    for (const [address, peer] of entries) lives.meet(address, peer, seq, time ?? 0, this.run)
    // Version 1 of the format does not tell of links in reserve.
    if (goesOn && since === undefined && missing === 0) return
    const links = new Set(goesOn ? reserve?.map(({link}) => link) : [])
    this.#reserves.endAll(unknown(goesOn ? seq : undefined), (link) => !links.has(link))
    for (const link of reserve ?? []) {
      if (this.#reserves.has(link.link)) continue
      this.#reserves.begin(lives.peers.of(link.address, link.key, time ?? 0), link, this.run, seq, time ?? 0)
    }
  }
}

/** What happened to each peer and to the hub, in one pass over a log. Throws a LogOrderError, as `fold()` does. */
export function spans(items: Iterable<LogItem>, options?: SpanOptions): Spans {
  assertItems(items)
  const all = new Spans(options)
  for (const item of items) all.apply(item)
  return all
}
