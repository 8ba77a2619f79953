import pull from 'pull-stream'
import ConnHub1 from 'ssb-conn-hub-1'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import ConnHub from '../../src/index'
import type {Entry, ListenEvent} from '../../src/types'
import {addressOf, type FakeRpc, FakeStack, VirtualClock} from '../kit/fake-stack'
import {settled} from '../kit/setup'

// Each fault is one little story that is played on both hubs: ours tells it right, and 1.2.1 tells it wrong.

export type Hub = ConnHub

/** With hosts that are IPv4, because 1.2.1 throws for names. */
export const bob = addressOf('bob', '45.0.0.1')
export const carol = addressOf('carol', '45.0.0.2')
export const bobElsewhere = addressOf('bob', '45.0.0.9')
export const keyless = 'net:45.0.0.3:8008'

/** A hub on a fake stack, what its readers were told, and time. */
export class World {
  readonly hub: Hub
  readonly stack = new FakeStack()
  readonly clock = new VirtualClock()
  readonly events: ListenEvent[] = []
  readonly tables: (readonly Entry[])[] = []
  /** What nobody caught. */
  readonly uncaught: unknown[] = []

  constructor(make: (stack: FakeStack, clock: VirtualClock) => Hub) {
    // 1.2.1 takes it out of its object.
    this.stack.connect = this.stack.connect.bind(this.stack)
    this.hub = make(this.stack, this.clock)
    drain<ListenEvent>(this.hub.listen(), (event) => this.events.push(event))
    drain<readonly Entry[]>(this.hub.liveEntries(), (table) => this.tables.push([...table]))
  }

  /** The types of the events so far. */
  get told(): string[] {
    return this.events.map(({type}) => type)
  }

  /** The states in the table, by address. */
  get states(): Record<string, string> {
    return Object.fromEntries([...this.hub.entries()].map(([address, {state}]) => [address, state]))
  }

  /** The data of an entry. */
  data(address: string): Record<string, unknown> | undefined {
    return new Map(this.hub.entries() as Iterable<readonly [string, object]>).get(address) as never
  }

  async connect(address = bob, data?: object): Promise<FakeRpc> {
    const connected = this.hub.connect(address, data as never)
    const rpc = this.stack.lastDial.succeed()
    await connected
    return rpc
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await vi.advanceTimersByTimeAsync(ms)
    await settled()
  }
}

/** How it stands with a promise, once all has happened that can happen now. */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  const answer = promise.then(
    (value) => (typeof value === 'object' ? 'an rpc' : String(value)),
    (error: {code?: string; message?: string}) => `rejects: ${error?.code ?? error?.message ?? error}`,
  )
  return Promise.race([answer, settled().then(() => 'pending')])
}

/** Whether it throws. */
export function throws(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}

export function drain<T>(source: unknown, each: (item: T) => unknown): void {
  pull(
    source as pull.Source<T>,
    pull.drain((item) => {
      each(item)
    }),
  )
}

export interface Fault {
  /** A sentence about right behaviour. */
  readonly title: string
  /** What is observed, as JSON. */
  readonly play: (world: World) => unknown
  readonly right: unknown
  /** What 1.2.1 shows instead. */
  readonly wrong: unknown
}

export function faults(subject: string, all: readonly Fault[]): void {
  describe(subject, () => {
    beforeEach(() => {
      vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    })
    afterEach(() => {
      vi.restoreAllMocks()
      vi.useRealTimers()
    })

    test.each(all)('$title', async ({play, right, wrong}) => {
      const ours = await observe(play, (stack, clock) => new ConnHub(stack, {clock}))
      const theirs = await observe(play, (stack) => new ConnHub1(stack as never) as unknown as Hub)
      expect(ours).toEqual(right)
      // It is a fault only if 1.2.1 has it.
      expect(theirs).toEqual(wrong)
      expect(right).not.toEqual(wrong)
    })
  })
}

const signs = ['uncaughtException', 'unhandledRejection'] as const

async function observe(
  play: Fault['play'],
  make: (stack: FakeStack, clock: VirtualClock) => Hub,
): Promise<unknown> {
  const world = new World(make)
  const others = signs.map((sign) => process.listeners(sign as 'uncaughtException'))
  for (const sign of signs) {
    process.removeAllListeners(sign)
    process.on(sign, (error) => world.uncaught.push(error))
  }
  try {
    const observed = await play(world)
    await settled()
    return observed
  } finally {
    for (const [i, sign] of signs.entries()) {
      process.removeAllListeners(sign)
      for (const listener of others[i] ?? []) process.on(sign, listener as () => void)
    }
  }
}
