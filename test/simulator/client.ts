import createNotify, {type Notify} from 'pull-notify'
import type {Network} from './network'
import {pingOf} from './ping'
import {oddAddresses, type Resident} from './population'
import type {Random} from './random'
import type {SimRpc} from './sim-rpc'
import {hours, seconds} from './time'

/** How many addresses its book has: `ssb-conn` copies all of them several times whenever it looks. */
const bookSize = 300
/** How many of the peers that there are it follows, or its friends follow. */
const circle = 1000

interface Conn {
  remember(address: string, data: object): void
}

/** The peer of one user, as far as `ssb-conn` sees it: what it is told of friends, rooms and the local network. */
export class Client {
  readonly id: string
  readonly #network: Network
  readonly #random: Random
  readonly #hops: Record<string, number> = {}
  readonly #newHops: Notify<object> = createNotify()
  readonly #nearby: Notify<object> = createNotify()
  readonly #attendants: Notify<object> = createNotify()
  readonly #plugins: Record<string, unknown> = {}
  #closed = false
  #end = () => {}

  constructor(network: Network) {
    this.id = network.stack.id
    this.#network = network
    this.#random = network.random.fork()
    for (const {id} of network.residents.slice(0, circle)) {
      this.#hops[id] = this.#random.pick([1, 2, 2, 3, 3, 3, -1])
    }
    network.stack.prependListener('rpc:connect', letPing)
  }

  readonly close = Object.assign(() => this.#close(), {
    hook: (hook: (this: unknown, next: () => void, args: unknown[]) => void) => {
      this.#end = () => hook.call(this, () => {}, [])
    },
  })

  get conn(): unknown {
    return this.#plugins.CONN
  }

  get connScheduler(): unknown {
    return this.#plugins.ConnScheduler
  }

  readonly friends = {
    hopStream: () => {
      const source = this.#newHops.listen()
      this.#newHops({...this.#hops})
      return source
    },
  }

  readonly lan = {
    start: () => {},
    stop: () => {},
    discoveredPeers: () => this.#nearby.listen(),
  }

  readonly roomClient = {discoveredAttendants: () => this.#attendants.listen()}

  use(name: string, plugin: unknown): void {
    this.#plugins[name] = plugin
  }

  /** Fills the book, and finds peers from now on. */
  start(): void {
    const {residents} = this.#network
    const conn = this.conn as Conn
    const homes = residents.filter(({kind}) => kind === 'pub' || kind === 'gone')
    const book = homes.flatMap(({id, addresses}) => addresses.map((address) => ({id, address})))
    for (const {id, address} of book.slice(0, bookSize)) {
      this.#hops[id] ??= this.#random.pick([1, 2])
      conn.remember(address, {key: id, type: this.#random.chance(0.2) ? 'room' : 'pub'})
    }
    for (const address of Object.values(oddAddresses)) conn.remember(address, {type: 'room'})
    this.#every(seconds(5), () =>
      this.#discover('net:192.168.', (address) => this.#nearby({address, verified: true})),
    )
    this.#every(seconds(20), () =>
      this.#discover('tunnel:', (address, {id}) =>
        this.#attendants({address, key: id, room: address.slice(7, 60), roomName: 'room'}),
      ),
    )
    this.#every(hours(1), () => this.#newHops({[this.#random.pick(residents.slice(0, circle)).id]: -1}))
  }

  #discover(start: string, tell: (address: string, resident: Resident) => void): void {
    for (let i = 0; i < 50; i++) {
      const resident = this.#random.pick(this.#network.residents)
      const address = resident.addresses.find((one) => one.startsWith(start))
      if (address) return tell(address, resident)
    }
  }

  #close(): void {
    this.#closed = true
    this.#network.stack.off('rpc:connect', letPing)
    this.#end()
  }

  #every(period: number, work: () => void): void {
    this.#network.clock.setTimeout(() => {
      if (this.#closed) return
      work()
      this.#every(period, work)
    }, period)
  }
}

/** Before anybody hears of a connection of ours, its remote can be pinged. */
function letPing(rpc: SimRpc): void {
  if (rpc.isClient) Object.assign(rpc, {gossip: {ping: pingOf(rpc)}})
}
