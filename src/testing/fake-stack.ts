import type {SSB} from '../connections/stack'
import {keyOf} from '../values/address'
import {Emitter} from './emitter'
import {FakeRpc} from './fake-rpc'
import {addressOf, keyOfName, originOf, ourKey} from './peer-names'

type DialCallback = (error?: unknown, rpc?: unknown) => void

/**
 * One dial that the hub made. It waits until the test decides, for ever if it never does. Every outcome
 * may come in the same tick, later, and more than once.
 */
export class FakeDial {
  /** What the hub dialled. */
  readonly address: string
  readonly #stack: FakeStack
  readonly #callback: DialCallback

  constructor(stack: FakeStack, address: string, callback: DialCallback) {
    this.#stack = stack
    this.address = address
    this.#callback = callback
  }

  /**
   * As secret-stack does it: the rpc is announced, and the callback follows in the same tick.
   *
   * @param rpc the one to give; by default a new one to the dialled address
   */
  succeed(rpc: FakeRpc = this.rpc()): FakeRpc {
    this.#stack.announce(rpc, true)
    this.#callback(null, rpc)
    return rpc
  }

  /** The dial failed. */
  fail(error: unknown = new Error('connection refused')): void {
    this.#callback(error)
  }

  /** Calls back with anything, and does no more: no rpc is announced. */
  callBack(error?: unknown, rpc?: unknown): void {
    this.#callback(error, rpc)
  }

  /** A new rpc to the peer at the dialled address, by the key that the hub reads there; without one, to `somebody`. */
  rpc(): FakeRpc {
    return new FakeRpc(keyOf(this.address) ?? keyOfName('somebody'), this.address)
  }
}

/**
 * The part of secret-stack that a hub sees, without a network: give it to `new ConnHub()`, or to a plugin
 * that makes a hub. Whatever happens in it, the test does.
 */
export class FakeStack extends Emitter implements SSB {
  /** Our own public key. */
  readonly id: string
  /** The rpcs that are open, by the key of their peer. */
  readonly peers: Record<string, FakeRpc[]> = {}
  /** Every dial so far. */
  readonly dials: FakeDial[] = []
  /** What `ready()` answers. A hub closes what connects to a stack that is not ready. */
  isReady = true
  /** Answers each dial in the same tick, where it is set. If it throws, `connect()` does. */
  onDial: ((dial: FakeDial) => void) | undefined

  /** @param id our own public key; `ourKey` by default */
  constructor(id: string = ourKey) {
    super()
    this.id = id
  }

  /** What the hub asks before it takes an rpc: `isReady`. */
  ready(): boolean {
    return this.isReady
  }

  /** What the hub calls to dial. */
  connect(address: string, callback: DialCallback): void {
    const dial = new FakeDial(this, address, callback)
    this.dials.push(dial)
    this.onDial?.(dial)
  }

  /** The latest dial. Throws where there is none. */
  get lastDial(): FakeDial {
    const dial = this.dials[this.dials.length - 1]
    if (!dial) throw new Error('the hub has not dialled')
    return dial
  }

  /** A remote connects to us. */
  incoming(name: string, address: string = originOf(name)): FakeRpc {
    return this.announce(new FakeRpc(keyOfName(name), address), false)
  }

  /** Another plugin of ours dials by itself, and succeeds. At the end of the tick, the hub makes an entry of it. */
  dialByPlugin(name: string, address: string = addressOf(name)): FakeRpc {
    return this.announce(new FakeRpc(keyOfName(name), address), true)
  }

  /** Emits `rpc:connect` for any rpc. It is one of `peers` until it closes. */
  announce(rpc: FakeRpc, isClient: boolean): FakeRpc {
    if (!rpc.closed) this.#hold(rpc)
    this.emit('rpc:connect', rpc, isClient)
    return rpc
  }

  #hold(rpc: FakeRpc): void {
    this.peers[rpc.id] ??= []
    const rpcs = this.peers[rpc.id] ?? []
    rpcs.push(rpc)
    rpc.once('closed', () => rpcs.splice(rpcs.indexOf(rpc), 1))
  }
}
