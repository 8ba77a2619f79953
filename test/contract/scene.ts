import type {Entry, ListenEvent, RPC} from '../../src/types'
import type {FakeRpc, FakeStack} from '../kit/fake-stack'
import {itemsOf, listen} from '../kit/reading'
import type {Hub} from '../kit/setup'
import type {VirtualClock} from '../kit/virtual-clock'

/** The network around a hub. */
export interface Network {
  readonly stack: FakeStack
  readonly clock: VirtualClock
}

/** A hub, and what happens to it. */
export interface Scene {
  readonly hub: Hub
  /** Lets something happen in the network, and waits until all that follows from it is told. */
  happens(what: (network: Network) => void): Promise<void>
  /** Waits until all that follows from the calls so far is told. */
  settles(): Promise<void>
}

/** Plays a scene on a hub. */
export type Run = (play: (scene: Scene) => Promise<void>) => Promise<void>

/** A test of a scene that every hub must play alike. */
export type Scenario = (title: string, play: (scene: Scene) => Promise<void>) => void

export const refused = () => Object.assign(new Error('refused'), {code: 'ECONNREFUSED'})

/** What a reader of listen() hears, in short: the types, or what a function makes of the events. */
export function heard<T = string>(hub: Hub, of: (event: ListenEvent) => T = ({type}) => type as T): T[] {
  const all: T[] = []
  listen(hub, (event) => void all.push(of(event)))
  return all
}

/** The tables that a reader of liveEntries() is shown. */
export const shown = (hub: Hub): (readonly Entry[])[] => itemsOf(hub.liveEntries())

/** The oldest connection that is open. */
export const firstLink = (stack: FakeStack): FakeRpc | undefined => Object.values(stack.peers).flat()[0]

/** Connects to a peer. */
export async function connect(
  {hub, happens}: Scene,
  address: string,
  data?: Record<string, unknown>,
): Promise<RPC> {
  const connected = hub.connect(address, data)
  await happens(({stack}) => stack.lastDial.succeed())
  return (await connected) as RPC
}
