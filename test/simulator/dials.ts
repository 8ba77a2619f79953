import type {Network} from './network'
import {oddAddresses} from './population'
import type {Remote} from './remote'
import {networkError, type SimRpc} from './sim-rpc'
import type {DialCallback} from './sim-stack'
import {hours, minutes, seconds} from './time'

interface Dial {
  readonly address: string
  readonly callback: DialCallback
}

/** Our dials, and how they end: at once, late, twice or never. */
export class Dials {
  readonly #network: Network
  readonly #places = new Map<string, Remote>()
  readonly #inFlight = new Set<Dial>()
  /** When a dial to the address failed last, or came to nothing. */
  readonly #endedAt = new Map<string, number>()

  constructor(network: Network, remotes: readonly Remote[]) {
    this.#network = network
    for (const remote of remotes) for (const address of remote.addresses) this.#places.set(address, remote)
  }

  /** The addresses whose dials have not called back. */
  inFlight(): string[] {
    return Array.from(this.#inFlight, ({address}) => address)
  }

  endedAt(address: string): number | undefined {
    return this.#endedAt.get(address)
  }

  dial(address: string, callback: DialCallback): void {
    const {isUp, random} = this.#network
    if (address === oddAddresses.impossible) throw new RangeError('Port should be >= 0 and < 65536')
    const dial = {address, callback}
    this.#inFlight.add(dial)
    if (!isUp && random.chance(0.5)) return this.#fail(dial, 'ENETUNREACH')
    const remote = this.#places.get(address)
    const latency = Math.min(random.logNormal(250, 1), minutes(1))
    if (address === oddAddresses.ourselves || this.#isReachable(address, remote)) {
      if (remote && random.chance(0.25)) this.#later(latency * random.next(), () => remote.visit())
      return this.#later(latency, () => this.#arrive(dial, remote))
    }
    // Who is not at home leaves us waiting for long, unless a machine is there that refuses.
    if (random.chance(0.4)) return this.#later(latency, () => this.#fail(dial, 'ECONNREFUSED'))
    this.#later(random.between(seconds(20), minutes(2)), () => this.#fail(dial, 'ETIMEDOUT'))
  }

  /** The network is gone: most dials end at once, some wait for their time-out. */
  breakDown(): void {
    for (const dial of this.#inFlight) {
      const delay = this.#network.random.exponential(300)
      if (this.#network.random.chance(0.6)) this.#later(delay, () => this.#fail(dial, 'ENETDOWN'))
    }
  }

  #isReachable(address: string, remote: Remote | undefined): boolean {
    const chance = address.startsWith('tunnel:') ? 0.7 : 0.93
    return remote?.isOnline === true && this.#network.random.chance(chance)
  }

  #arrive(dial: Dial, remote: Remote | undefined): void {
    if (!this.#inFlight.has(dial)) return
    const {isUp, random, stack} = this.#network
    if (!isUp || remote?.isOnline === false) return this.#fail(dial, 'ECONNRESET')
    const chance = random.next()
    // A handshake that hangs.
    if (chance < 0.003) return this.#later(hours(1), () => this.#fail(dial, 'ETIMEDOUT'))
    const rpc = this.#network.link(remote?.id ?? stack.id, dial.address, true)
    stack.announce(rpc)
    remote?.entertain(rpc)
    // A plugin that hooks ssb.connect() lets its callback come late.
    if (chance < 0.013) return this.#later(random.exponential(100), () => this.#succeed(dial, rpc))
    if (chance < 0.02) {
      this.#endedAt.set(dial.address, this.#network.clock.now())
      rpc.die()
    }
    this.#succeed(dial, rpc)
    if (chance > 0.99) dial.callback(null, rpc)
    if (chance > 0.985 && chance < 0.99) dial.callback(networkError('EPIPE', 'called back twice'))
  }

  #succeed(dial: Dial, rpc: SimRpc): void {
    if (this.#inFlight.delete(dial)) dial.callback(null, rpc)
  }

  #fail(dial: Dial, code: string): void {
    this.#endedAt.set(dial.address, this.#network.clock.now())
    if (this.#inFlight.delete(dial)) dial.callback(networkError(code, `${code} ${dial.address}`))
  }

  #later(ms: number, work: () => void): void {
    this.#network.clock.setTimeout(work, ms)
  }
}
