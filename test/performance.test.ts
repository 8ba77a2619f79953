import * as v8 from 'node:v8'
import {runInNewContext} from 'node:vm'
import pull from 'pull-stream'
import ConnHub1 from 'ssb-conn-hub-1'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {Least} from '../bench/least.mjs'
import {BenchStack, Peer} from '../bench/stack.mjs'
import {PeerTable} from '../reducers/table'
import ConnHub from '../src/index'
import {fold, ReplayHub} from '../src/replay'
import type {Entry} from '../src/types'
import {addressOf, FakeRpc, FakeStack, keyOfName} from './kit/fake-stack'
import {logItems} from './replay/long'

// What must not get worse, on whatever machine: ratios of two things in one process, with wide margins, in
// CPU time, the best of several turns; and counts. The figures themselves are those of `npm run bench`.

v8.setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
/** For a machine that others use: what takes too long is told by the ratios. */
const timeout = 600_000

type Hub = ConnHub

/** In µs. */
function cpuTime(): number {
  const {user, system} = process.cpuUsage()
  return user + system
}

/** The time of one call of each task, in µs: the best of turns that are taken by one after the other. */
function fastest<Name extends string>(tasks: Record<Name, () => void>, calls: number): Record<Name, number> {
  const best = {} as Record<Name, number>
  const names = Object.keys(tasks) as Name[]
  for (let turn = 0; turn < 8; turn++) {
    for (const name of names) {
      const start = cpuTime()
      for (let i = 0; i < calls; i++) tasks[name]()
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, (cpuTime() - start) / calls)
    }
  }
  return best
}

/** Hubs of both versions with so many connected peers, and a Map. */
function subjects(size: number) {
  const names = Array.from({length: size}, (_, i) => `n${i}`)
  const addresses = names.map((name, i) => addressOf(name, `45.${i >> 16}.${(i >> 8) & 255}.${i & 255}`))
  const stacks = [new FakeStack(), new FakeStack()] as const
  const hub = new ConnHub(stacks[0])
  const hub1 = new ConnHub1(stacks[1] as never) as unknown as Hub
  const bare = new Map<string, object>()
  for (const [i, address] of addresses.entries()) {
    const key = keyOfName(names[i] ?? '')
    stacks[0].announce(new FakeRpc(key, address), false)
    // Directly, because each connection costs 1.2.1 a scan of its whole table.
    const {_peers} = hub1 as unknown as {_peers: Map<string, object>}
    _peers.set(address, {state: 'connected', key, hubBirth: 0, hubUpdated: 0})
    bare.set(address, {state: 'connected', key, hubBirth: 0, hubUpdated: 0})
  }
  let n = 0
  const next = () => {
    n += 7919
    return addresses[n % size] ?? ''
  }
  return {
    hub,
    hub1,
    update: () => void hub.update(next(), {n}),
    update1: () => void hub1.update(next(), {n} as never),
    updateBare: () => {
      const address = next()
      bare.set(address, {...bare.get(address), n})
    },
    incoming: () => stacks[0].incoming('newcomer', 'net:45.9.9.9:8008').die(),
    incoming1: () => stacks[1].incoming('newcomer', 'net:45.9.9.9:8008').die(),
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the cost of a hub', () => {
  test('hardly grows with its table', {timeout}, () => {
    const [small, large] = [subjects(10), subjects(10_000)]
    const time = fastest(
      {
        update: small.update,
        updateLarge: large.update,
        bare: small.updateBare,
        bareLarge: large.updateBare,
        incoming: small.incoming,
        incomingLarge: large.incoming,
      },
      1000,
    )
    const bareGrowth = Math.max(1, time.bareLarge / time.bare)
    expect(time.updateLarge / time.update).toBeLessThan(2.5 * bareGrowth)
    expect(time.incomingLarge / time.incoming).toBeLessThan(2.5 * bareGrowth)
  })

  test('is a few times the least that the job can cost', {timeout}, async () => {
    const peers = Array.from({length: 20}, (_, number) => new Peer(number))
    const stacks = [new BenchStack(peers), new BenchStack(peers)] as const
    const hub = new ConnHub(stacks[0])
    const least = new Least(stacks[1])
    pull(hub.listen(), pull.drain())
    for (const stack of stacks) for (const peer of peers.slice(0, 10)) stack.incoming(peer)
    const [known = new Peer(0)] = peers
    let n = 0
    const newcomer = () => peers[10 + (n++ % 10)] ?? known
    const time = fastest(
      {
        update: () => void hub.update(known.address, {n: n++}),
        updateLeast: () => void least.update(known.address, {n: n++}),
        incoming: () => stacks[0].incoming(newcomer()).die(),
        incomingLeast: () => stacks[1].incoming(newcomer()).die(),
      },
      2000,
    )
    // Some 3 each.
    expect(time.update / time.updateLeast).toBeLessThan(10)
    expect(time.incoming / time.incomingLeast).toBeLessThan(10)
    const connects = {hub: Number.POSITIVE_INFINITY, least: Number.POSITIVE_INFINITY}
    for (let turn = 0; turn < 8; turn++) {
      for (const [name, {connect}] of Object.entries({
        hub: {connect: (address: string) => hub.connect(address)},
        least: {connect: (address: string) => least.connect(address)},
      })) {
        const start = cpuTime()
        for (let i = 0; i < 500; i++) {
          const rpc = await connect(newcomer().address)
          if (rpc) (rpc as {die(): void}).die()
        }
        const taken = cpuTime() - start
        connects[name as keyof typeof connects] = Math.min(connects[name as keyof typeof connects], taken)
      }
    }
    // Some 4.
    expect(connects.hub / connects.least).toBeLessThan(12)
  })

  test('is a small part of that of 1.2.1 at 10,000 entries', {timeout}, () => {
    const {update, update1, incoming, incoming1} = subjects(10_000)
    const time = fastest({update, update1, incoming, incoming1}, 20)
    expect(time.update1 / time.update).toBeGreaterThan(5)
    expect(time.incoming1 / time.incoming).toBeGreaterThan(5)
  })

  test('is not more than a few times that of 1.2.1 at 10 entries', {timeout}, () => {
    const {update, update1, incoming, incoming1} = subjects(10)
    const time = fastest({update, update1, incoming, incoming1}, 2000)
    expect(time.update / time.update1).toBeLessThan(10)
    expect(time.incoming / time.incoming1).toBeLessThan(5)
  })

  test('does not grow by readers that came and left', {timeout}, () => {
    const quiet = subjects(100)
    const left = subjects(100)
    for (let i = 0; i < 10_000; i++) {
      for (const source of [left.hub.listen(), left.hub.liveEntries(), left.hub.log({live: true})]) {
        source(null, () => {})
        source(true, () => {})
      }
    }
    const time = fastest({quiet: quiet.update, left: left.update}, 1000)
    expect(time.left / time.quiet).toBeLessThan(2)
  })
})

describe('the arrays of liveEntries()', () => {
  test('are not made while nobody reads', () => {
    const {hub, update, incoming} = subjects(100)
    const made = vi.spyOn(PeerTable.prototype, 'entries')
    for (let i = 0; i < 100; i++) update()
    incoming()
    expect(made).not.toHaveBeenCalled()
    expect(hub.stats().connections.inbound).toBe(101)
  })

  test('are made once an event, however many read them, and not from the whole table', () => {
    const {hub, update} = subjects(100)
    const given: (readonly Entry[])[][] = []
    for (let i = 0; i < 10; i++) {
      const got: (readonly Entry[])[] = []
      given.push(got)
      pull(
        hub.liveEntries(),
        pull.drain((entries) => {
          got.push(entries)
        }),
      )
    }
    const made = vi.spyOn(PeerTable.prototype, 'entries')
    for (let i = 0; i < 20; i++) update()
    expect(made).not.toHaveBeenCalled()
    const [first = [], ...others] = given
    expect(new Set(first).size).toBe(21)
    // The first one, each got for itself.
    for (const got of others) expect(got.slice(1).every((entries, i) => entries === first[i + 1])).toBe(true)
  })

  test('are one for a reader that stalls, and it holds what it has, and no more', () => {
    const size = 1000
    const {hub, update} = subjects(size)
    const source = hub.liveEntries()
    source(null, () => {})
    update()
    gc()
    const before = process.memoryUsage().heapUsed
    const made = vi.spyOn(PeerTable.prototype, 'entries')
    for (let i = 0; i < 500; i++) update()
    expect(made).not.toHaveBeenCalled()
    gc()
    // An array a missed update would be 500 times 8 bytes an entry, which is 4 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_500_000)
    let got: readonly Entry[] = []
    source(null, (_end, entries = []) => {
      got = entries
    })
    expect(got).toEqual([...hub.entries()])
  })
})

test('a key is looked up, not searched for', () => {
  const stack = new FakeStack()
  const hub = new ConnHub(stack)
  for (let i = 0; i < 2000; i++) stack.incoming(`n${i}`, addressOf(`n${i}`))
  const reads = vi.spyOn(PeerTable.prototype, 'get')
  // It is a second link of the last of all entries.
  stack.incoming('n1999')
  expect(reads.mock.calls.length).toBeLessThan(20)
  expect(hub.stats().reserve).toBe(1)
})

describe('the cost of a recording that is travelled in', () => {
  const events = 20_000

  test('is a few folds to make, and a small part of its events to hold', {timeout}, () => {
    const items = logItems(events, 1000)
    const time = fastest({fold: () => void fold(items), make: () => void new ReplayHub(items)}, 1)
    // Some 5: each event is looked through for seeds.
    expect(time.make / time.fold).toBeLessThan(15)
    gc()
    const before = process.memoryUsage().heapUsed
    const hub = new ReplayHub(items)
    gc()
    // Some 200 bytes an event: the states that are kept on the way.
    expect((process.memoryUsage().heapUsed - before) / events).toBeLessThan(500)
    expect(hub.snapshot().seq).toBe(0)
  })

  test('is the same for a call that causes nothing, however long it is', {timeout}, () => {
    const [short, long] = [1000, events].map((length) => {
      const hub = new ReplayHub(logItems(length, 100), {onDivergence: 'collect'})
      hub.seek(length)
      return () => void hub.update('net:nobody.example:8008', {n: 1})
    }) as [() => void, () => void]
    const time = fastest({short, long}, 1000)
    expect(time.long / time.short).toBeLessThan(5)
  })
})
