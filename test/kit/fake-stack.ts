import {EventEmitter} from 'node:events'
import type {SSB} from '../../src/types'

export const ourKey = keyOfName('us')

/** A key that looks like one, from a name. */
export function keyOfName(name: string): string {
  return `@${base64OfName(name)}.ed25519`
}

export function addressOf(name: string, host = `${name}.example.com`): string {
  return `net:${host}:8008~shs:${base64OfName(name)}`
}

function base64OfName(name: string): string {
  return Buffer.alloc(32, name).toString('base64')
}

/** How an rpc behaves when it is closed. */
export type CloseMode = 'closes' | 'fails' | 'hangs' | 'throws' | 'is silent'

/** An rpc of which every outcome is the test's to choose. */
export class FakeRpc extends EventEmitter {
  readonly id: string
  readonly stream: {address: string | undefined}
  closed = false
  closeMode: CloseMode = 'closes'
  /** What a close that fails or throws gives. */
  closeError: unknown = new Error('close failed')
  /** How often the hub closed it. */
  closes = 0
  readonly #callbacks: ((error?: unknown) => void)[] = []

  constructor(id: string, address?: string) {
    super()
    this.id = id
    this.stream = {address}
  }

  close(_error: unknown, callback: (error?: unknown) => void = () => {}): void {
    this.closes++
    switch (this.closeMode) {
      case 'closes':
        this.die()
        return callback()
      case 'is silent':
        // It calls back, but no `closed` event is heard.
        this.closed = true
        return callback()
      case 'fails':
        return callback(this.closeError)
      case 'throws':
        throw this.closeError
      case 'hangs':
        this.#callbacks.push(callback)
    }
  }

  /** Answers the closes that hang. */
  answerCloses(error?: unknown): void {
    for (const callback of this.#callbacks.splice(0)) callback(error)
  }

  /** The connection is gone. */
  die(): void {
    if (this.closed) return
    this.closed = true
    this.emit('closed')
  }
}

/** One dial that the hub made. It waits until the test decides. */
export class FakeDial {
  readonly address: string
  readonly #stack: FakeStack
  readonly #callback: (error?: unknown, rpc?: unknown) => void

  constructor(stack: FakeStack, address: string, callback: (error?: unknown, rpc?: unknown) => void) {
    this.#stack = stack
    this.address = address
    this.#callback = callback
  }

  /** As secret-stack does it: the rpc is announced, and the callback follows in the same tick. */
  succeed(rpc: FakeRpc = this.rpc()): FakeRpc {
    this.#stack.announce(rpc, true)
    this.#callback(null, rpc)
    return rpc
  }

  fail(error: unknown = new Error('connection refused')): void {
    this.#callback(error)
  }

  callBack(error?: unknown, rpc?: unknown): void {
    this.#callback(error, rpc)
  }

  /** The rpc that the dialled address leads to. */
  rpc(): FakeRpc {
    const key = /shs:([^:]+)/.exec(this.address)?.[1]
    return new FakeRpc(key ? `@${key}.ed25519` : keyOfName('somebody'), this.address)
  }
}

/** The part of secret-stack that a hub sees. */
export class FakeStack extends EventEmitter implements SSB {
  readonly id: string = ourKey
  readonly peers: Record<string, FakeRpc[]> = {}
  readonly dials: FakeDial[] = []
  isReady = true
  /** Where set, it answers each dial at once. */
  onDial: ((dial: FakeDial) => void) | undefined

  ready(): boolean {
    return this.isReady
  }

  connect(address: string, callback: (error?: unknown, rpc?: unknown) => void): void {
    const dial = new FakeDial(this, address, callback)
    this.dials.push(dial)
    this.onDial?.(dial)
  }

  /** The dial that the hub made last. */
  get lastDial(): FakeDial {
    const dial = this.dials.at(-1)
    if (!dial) throw new Error('the hub has not dialled')
    return dial
  }

  /** A remote connects to us. */
  incoming(name: string, address = `net:192.0.2.1:50000~shs:${base64OfName(name)}`): FakeRpc {
    return this.announce(new FakeRpc(keyOfName(name), address), false)
  }

  /** Another plugin of ours dials by itself. */
  dialByPlugin(name: string, address = addressOf(name)): FakeRpc {
    return this.announce(new FakeRpc(keyOfName(name), address), true)
  }

  announce(rpc: FakeRpc, isClient: boolean): FakeRpc {
    this.peers[rpc.id] ??= []
    const rpcs = this.peers[rpc.id] ?? []
    rpcs.push(rpc)
    rpc.once('closed', () => rpcs.splice(rpcs.indexOf(rpc), 1))
    this.emit('rpc:connect', rpc, isClient)
    return rpc
  }
}
