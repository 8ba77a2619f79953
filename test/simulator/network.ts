import type {Clock} from '../../src/types'
import {Dials} from './dials'
import {populate, type Resident} from './population'
import type {Random} from './random'
import {Remote} from './remote'
import {mannerOf, SimRpc} from './sim-rpc'
import {type DialCallback, SimStack} from './sim-stack'
import {hours, minutes, seconds} from './time'

/**
 * All that is beyond the hub: the remotes, the connections between them and us, and our own access to
 * the net, which comes and goes.
 */
export class Network {
  readonly clock: Clock
  readonly random: Random
  readonly stack: SimStack
  readonly residents: readonly Resident[]
  /** Every connection that is open, as far as we can know. */
  readonly open = new Set<SimRpc>()
  readonly dials: Dials
  /** Whether we are online. */
  isUp = true
  /** Called when our machine notices that its network is another one. */
  onSwitch: () => void = () => {}
  onDeath: (rpc: SimRpc) => void = () => {}
  readonly #remotes: Remote[]
  #stopped = false

  constructor(peers: number, clock: Clock, random: Random) {
    this.clock = clock
    this.random = random
    this.residents = populate(peers, random.fork())
    this.stack = new SimStack(`@${random.base64(32)}.ed25519`, (address, callback: DialCallback) =>
      this.dials.dial(address, callback),
    )
    this.#remotes = this.residents.map((resident) => new Remote(resident, this, random))
    this.dials = new Dials(this, this.#remotes)
  }

  /** Life begins. */
  start(): void {
    for (const remote of this.#remotes) remote.start()
    this.stack.isReady = false
    this.clock.setTimeout(() => this.#becomeReady(), seconds(3))
    this.#later(hours(3), () => this.#becomeUnready())
    this.#later(hours(2.5), () => this.#switchNetworks())
    this.#later(minutes(15), () => this.#dialByPlugin())
  }

  /** Nobody comes any more, and nothing goes wrong any more; dials in flight still end. */
  stop(): void {
    this.#stopped = true
    this.isUp = true
    this.stack.isReady = true
  }

  /** A remote connects to us. Undefined: it cannot reach us now. */
  arrive(remote: Remote, address: string): SimRpc | undefined {
    if (!this.isUp || this.#stopped) return undefined
    const rpc = this.link(remote.id, address, false)
    this.stack.announce(rpc)
    return rpc.closed ? undefined : rpc
  }

  /** A connection that nobody has heard of yet. */
  link(id: string, address: string, isClient: boolean): SimRpc {
    const rpc = new SimRpc({id, address, isClient, manner: mannerOf(this.random)}, this.clock, () => {
      this.open.delete(rpc)
      this.stack.forget(rpc)
      this.onDeath(rpc)
    })
    this.open.add(rpc)
    return rpc
  }

  /** The other side is gone, and nobody tells us: it takes a NAT's or a keep-alive's time-out. */
  vanish(rpc: SimRpc): void {
    rpc.lostAt ??= this.clock.now()
    this.clock.setTimeout(() => rpc.die(), this.random.between(minutes(1), minutes(10)))
  }

  #switchNetworks(): void {
    const {clock, random} = this
    this.isUp = false
    for (const rpc of this.open) {
      if (random.chance(0.3)) this.vanish(rpc)
      else clock.setTimeout(() => rpc.die(), random.exponential(400))
    }
    this.dials.breakDown()
    clock.setTimeout(() => this.onSwitch(), random.between(0, 1500))
    clock.setTimeout(
      () => {
        this.isUp = true
      },
      random.exponential(seconds(20)),
    )
  }

  #becomeReady(): void {
    this.stack.isReady = true
  }

  #becomeUnready(): void {
    this.stack.isReady = false
    this.clock.setTimeout(() => this.#becomeReady(), this.random.exponential(minutes(1)))
  }

  /** Another plugin of ours calls ssb.connect() itself. */
  #dialByPlugin(): void {
    const remote = this.random.pick(this.#remotes)
    const [address] = remote.addresses
    if (!this.isUp || !remote.isOnline || !address) return
    const rpc = this.link(remote.id, address, true)
    this.stack.announce(rpc)
    remote.entertain(rpc)
  }

  /** Does something every now and then. */
  #later(mean: number, work: () => void): void {
    this.clock.setTimeout(() => {
      if (this.#stopped) return
      work()
      this.#later(mean, work)
    }, this.random.exponential(mean))
  }
}
