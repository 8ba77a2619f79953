import pull from 'pull-stream'
import type ConnHub from '../../src/index'
import type {ListenEvent} from '../../src/types'
import {KnownPeer} from './known-peer'
import type {Network} from './network'
import {oddAddresses} from './population'
import type {Random} from './random'
import {minutes, seconds} from './time'

export type Hub = ConnHub

/**
 * A small connection scheduler: it keeps a quota of connections, calls slow dials off, backs off from
 * peers that fail, exchanges old connections for new ones, keeps statistics in the entries' metadata,
 * and resets the hub when the network is another one. Beside it, a user who asks for odd things.
 */
export class Scheduler {
  readonly #hub: Hub
  readonly #network: Network
  readonly #random: Random
  readonly #book: readonly KnownPeer[]
  readonly #known = new Map<string, KnownPeer>()
  /** When each attempt, and each connection that we asked for, began. */
  readonly #dialling = new Map<string, number>()
  readonly #outgoing = new Map<string, number>()
  readonly #connected = new Set<string>()
  readonly #quota: number
  readonly #most: number
  #stopped = false

  constructor(hub: Hub, network: Network, peers: number) {
    this.#hub = hub
    this.#network = network
    this.#random = network.random.fork()
    this.#quota = 5 + Math.round(Math.sqrt(peers) / 2)
    this.#most = Math.max(20, peers / 12)
    const addresses = network.residents.flatMap((resident) => resident.addresses)
    this.#book = [...Object.values(oddAddresses), ...addresses].map((address) => new KnownPeer(address))
    for (const peer of this.#book) this.#known.set(peer.address, peer)
  }

  start(): void {
    pull(
      this.#hub.listen(),
      pull.drain((event) => this.#hear(event)),
    )
    this.#network.onSwitch = () => this.#hub.reset()
    this.#every(seconds(1), () => this.#update())
    this.#every(minutes(1), () => this.#ping())
    this.#every(seconds(45), () => this.#useByHand())
  }

  stop(): void {
    this.#stopped = true
  }

  #hear({type, address}: ListenEvent): void {
    const now = this.#network.clock.now()
    const peer = this.#known.get(address)
    switch (type) {
      case 'connecting':
        this.#dialling.set(address, now)
        if (peer) this.#hub.update(address, peer.data())
        return
      case 'connecting-failed':
        this.#dialling.delete(address)
        return peer?.failed(now)
      case 'connected':
        this.#connected.add(address)
        if (this.#dialling.delete(address)) this.#outgoing.set(address, now)
        peer?.connected(now)
        this.#hub.update(address, {...peer?.data(), stateChange: now})
        // Some plugins reset where others would read on.
        if (this.#random.chance(0.00002)) this.#hub.reset()
        return
      case 'disconnecting':
        this.#dialling.delete(address)
        return
      case 'disconnecting-failed':
        // It is tried again, in some minutes.
        if (this.#outgoing.has(address)) this.#outgoing.set(address, now - minutes(8))
        return
      case 'disconnected':
        this.#connected.delete(address)
        this.#outgoing.delete(address)
        return peer?.disconnected(now)
    }
  }

  #update(): void {
    const now = this.#network.clock.now()
    for (const [address, since] of this.#dialling) {
      if (now - since > seconds(10)) this.#disconnect(address)
    }
    for (const [address, since] of this.#outgoing) {
      if (now - since > minutes(10)) this.#disconnect(address)
    }
    if (this.#connected.size > this.#most) this.#disconnect(this.#random.pick([...this.#connected]))
    const free = this.#quota - this.#outgoing.size - this.#dialling.size
    for (let i = 0; i < free; i++) this.#dial(this.#candidate(), now)
  }

  /** One that failed seldom rather than one that failed often. */
  #candidate(): KnownPeer {
    const [a, b] = [this.#random.pick(this.#book), this.#random.pick(this.#book)]
    return a.failures < b.failures ? a : b
  }

  #dial(peer: KnownPeer, now: number): void {
    if (now < peer.retryAt || this.#connected.has(peer.address)) return
    peer.retryAt = now + seconds(5)
    this.#connect(peer.address, this.#random.chance(0.5) ? peer.data() : undefined)
  }

  /** What the ping of a connected peer tells, once in five minutes or so. */
  #ping(): void {
    for (const address of this.#connected) {
      if (!this.#random.chance(0.2)) continue
      const rtt = Math.round(this.#random.logNormal(80, 0.5))
      const peer = this.#known.get(address)
      peer?.pinged(rtt)
      this.#hub.update(address, peer?.data() ?? {ping: {rtt}})
    }
  }

  /** Calls that a scheduler would not make: twice, crosswise, for a moment, and of what is not there. */
  #useByHand(): void {
    const peers = [this.#random.pick(this.#book), this.#random.pick(this.#book)]
    const connected = this.#random.pick([...this.#connected])
    const address = connected && this.#random.chance(0.5) ? connected : (peers[0]?.address ?? '')
    switch (this.#random.pick(['twice', 'again', 'for a moment', 'everywhere', 'stop', 'note'] as const)) {
      case 'twice':
        this.#connect(address, {by: 'hand'})
        return this.#connect(address, {again: true})
      case 'again':
        this.#disconnect(address)
        this.#connect(address, {by: 'hand'})
        if (this.#random.chance(0.2)) this.#disconnect(address)
        return
      case 'for a moment':
        return this.#connectFor(address, this.#random.exponential(seconds(2)))
      case 'everywhere': {
        const {addresses} = this.#random.pick(this.#network.residents)
        for (const one of addresses) this.#connect(one)
        return
      }
      case 'stop':
        this.#disconnect(address)
        return this.#disconnect(address)
      case 'note':
        this.#hub.update(address, {note: `seen at ${this.#network.clock.now()}`, source: ['hand', null]})
        return
    }
  }

  /** Rejections are counted where the calls are watched. */
  #connect(address: string, data?: object): void {
    this.#hub.connect(address, data).catch(() => {})
  }

  #connectFor(address: string, ms: number): void {
    const giveUp = new AbortController()
    this.#network.clock.setTimeout(() => giveUp.abort(), ms)
    this.#hub.connect(address, null, {signal: giveUp.signal}).catch(() => {})
  }

  #disconnect(address: string): void {
    this.#hub.disconnect(address).catch(() => {})
  }

  #every(period: number, work: () => void): void {
    this.#network.clock.setTimeout(() => {
      if (this.#stopped) return
      work()
      this.#every(period, work)
    }, period)
  }
}
