/** Hubs of both packages, and a bare Map, with so many entries, and what is done to them. */
import pull from 'pull-stream'
import {ConnHub, ConnHub1} from './packages.mjs'
import {BenchStack, Peer} from './stack.mjs'

/** How many peers beside the entries can be dialled, or connect to us. */
const strangers = 5000

/** A hub of each package, with so many connected entries, and a Map of the same. */
export function subjects(size, options) {
  const peers = Array.from({length: size + strangers}, (_, number) => new Peer(number))
  const newcomers = peers.splice(size)
  const stacks = [new BenchStack(newcomers), new BenchStack(newcomers)]
  const hub = fill(new ConnHub(stacks[0], options), stacks[0], peers)
  const hub1 = fillDirectly(new ConnHub1(stacks[1]), peers)
  const bare = new Map(peers.map((peer) => [peer.address, dataOf(peer)]))
  return {
    ours: new HubSubject(peers, hub, stacks[0], newcomers),
    old: new HubSubject(peers, hub1, stacks[1], newcomers),
    bare: new MapSubject(peers, bare),
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
function fillDirectly(hub1, peers) {
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
