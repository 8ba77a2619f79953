import {once} from 'node:events'
import {expect, onTestFinished, vi} from 'vitest'
import ConnHub from '../../src/index'
import type {Options} from '../../src/types'
import {freePort} from './sockets'
import {type Hub, Told} from './told'
import {createStack, type Rpc, type Stack, type StackOptions, type Version} from './versions'

/** A peer that listens on loopback, until the test ends. */
export interface Peer {
  readonly ssb: Stack
  readonly id: string
  readonly port: number
  /** Where it listens. */
  readonly address: string
}

/** A peer with a hub, and all that the hub's readers were told. */
export interface HubPeer extends Peer {
  readonly hub: Hub
  readonly told: Told
}

export async function startPeer(version: Version, options: Partial<StackOptions> = {}): Promise<Peer> {
  const {host = '127.0.0.1'} = options
  const port = await freePort(host)
  const ssb = createStack(version, {...options, host, port})
  const listening = once(ssb, 'multiserver:listening')
  onTestFinished(() => stop(ssb))
  await listening
  return {ssb, id: ssb.id, port, address: addressOf(ssb.id, port, host)}
}

/** Two peers of the same version, each with a hub. */
export async function startPair(version: Version): Promise<[HubPeer, HubPeer]> {
  return [withHub(await startPeer(version)), withHub(await startPeer(version))]
}

/** Gives the peer a hub. At the end of the test it is closed, and all that it told is checked. */
export function withHub(peer: Peer, options: Options = {}): HubPeer {
  const {ssb} = peer
  const others = ssb.listeners('rpc:connect')
  const hub = new ConnHub<Rpc>(ssb, options)
  const ours = ssb.listeners('rpc:connect').filter((listener) => !others.includes(listener))
  const told = new Told(hub)
  onTestFinished(() => {
    told.check()
    hub.close()
    expect(told.ends).toBe(2)
    told.check()
    expect(ssb.listeners('rpc:connect').filter((listener) => ours.includes(listener))).toEqual([])
  })
  return {...peer, hub, told}
}

/** Until the test ends, the stack prints no errors. To be called before peers are started. */
export function silenceStack() {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => print.mockRestore())
  return print
}

export function addressOf(id: string, port: number, host = '127.0.0.1'): string {
  return `net:${host}:${port}~shs:${id.slice(1, -'.ed25519'.length)}`
}

/** The open connections that a peer has to another, whoever opened them. */
export function rpcsTo(peer: Peer, other: {readonly id: string}): readonly Rpc[] {
  return peer.ssb.peers[other.id] ?? []
}

/** What the stack gives back of its dials from now on, in order. */
export function watchDials({ssb}: Peer): {readonly error: unknown; readonly rpc: Rpc | undefined}[] {
  const dials: {readonly error: unknown; readonly rpc: Rpc | undefined}[] = []
  ssb.connect.hook((dial, [address, callback]) =>
    dial(address, (error, rpc) => {
      dials.push({error, rpc})
      callback(error, rpc)
    }),
  )
  return dials
}

/** Dials past the hub, as another plugin of the peer may do. */
export function dialDirectly({ssb}: Peer, address: string): Promise<Rpc> {
  return new Promise((resolve, reject) => {
    ssb.connect(address, (error, rpc) => (rpc ? resolve(rpc) : reject(error)))
  })
}

/** The only entry of the hub. */
export function onlyEntry({hub}: HubPeer) {
  const entries = [...hub.entries()]
  expect(entries).toHaveLength(1)
  const [address = '', data = undefined] = entries[0] ?? []
  return {address, data}
}

async function stop(ssb: Stack): Promise<void> {
  for (const rpc of Object.values(ssb.peers).flat()) rpc.close(true)
  await new Promise<void>((resolve) => ssb.close(true, () => resolve()))
}
