import type {Entry, ListenEvent} from '../../src/types'
import type {Network} from './network'
import {SimRpc} from './sim-rpc'
import {seconds} from './time'

/** How long an inbound link waits for our dial, and from when on a further one means that its peer has come back. */
const patience = seconds(2)

interface Announced {
  readonly rpc: SimRpc
  readonly at: number
}

/**
 * Which link of a peer is announced: never a dead one when the peer is back, and of two dials that cross, ours, because
 * who opened a link keeps it alive by pings.
 */
export class LinkWatch {
  /** How often a peer came back while we believed in its old link. */
  returns = 0
  /** How long an entry was announced with a dead link at most before its peer was back, or before we noticed: in ms. */
  longestDead = 0
  /** How often an entry stayed announced with a dead link, although its peer was back. */
  deadAfterReturn = 0
  /** How many dials of ours crossed one of theirs, and were answered within the time that theirs waits. */
  crossings = 0
  /** In how many of these theirs was announced: then nobody pings. */
  unpinged = 0
  readonly #network: Network
  readonly #announced = new Map<string, Announced>()
  /** By address: the inbound links that wait for our dial, and since when. */
  readonly #crossing = new Map<string, number>()
  /** What came back, until it is looked at. */
  #returned: {readonly address: string; readonly old: SimRpc; readonly rpc: SimRpc}[] = []
  readonly #entries: () => Iterable<Entry>
  readonly #onWrong: (message: string) => void

  constructor(network: Network, entries: () => Iterable<Entry>, onWrong: (message: string) => void) {
    this.#network = network
    this.#entries = entries
    this.#onWrong = onWrong
  }

  /** Before the hub hears of an rpc: to which entry it comes, and what becomes of that. */
  arrives(rpc: SimRpc): void {
    if (rpc.isClient || rpc.closed || !this.#network.stack.isReady) return
    for (const [address, {key, state}] of this.#entries()) {
      if (key !== rpc.id || state === 'disconnecting') continue
      return state === 'connecting' ? this.#crosses(address) : this.#comesBack(address, rpc)
    }
  }

  hear(event: ListenEvent): void {
    const {address, type} = event
    this.#ends(address)
    const since = this.#crossing.get(address)
    if (type !== 'connecting') this.#crossing.delete(address)
    if (event.type !== 'connected' || !(event.details.rpc instanceof SimRpc)) return
    const {rpc} = event.details
    const at = this.#network.clock.now()
    this.#announced.set(address, {rpc, at})
    if (since === undefined) return
    if (rpc.isClient) this.crossings++
    else if (at - since < patience && this.#network.dials.endedAt(address) !== at) {
      this.crossings++
      this.unpinged++
      this.#onWrong(`${address} was dialled by both, and the link of the other side is announced`)
    }
  }

  /** At a moment when nothing more can happen without time passing. */
  atRest(): void {
    for (const {address, old, rpc} of this.#returned.splice(0)) {
      if (rpc.closed || this.#announced.get(address)?.rpc !== old) continue
      this.deadAfterReturn++
      this.#onWrong(`${address} is announced with its old link, and its peer is back`)
    }
  }

  #crosses(address: string): void {
    if (!this.#crossing.has(address)) this.#crossing.set(address, this.#network.clock.now())
  }

  #comesBack(address: string, rpc: SimRpc): void {
    const announced = this.#announced.get(address)
    if (!announced || this.#network.clock.now() - announced.at <= patience) return
    if (announced.rpc.lostAt !== undefined) this.returns++
    this.#returned.push({address, old: announced.rpc, rpc})
  }

  #ends(address: string): void {
    const {rpc} = this.#announced.get(address) ?? {}
    this.#announced.delete(address)
    if (rpc?.lostAt === undefined) return
    this.longestDead = Math.max(this.longestDead, this.#network.clock.now() - rpc.lostAt)
  }
}
