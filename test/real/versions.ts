import type {EventEmitter} from 'node:events'
import {createRequire} from 'node:module'

// secret-stack 8 can be required, but not imported.
const load = createRequire(__filename)
const ssbKeys: {generate(): {readonly id: string}} = load('ssb-keys')

/** The versions of secret-stack that every scenario runs on, by their package names: 8, and 6.4. */
export const versions = ['secret-stack', 'secret-stack-6'] as const

export type Version = (typeof versions)[number]

/** What we use of a muxrpc connection of the real stack. */
export interface Rpc extends EventEmitter {
  readonly id: string
  readonly closed: boolean
  readonly stream: {readonly address: string}
  close(error: unknown, callback?: (error?: unknown) => void): unknown
}

export type Dial = (address: string, callback: (error?: unknown, rpc?: Rpc) => void) => void

/** What we use of a peer of the real stack. */
export interface Stack extends EventEmitter {
  readonly id: string
  readonly peers: {readonly [id: string]: readonly Rpc[]}
  readonly connect: Dial & {hook(wrapper: (dial: Dial, args: Parameters<Dial>) => void): unknown}
  close(error: unknown, callback: (error?: unknown) => void): void
}

export interface StackOptions {
  readonly host: string
  readonly port: number
  /** How long a handshake may take, in ms. */
  readonly handshake?: number
}

/** A network of our own: no other program's peer speaks with ours. */
export const networkKey = Buffer.alloc(32, 'ssb-conn-hub').toString('base64')

/** The configuration of a peer, which each version wants in a shape of its own. Plain JSON. */
export function configOf(version: Version, {host, port, handshake = 15_000}: StackOptions): object {
  const config = {
    caps: {shs: networkKey},
    keys: ssbKeys.generate(),
    timers: {handshake, inactivity: 600_000},
    connections: {
      incoming: {net: [{scope: 'device', transform: 'shs', host, port}]},
      outgoing: {net: [{transform: 'shs'}]},
    },
  }
  return version === 'secret-stack' ? {global: config} : config
}

export function createStack(version: Version, options: StackOptions): Stack {
  const SecretStack: (defaults: object) => (config: object) => Stack = load(version)
  return SecretStack({})(configOf(version, options))
}

/** The key of a peer that does not exist. */
export function generateId(): string {
  return ssbKeys.generate().id
}
