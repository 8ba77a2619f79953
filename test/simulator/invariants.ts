import pull from 'pull-stream'
import type {Entry, ListenEvent, LogItem, Source} from '../../src/types'
import {Calls} from './calls'
import type {Network} from './network'
import type {Hub} from './scheduler'
import type {CountedClock} from './sim-clock'
import {SimRpc} from './sim-rpc'
import {ToldTable} from './told-table'
import {LinkWatch} from './watch-links'
import {LogWatch} from './watch-log'

/** After so many events, everything is compared, and not only what has changed. */
const period = 5000

/**
 * What must hold whatever happens. The readers check each event as they are told of it; at rest, when all
 * that can happen at a moment has happened, what has changed is compared with what they were told.
 */
export class Invariants {
  readonly log = new LogWatch()
  readonly calls = new Calls((message) => this.#fail(message))
  readonly told = new ToldTable()
  readonly links: LinkWatch
  /** The first thing that was wrong. */
  failure: string | undefined
  most = 0
  readonly #hub: Hub
  readonly #network: Network
  readonly #clock: CountedClock
  /** The addresses that something has happened to since the last rest. */
  #touched = new Set<string>()
  readonly #addressOf = new WeakMap<object, string>()
  readonly #announced = new WeakSet<object>()
  #heard = 0
  #lastHeard: string | undefined
  #snapshots = 0
  #lastSnapshot: readonly Entry[] = []
  #ended = 0
  /** Of the reader that hardly ever asks. */
  #ask = (_callback: (entries: readonly Entry[]) => void): void => {}

  constructor(hub: Hub, network: Network, clock: CountedClock) {
    this.#hub = hub
    this.#network = network
    this.#clock = clock
    this.links = new LinkWatch(
      network,
      () => (this.log.counts.closed ? [] : hub.entries()),
      (message) => this.#fail(message),
    )
    this.#watchCalls()
    this.#read<ListenEvent>(hub.listen(), (event) => this.#hear(event))
    this.#read<readonly Entry[]>(hub.liveEntries(), (entries) => this.#see(entries))
    this.#read<LogItem>(hub.log({live: true}), (item) => this.#readLog(item))
    this.#stall()
    network.stack.prependListener('rpc:connect', this.#note)
    network.onDeath = (rpc) => {
      const address = this.#addressOf.get(rpc)
      if (address !== undefined) this.#touched.add(address)
    }
  }

  /** At a moment when nothing more can happen without time passing. */
  atRest(): void {
    for (const address of this.#touched) this.#checkEntry(address)
    this.#touched.clear()
    this.links.atRest()
    if (this.log.unfolded >= period) this.checkAll()
  }

  checkAll(): void {
    const entries = [...this.#hub.entries()]
    this.#require(isAsTold(entries, this.told), () => 'entries() differ from what listen() told')
    const last = this.#lastSnapshot
    const isLast = entries.length === last.length && entries.every((entry, i) => entry === last[i])
    this.#require(isLast, () => 'the last of liveEntries() differs from entries()')
    const inFlight = new Set(this.#network.dials.inFlight())
    const keys = new Set<unknown>()
    const dialled = new Set<unknown>()
    for (const [address, {state, key}] of entries) {
      if (state !== 'connecting') keys.add(key)
      else dialled.add(key)
      if (state === 'connecting')
        this.#require(inFlight.has(address), () => `${address} is connecting, and is not being dialled`)
    }
    for (const rpc of this.#network.open) {
      // An inbound one may wait for our dial.
      const waits = !rpc.isClient && dialled.has(rpc.id)
      const isHeld = rpc.closes > 0 || !this.#announced.has(rpc) || keys.has(rpc.id) || waits
      this.#require(
        isHeld,
        () => `a live connection at ${rpc.stream.address} has no entry, and was not closed`,
      )
    }
    const bound = this.#network.open.size + inFlight.size
    this.#require(entries.length <= bound, () => `${entries.length} entries, where ${bound} things are live`)
    this.#checkStats()
    const difference = this.log.compare(this.#hub.snapshot())
    this.#require(difference === undefined, () => difference ?? '')
  }

  /** The reader that hardly ever asks does so: it must get the present. */
  askSlowly(): void {
    this.#ask((entries) => {
      this.#require(
        isAsTold(entries, this.told),
        () => 'a reader of liveEntries() that stalled got an old table',
      )
    })
  }

  /** After the hub was closed, and everything that was in flight has ended. */
  checkEnd(): void {
    // Once for the last table, and once for the end.
    for (let i = 0; i < 2; i++) this.#ask(() => {})
    const {pending} = this.calls
    this.#require(this.told.entries.size === 0, () => `${this.told.entries.size} entries never ended`)
    this.#require(pending.length === 0, () => `promises never settled: ${pending.slice(0, 3).join(', ')}`)
    this.#require(this.#clock.pending === 0, () => `the hub left ${this.#clock.pending} timers`)
    this.#require(this.#ended === 4, () => `${4 - this.#ended} of 4 streams never ended`)
    this.#network.stack.off('rpc:connect', this.#note)
    const listeners = this.#network.stack.listenerCount('rpc:connect')
    this.#require(listeners === 0, () => 'the hub still listens to its stack')
    for (const rpc of this.#network.open) {
      this.#require(rpc.closes > 0, () => `the connection at ${rpc.stream.address} was not closed`)
    }
  }

  #hear(event: ListenEvent): void {
    const {address, type} = event
    this.#heard++
    this.#lastHeard = type
    this.links.hear(event)
    const wrong = this.told.tell(event)
    this.#require(wrong === undefined, () => `listen() told of ${wrong}`)
    this.#touched.add(address)
    this.most = Math.max(this.most, this.told.entries.size)
    if (event.type !== 'connected') return
    const {rpc, isClient} = event.details
    this.#addressOf.set(rpc, address)
    const isRight = rpc instanceof SimRpc && rpc.id === event.key && rpc.isClient === isClient
    this.#require(isRight, () => `connected to ${address} came with the wrong rpc, key or isClient`)
  }

  #see(entries: readonly Entry[]): void {
    this.#snapshots++
    this.#lastSnapshot = entries
    const size = this.told.entries.size
    this.#require(entries.length === size, () => `liveEntries() gave ${entries.length} entries of ${size}`)
    // All of them are compared now and then: at each event, it would take more than the simulation.
    const differs = this.#snapshots % 500 === 0 && !isAsTold(entries, this.told)
    this.#require(!differs, () => 'liveEntries() differ from what listen() told')
  }

  #readLog(item: LogItem): void {
    const wrong = this.log.read(item, this.#network.clock.now())
    this.#require(wrong === undefined, () => wrong ?? '')
    const {updated = 0, reserved = 0, released = 0, reset = 0, closed = 0} = this.log.counts
    const silent = reserved + released + reset + closed
    const [toTell, toShow] = [this.log.seq - silent - updated, this.log.seq - silent]
    const isPublic = !['updated', 'reserved', 'released', 'reset', 'closed'].includes(item.type)
    const isTold = toTell === this.#heard && (!isPublic || this.#lastHeard === item.type)
    this.#require(isTold, () => `listen() told ${this.#heard} events, and the log has ${toTell}`)
    // One more than events: the table at the beginning.
    const isShown = toShow + 1 === this.#snapshots
    this.#require(isShown, () => `liveEntries() gave ${this.#snapshots - 1} tables for ${toShow} changes`)
  }

  #checkEntry(address: string): void {
    const told = this.told.entries.get(address)
    const state = this.log.counts.closed ? undefined : this.#hub.getState(address)
    this.#require(state === told?.state, () => `getState() says ${state}, and listen() told ${told?.state}`)
    if (told?.state !== 'connected') return
    const isAlive = told.rpc instanceof SimRpc && !told.rpc.closed
    this.#require(isAlive, () => `${address} is connected, and its announced link is closed`)
  }

  #checkStats(): void {
    const {entries, attempts, reserve} = this.#hub.stats()
    const count = entries.connected + entries.connecting + entries.disconnecting
    this.#require(count === this.told.entries.size, () => `stats() counts ${count} entries`)
    const began = this.log.counts.connecting ?? 0
    this.#require(attempts === began, () => `stats() counts ${attempts} attempts, and the log ${began}`)
    const live = this.#network.open.size
    this.#require(reserve <= live, () => `stats() counts ${reserve} links in reserve, where ${live} are live`)
  }

  #watchCalls(): void {
    const hub = this.#hub
    const connect = hub.connect.bind(hub)
    const disconnect = hub.disconnect.bind(hub)
    hub.connect = (address, ...rest) => this.calls.track(`connect ${address}`, connect(address, ...rest))
    hub.disconnect = (address) => this.calls.track(`disconnect ${address}`, disconnect(address))
  }

  #read<T>(source: Source<T>, each: (item: T) => void): void {
    pull(
      source,
      pull.drain(each, () => {
        this.#ended++
      }),
    )
  }

  #stall(): void {
    const source = this.#hub.liveEntries()
    let isAsking = false
    this.#ask = (callback) => {
      if (isAsking) return
      isAsking = true
      source(null, (end, entries) => {
        isAsking = false
        if (end) this.#ended++
        else if (entries) callback(entries)
      })
    }
    this.#ask(() => {})
  }

  readonly #note = (rpc: SimRpc): void => {
    this.#announced.add(rpc)
    this.links.arrives(rpc)
  }

  #require(holds: boolean, message: () => string): void {
    if (!holds) this.#fail(message())
  }

  #fail(message: string): void {
    this.failure ??= message
  }
}

function isAsTold(entries: readonly Entry[], {entries: told}: ToldTable): boolean {
  if (entries.length !== told.size) return false
  let i = 0
  for (const [address, {state}] of told) {
    const [at, data] = entries[i++] ?? []
    if (at !== address || data?.state !== state) return false
  }
  return true
}
