import {EventEmitter} from 'node:events'
import type {SSB} from '../../src/types'
import type {SimRpc} from './sim-rpc'

export type DialCallback = (error?: unknown, rpc?: unknown) => void

/** The part of secret-stack that a hub sees, over a simulated network. */
export class SimStack extends EventEmitter implements SSB {
  readonly id: string
  readonly peers: Record<string, SimRpc[]> = {}
  isReady = true
  readonly #dial: (address: string, callback: DialCallback) => void

  constructor(id: string, dial: (address: string, callback: DialCallback) => void) {
    super()
    this.id = id
    this.#dial = dial
  }

  ready(): boolean {
    return this.isReady
  }

  connect(address: string, callback: DialCallback): void {
    this.#dial(address, callback)
  }

  announce(rpc: SimRpc): void {
    const rpcs = this.peers[rpc.id] ?? []
    this.peers[rpc.id] = rpcs
    rpcs.push(rpc)
    this.emit('rpc:connect', rpc, rpc.isClient)
  }

  forget(rpc: SimRpc): void {
    const rest = this.peers[rpc.id]?.filter((other) => other !== rpc) ?? []
    if (rest.length > 0) this.peers[rpc.id] = rest
    else delete this.peers[rpc.id]
  }
}
