/** Hubs of both packages, the least hubs, and a bare Map, with so many entries, and what is done to them. */
import {Immer} from 'immer'
import pull from 'pull-stream'
import {Least} from './least.mjs'
import {ConnHub, ConnHub1} from './packages.mjs'
import {BenchStack, Peer} from './stack.mjs'

/** How many peers beside the entries can be dialled, or connect to us. */
const strangers = 5000

const {produce} = new Immer({autoFreeze: false})
const noop = () => {}

/** The least hub, and one with an immer for each event that changes a peer. */
export const leastHubs = {
  least: (stack) => new Least(stack, {listener: noop}),
  immer: (stack) => new Least(stack, {listener: noop, change: (peer, recipe) => produce(peer, recipe)}),
}

/** What is measured, each with so many connected entries: made when it is asked for. */
export function subjects(size) {
  const peers = Array.from({length: size + strangers}, (_, number) => new Peer(number))
  const newcomers = peers.splice(size)
  const subjectOf = (make, fillWith = fill) => {
    const stack = new BenchStack(newcomers)
    return new HubSubject(peers, fillWith(make(stack), stack, peers), stack, newcomers)
  }
  return {
    ours: () => subjectOf((stack) => new ConnHub(stack)),
    old: () => subjectOf((stack) => new ConnHub1(stack), fillDirectly),
    least: () => subjectOf(leastHubs.least),
    immer: () => subjectOf(leastHubs.immer),
    bare: () => new MapSubject(peers, new Map(peers.map((peer) => [peer.address, dataOf(peer)]))),
  }
}

/** All of them connect to us, and get metadata. */
export function fill(hub, stack, peers) {
  for (const peer of peers) {
    stack.incoming(peer)
    hub.update(peer.address, metadata)
  }
  return hub
}

/** As `fill` does, but for 1.2.1, to whom each connection costs a scan of the whole table. */
function fillDirectly(hub1, _stack, peers) {
  const disconnect = (callback) => callback()
  for (const peer of peers) hub1._peers.set(peer.address, {...dataOf(peer), disconnect})
  return hub1
}

/** What ssb-conn knows of a peer. */
const metadata = {
  source: 'stored',
  birth: 1_600_000_000_000,
  stateChange: 1_700_000_000_000,
  failure: 0,
  autoconnect: true,
  duration: {mean: 5210.5, stdev: 310.25, count: 12, sum: 62526, sqsum: 326_941_002},
}

function dataOf({key}) {
  const now = Date.now()
  const own = {
    state: 'connected',
    key,
    inferredType: 'internet',
    inbound: true,
    hubBirth: now,
    hubUpdated: now,
  }
  return {...own, ...metadata}
}

/** One operation after the other, of which each leaves as many entries as there were. */
class Subject {
  #addresses
  #at = 0
  count = 0

  constructor(peers) {
    this.#addresses = peers.map(({address}) => address)
  }

  /** In an order that has nothing to do with that of the table. */
  nextAddress() {
    this.#at = (this.#at + 7919) % this.#addresses.length
    return this.#addresses[this.#at]
  }
}

class MapSubject extends Subject {
  #map

  constructor(peers, map) {
    super(peers)
    this.#map = map
  }

  update = () => {
    const address = this.nextAddress()
    this.#map.set(address, {...this.#map.get(address), failure: this.count++, hubUpdated: Date.now()})
  }
}

class HubSubject extends Subject {
  hub
  #size
  #stack
  #newcomers

  constructor(peers, hub, stack, newcomers) {
    super(peers)
    this.#size = peers.length
    this.hub = hub
    this.#stack = stack
    this.#newcomers = newcomers
  }

  /** Readers that always ask for more. */
  read({liveEntries = 0, listen = 0}) {
    for (let i = 0; i < liveEntries; i++) pull(this.hub.liveEntries(), pull.drain())
    for (let i = 0; i < listen; i++) pull(this.hub.listen(), pull.drain())
  }

  update = () => {
    this.hub.update(this.nextAddress(), {failure: this.count++})
  }

  getState = () => this.hub.getState(this.nextAddress())

  /** All entries are read. */
  entries = () => {
    let length = 0
    for (const [address] of this.hub.entries()) length += address.length
    return length
  }

  'update + entries' = () => {
    this.update()
    return this.entries()
  }

  'connect + close' = async () => {
    const rpc = await this.hub.connect(this.#nextNewcomer().address)
    rpc.die()
  }

  'incoming + close' = () => {
    this.#stack.incoming(this.#nextNewcomer()).die()
  }

  /** Only so many that the table hardly grows by them, until they close. */
  get incoming() {
    const rpcs = []
    const task = () => rpcs.push(this.#stack.incoming(this.#nextNewcomer()))
    const undo = () => {
      for (const rpc of rpcs.splice(0)) rpc.die()
    }
    return Object.assign(task, {undo, most: Math.min(100, Math.max(5, Math.round(this.#size / 10)))})
  }

  #nextNewcomer() {
    return this.#newcomers[this.count++ % strangers]
  }
}
