import {Immer} from 'immer'
import {describe, expect, test} from 'vitest'
import {Least} from '../bench/least.mjs'
import {type BenchRpc, BenchStack, Peer} from '../bench/stack.mjs'
import ConnHub from '../src/index'
import {itemsOf, logOf} from './kit/reading'

// What the benchmarks call the least that the job can cost must do that job.

const {produce} = new Immer({autoFreeze: false})
const changes = [
  {how: 'copies of its own', options: {}},
  {
    how: 'immer',
    options: {
      change: <P extends object>(peer: P, recipe: (draft: P) => void) =>
        produce(peer, (draft) => recipe(draft as P)),
    },
  },
]
const steps = 4000
const logLimit = 1000

/** Half of them can be dialled, the others fail. */
const peers = Array.from({length: 20}, (_, number) => new Peer(number))
const clock = {
  time: 1_700_000_000_000,
  now: () => clock.time,
  setTimeout: () => undefined,
  clearTimeout: () => {},
}

describe.each(changes)('the least hub of the benchmarks, with $how', ({options}) => {
  test('does in a long random run what the hub does: events, entries, and what its listener is told', async () => {
    const random = generator()
    const stacks = [0, 1].map(() => new BenchStack(peers.slice(0, 10))) as [BenchStack, BenchStack]
    const hub = new ConnHub(stacks[0], {clock, logLimit})
    const heard: object[] = []
    const told = itemsOf(hub.listen())
    const least = new Least(stacks[1], {
      ...options,
      logLimit,
      now: clock.now,
      listener: (event) => void heard.push(event),
    })
    const links = new Map<Peer, [BenchRpc, BenchRpc]>()

    for (let i = 0; i < steps; i++) {
      const peer = peers[random(peers.length)] as Peer
      const link = links.get(peer)
      clock.time += random(3)
      switch (random(4)) {
        case 0: {
          const data = {failure: i, source: 'stored', duration: {mean: i / 7, of: [i, null]}, gone: undefined}
          expect(least.update(peer.address, data)).toBe(hub.update(peer.address, data))
          break
        }
        case 1: {
          if (link) break
          const [rpc] = await Promise.allSettled([hub.connect(peer.address), least.connect(peer.address)])
          if (rpc.status === 'fulfilled') links.set(peer, [told, heard].map(rpcOf) as [BenchRpc, BenchRpc])
          break
        }
        case 2:
          if (!link) links.set(peer, [stacks[0].incoming(peer), stacks[1].incoming(peer)])
          break
        default:
          for (const rpc of link ?? []) rpc.die()
          links.delete(peer)
      }
    }

    const {checkpoint, events} = least.log()
    const [dropped, ...kept] = logOf(hub)
    expect(kept).toEqual(events)
    expect(kept).toHaveLength(logLimit)
    expect(dropped).toMatchObject(checkpoint)
    expect([...least.entries()]).toEqual([...hub.entries()])
    expect(links.size).toBeGreaterThan(5)
    expect(heard.map(withoutDetails)).toEqual(told.map(withoutDetails))
  })
})

function rpcOf(told: readonly object[]): BenchRpc {
  return (told.at(-1) as {details: {rpc: BenchRpc}}).details.rpc
}

/** Each stack has rpcs of its own, and its own errors. */
function withoutDetails(event: object): object {
  return {...event, details: undefined}
}

/** Whole numbers below a limit that look random, and are the same in every run. */
function generator(): (limit: number) => number {
  let state = 1
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
