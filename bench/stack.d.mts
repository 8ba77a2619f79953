import type {SSB} from '../src/connections/stack'

export declare class Peer {
  readonly key: string
  readonly address: string
  constructor(number: number)
}

export declare class BenchRpc {
  readonly id: string
  constructor(peer: Peer)
  die(): void
}

export interface BenchStack extends SSB {}

export declare class BenchStack {
  constructor(peers?: readonly Peer[])
  connect(address: string, callback: (error?: unknown, rpc?: unknown) => void): void
  addListener(event: 'rpc:connect', listener: (rpc: unknown, isClient: unknown) => void): void
  incoming(peer: Peer): BenchRpc
}
