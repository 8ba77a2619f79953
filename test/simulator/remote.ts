import {awayFor, habitsOf, onlineFor, pauseFor, visitFor} from './habits'
import type {Network} from './network'
import type {Resident} from './population'
import type {Random} from './random'
import type {SimRpc} from './sim-rpc'
import {minutes, seconds} from './time'

/** One remote peer: it comes online, connects to us, leaves, breaks off, and goes to sleep. */
export class Remote {
  readonly id: string
  readonly addresses: readonly string[]
  isOnline = false
  readonly #resident: Resident
  readonly #network: Network
  readonly #random: Random
  readonly #links = new Set<SimRpc>()
  /** What it does next by itself: all timers of those who went offline are gone. */
  #plans = new Set<unknown>()
  /** How often its connection will still break and come back. */
  #flaps = 0

  constructor(resident: Resident, network: Network, random: Random) {
    this.id = resident.id
    this.addresses = resident.addresses
    this.#resident = resident
    this.#network = network
    this.#random = random
  }

  start(): void {
    const {kind} = this.#resident
    if (kind === 'gone') return
    const {online, away} = habitsOf[kind]
    if (this.#random.chance(online / (online + away))) return this.#comeOnline()
    this.#plan(this.#awayFor() * this.#random.next(), () => this.#comeOnline())
  }

  /** Connects to us, from an address that nobody has seen before. */
  visit(): void {
    if (!this.isOnline || (this.#links.size > 0 && !this.#random.chance(0.1))) return
    const port = Math.floor(this.#random.between(32_768, 61_000))
    const [key] = this.id.slice(1).split('.')
    const host = `203.0.113.${Math.floor(this.#random.between(1, 255))}`
    const rpc = this.#network.arrive(this, `net:${host}:${port}~shs:${key}`)
    if (rpc) return this.entertain(rpc)
    this.#plan(pauseFor(this.#habits, this.#random), () => this.visit())
  }

  /** Has a connection, for a while. */
  entertain(rpc: SimRpc): void {
    if (rpc.closed) return
    this.#links.add(rpc)
    const length =
      this.#flaps > 0 ? this.#random.exponential(seconds(8)) : visitFor(this.#habits, this.#random)
    const end = this.#network.clock.setTimeout(() => this.#leave(rpc), length)
    if (this.#random.chance(this.#habits.roams)) {
      this.#plan(length * this.#random.next(), () => this.#roam(rpc))
    }
    rpc.once('closed', () => {
      this.#network.clock.clearTimeout(end)
      if (this.#links.delete(rpc)) this.#wasLeft()
    })
  }

  get #habits() {
    return habitsOf[this.#resident.kind]
  }

  #awayFor(): number {
    return awayFor(this.#habits, this.#resident.zone, this.#network.clock.now(), this.#random)
  }

  #comeOnline(): void {
    this.isOnline = true
    if (this.#random.chance(this.#habits.flaps)) this.#flaps = Math.floor(this.#random.pareto(2, 1.3)) % 50
    this.#plan(onlineFor(this.#habits, this.#random), () => this.#goOffline())
    this.#plan(this.#random.exponential(seconds(10)), () => this.visit())
  }

  #goOffline(): void {
    const {clock} = this.#network
    for (const plan of this.#plans) clock.clearTimeout(plan)
    this.#plans = new Set()
    this.isOnline = false
    this.#flaps = 0
    const links = [...this.#links]
    this.#links.clear()
    for (const rpc of links) this.#end(rpc)
    this.#plan(this.#awayFor(), () => this.#comeOnline())
  }

  #leave(rpc: SimRpc): void {
    if (this.#links.delete(rpc)) this.#wasLeft()
    this.#end(rpc)
  }

  /** It is in another network, from where it connects anew, and does not believe in the old connection any more. */
  #roam(rpc: SimRpc): void {
    if (!this.#links.delete(rpc)) return
    this.#network.vanish(rpc)
    this.#plan(this.#random.exponential(seconds(5)), () => this.visit())
  }

  #end(rpc: SimRpc): void {
    if (this.#random.chance(this.#habits.vanishes)) this.#network.vanish(rpc)
    else rpc.die()
  }

  /** A connection is over, whoever ended it: it comes back, at once if it flaps. */
  #wasLeft(): void {
    if (!this.isOnline || this.#links.size > 0) return
    const pause = this.#flaps-- > 0 ? this.#random.exponential(seconds(3)) : this.#pause()
    this.#plan(pause, () => this.visit())
  }

  #pause(): number {
    this.#flaps = 0
    return Math.min(pauseFor(this.#habits, this.#random), minutes(90))
  }

  #plan(ms: number, work: () => void): void {
    const plan = this.#network.clock.setTimeout(() => {
      this.#plans.delete(plan)
      work()
    }, ms)
    this.#plans.add(plan)
  }
}
