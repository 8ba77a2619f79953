import pull from 'pull-stream'
import {expect} from 'vitest'
import type ConnHub from '../../src/index'
import type {Entry, ListenEvent} from '../../src/types'
import type {Rpc} from './versions'

export type Hub = ConnHub<Rpc>

/** The life cycle of an address as it is promised, on purpose not the one that the hub itself uses. */
const lifeCycle: {[event in ListenEvent['type']]: {[from: string]: string}} = {
  connecting: {absent: 'connecting'},
  'connecting-failed': {connecting: 'absent'},
  connected: {absent: 'connected', connecting: 'connected'},
  disconnecting: {connecting: 'disconnecting', connected: 'disconnecting'},
  disconnected: {connected: 'absent', disconnecting: 'absent'},
  'disconnecting-failed': {disconnecting: 'connected'},
}

type States = [address: string, state: string][]

/** All that a hub's readers were told, since the hub was made. */
export class Told {
  readonly events: ListenEvent<Rpc>[] = []
  readonly snapshots: (readonly Entry[])[] = []
  /** How many streams have ended. */
  ends = 0
  /** The rpcs of all `connected` events, in order. */
  readonly rpcs: Rpc[] = []
  /** The rpc of the last `connected` event of each address. */
  readonly #rpcOf = new Map<string, Rpc>()
  readonly #hub: Hub
  /** What was connected before the hub was made. */
  #initial: States

  constructor(hub: Hub) {
    this.#hub = hub
    this.#initial = statesOf([...hub.entries()])
    const end = () => this.ends++
    pull(
      hub.listen(),
      pull.drain((event) => this.#take(event), end),
    )
    pull(
      hub.liveEntries(),
      pull.drain((entries) => this.snapshots.push(entries), end),
    )
  }

  /** The rpc of the last `connected` event: whoever keeps it always holds a live one. */
  get rpc(): Rpc | undefined {
    return this.rpcs.at(-1)
  }

  /** The types of all events, in order. */
  get types(): string[] {
    return this.events.map(({type}) => type)
  }

  /** The types of all events of one address, in order. */
  typesOf(address: string): string[] {
    return this.events.filter((event) => event.address === address).map(({type}) => type)
  }

  /** What the last event brought: where that was a failure, its error. */
  get lastDetails(): unknown {
    return this.events.at(-1)?.details
  }

  /**
   * Expects that the events of each address are a path through the life cycle, that the snapshots
   * and `entries()` tell the same story, and that what is connected is alive.
   */
  check(): void {
    const states = new Map(this.#initial)
    const story: States[] = [[...states]]
    for (const {type, address} of this.events) {
      const from = states.get(address) ?? 'absent'
      const to = lifeCycle[type][from]
      expect(to, `${type} of an address that is ${from}, in ${this.types}`).toBeDefined()
      if (to === undefined || to === 'absent') states.delete(address)
      else states.set(address, to)
      story.push([...states])
    }
    const shown = this.snapshots.map(statesOf).filter((state, i, all) => !isSame(state, all[i - 1]))
    expect(shown).toEqual(story)
    if (this.ends > 0) return expect([...states]).toEqual([])
    expect(statesOf([...this.#hub.entries()])).toEqual([...states])
    for (const [address, state] of states) {
      expect(this.#hub.getState(address)).toBe(state)
      if (state !== 'connected') continue
      const rpc = this.#rpcOf.get(address)
      if (rpc) expect(rpc.closed).toBe(false)
      else expect(this.#initial).toContainEqual([address, state])
    }
  }

  /** Forgets what was told, at a moment when there are no entries. */
  forget(): void {
    this.events.length = 0
    this.rpcs.length = 0
    this.snapshots.splice(0, this.snapshots.length - 1)
    this.#rpcOf.clear()
    this.#initial = []
  }

  #take(event: ListenEvent<Rpc>): void {
    this.events.push(event)
    if (event.type !== 'connected') return
    this.rpcs.push(event.details.rpc)
    this.#rpcOf.set(event.address, event.details.rpc)
  }
}

function statesOf(entries: readonly Entry[]): States {
  return entries.map(([address, {state}]) => [address, state])
}

function isSame(a: States, b: States | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
