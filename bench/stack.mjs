/**
 * The least of a secret-stack that both packages accept, and as fast as it can be: what is measured
 * is the hub.
 */

/** A peer, as its number says. Its address has an IPv4 host, because 1.2.1 throws for names. */
export class Peer {
  constructor(number) {
    const bytes = Buffer.alloc(32, 'ssb-conn-hub')
    bytes.writeUInt32BE(number, 12)
    const base64 = bytes.toString('base64')
    this.key = `@${base64}.ed25519`
    // From the buffer and back, because V8 looks a string up slowly that is still in parts.
    const host = `45.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
    this.address = Buffer.from(`net:${host}:8008~shs:${base64}`).toString()
  }
}

export class BenchRpc {
  closed = false
  #listeners = []

  constructor({key, address}) {
    this.id = key
    this.stream = {address}
  }

  on(_closed, listener) {
    this.#listeners.push(listener)
  }

  removeListener(_closed, listener) {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  close(_error, callback) {
    this.die()
    callback()
  }

  /** The remote closes. */
  die() {
    this.closed = true
    for (const listener of this.#listeners) listener()
  }
}

export class BenchStack {
  id = new Peer(0xffffffff).key
  peers = {}
  #dialled = new Map()
  #listeners = []

  /** @param peers those that may be dialled */
  constructor(peers = []) {
    for (const peer of peers) this.#dialled.set(peer.address, peer)
  }

  addListener(_rpcConnect, listener) {
    this.#listeners.push(listener)
  }

  removeListener(_rpcConnect, listener) {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  /** Bound, because 1.2.1 takes it out of its object. It calls back in the same tick. */
  connect = (address, callback) => {
    const peer = this.#dialled.get(address)
    if (!peer) return callback(Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'}))
    const rpc = new BenchRpc(peer)
    this.announce(rpc, true)
    callback(null, rpc)
  }

  /** A remote connects to us. */
  incoming(peer) {
    const rpc = new BenchRpc(peer)
    this.announce(rpc, false)
    return rpc
  }

  announce(rpc, isClient) {
    for (const listener of this.#listeners) listener(rpc, isClient)
  }
}
