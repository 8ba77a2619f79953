// A stack and its rpcs without a module of Node's: what a page can have where nothing is polyfilled.

type Callback = (error?: unknown, rpc?: unknown) => void
type ConnectListener = (rpc: unknown, isClient: unknown) => void

const keys = {us: 'u', alice: 'a', bob: 'b', carol: 'c', dave: 'd'}

export type Name = keyof typeof keys

function base64Of(name: Name): string {
  return `${keys[name].repeat(42)}A=`
}

export function addressOf(name: Name): string {
  return `ws://${name}.example.com:8989~shs:${base64Of(name)}`
}

/** An rpc whose close works, or never answers. */
export class PageRpc {
  readonly id: string
  readonly stream: {readonly address: string}
  closed = false
  hangs = false
  #listener = () => {}

  constructor(name: Name) {
    this.id = `@${base64Of(name)}.ed25519`
    this.stream = {address: addressOf(name)}
  }

  on(_event: 'closed', listener: () => void): void {
    this.#listener = listener
  }

  removeListener(): void {
    this.#listener = () => {}
  }

  close(_error: unknown, callback: () => void): void {
    if (this.hangs) return
    this.closed = true
    this.#listener()
    callback()
  }
}

/** A stack that answers each dial in the next microtask. */
export class PageStack {
  readonly id = `@${base64Of('us')}.ed25519`
  readonly #listeners = new Set<ConnectListener>()
  /** The answers of the dials, by address; where there is none the dial fails. */
  readonly #rpcs = new Map<string, PageRpc>()

  get listenerCount(): number {
    return this.#listeners.size
  }

  /** Dials to the address will lead to this rpc. */
  offer(rpc: PageRpc, address = rpc.stream.address): void {
    this.#rpcs.set(address, rpc)
  }

  connect(address: string, callback: Callback): void {
    const rpc = this.#rpcs.get(address)
    Promise.resolve().then(() => {
      if (!rpc) return callback(new Error('connection refused'))
      this.announce(rpc, true)
      callback(null, rpc)
    })
  }

  announce(rpc: PageRpc, isClient: boolean): void {
    for (const listener of this.#listeners) listener(rpc, isClient)
  }

  addListener(_event: 'rpc:connect', listener: ConnectListener): void {
    this.#listeners.add(listener)
  }

  removeListener(_event: 'rpc:connect', listener: ConnectListener): void {
    this.#listeners.delete(listener)
  }
}
