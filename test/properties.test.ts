import fc from 'fast-check'
import {expect, test} from 'vitest'
import {Fold} from '../reducers/fold'
import {reduceInPlace, reducePeer} from '../reducers/peer'
import {PeerTable} from '../reducers/table'
import {isLegal} from '../reducers/transitions'
import {isAboutPeer, type Recorded, type Snapshot} from '../src/events'
import type {FakeRpc} from './kit/fake-stack'
import {Run, runs, type Step, steps} from './kit/random'
import {logOf} from './kit/reading'
import {settled} from './kit/setup'

function eventsOf({hub}: Run): Recorded[] {
  return logOf(hub).filter((item): item is Recorded => item.type !== 'checkpoint')
}

async function runOf(
  all: readonly Step[],
  after: (run: Run) => void = () => {},
  logLimit?: number,
): Promise<Run> {
  const run = new Run(logLimit)
  for (const step of all) {
    await run.step(step)
    after(run)
  }
  return run
}

test('no run leaves the table of transitions, and the entries agree with what was told (I1)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await runOf(all, ({hub, world}) => {
        // That each event is a path through the table is checked as it is told.
        expect(new Map([...hub.entries()].map(([address, {state}]) => [address, state]))).toEqual(
          world.told.states,
        )
        expect(world.told.snapshots.at(-1)).toEqual([...hub.entries()])
        for (const [address, {state}] of hub.entries()) expect(hub.getState(address)).toBe(state)
      })
    }),
    runs,
  )
})

test('whoever keeps the rpc of the last connected event holds a live one (I4)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await runOf(all, ({hub, world}) => {
        const latest = new Map<string, FakeRpc>()
        for (const event of world.told.events) {
          if (event.type === 'connected') latest.set(event.address, event.details.rpc as FakeRpc)
        }
        for (const [address, {state}] of hub.entries()) {
          if (state === 'connected') expect(latest.get(address)?.closed).toBe(false)
        }
      })
    }),
    runs,
  )
})

test('folding the log gives the state, after every step, and in every way to fold (I18)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const live: Snapshot[] = []
      const run = await runOf(all, ({hub}) => live.push(hub.snapshot()))
      const events = eventsOf(run)
      const fold = new Fold()
      const table = new PeerTable()
      let at = 0
      const compare = () => {
        for (; live[at]?.seq === fold.snapshot().seq; at++) {
          expect(fold.snapshot()).toEqual(live[at])
          expect(table.entries()).toEqual(live[at]?.entries)
        }
      }
      compare()
      for (const event of events) {
        fold.apply(JSON.parse(JSON.stringify(event)))
        table.apply(event)
        compare()
      }
      expect(at).toBe(live.length)
    }),
    runs,
  )
})

test('a checkpoint and what follows it fold to the state, however little the memory keeps', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat({max: 5}), async (all, logLimit) => {
      const run = await runOf(all, () => {}, logLimit)
      const [first, ...rest] = logOf(run.hub)
      const entries = new Map(first?.type === 'checkpoint' ? first.entries : [])
      const events = (first?.type === 'checkpoint' ? rest : [first, ...rest]) as (Recorded | undefined)[]
      for (const event of events) {
        if (!event || !isAboutPeer(event)) continue
        const before = entries.get(event.address)
        const after = reduceInPlace(before && {...before}, event)
        if (after) entries.set(event.address, after)
        else entries.delete(event.address)
      }
      expect([...entries]).toEqual(run.hub.snapshot().entries)
    }),
    runs,
  )
})

test('every event survives JSON, follows the one before, and was legal (I19)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const events = eventsOf(await runOf(all))
      const table = new PeerTable()
      let time = 0
      for (const [i, event] of events.entries()) {
        expect(JSON.parse(JSON.stringify(event))).toEqual(event)
        expect(event.seq).toBe(i + 1)
        expect(event.time).toBeGreaterThanOrEqual(time)
        time = event.time
        if (isAboutPeer(event)) expect(isLegal(event.type, table.get(event.address)?.state)).toBe(true)
        table.apply(event)
      }
    }),
    runs,
  )
})

test('every promise is settled when the hub is closed, and nothing is left over (I10)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const run = await runOf(all)
      const {hub, stack, clock, told} = run.world
      hub.close()
      await settled()
      expect(run.answers.filter(({outcome}) => outcome === 'pending')).toEqual([])
      expect(told.ended).toBe(true)
      expect(told.states.size).toBe(0)
      expect(clock.pending).toBe(0)
      expect(stack.listenerCount('rpc:connect')).toBe(0)
      expect(hub.snapshot().entries).toEqual([])
    }),
    runs,
  )
})

test('both ways to fold a peer give the same, down to the order of its fields', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const events = eventsOf(await runOf(all))
      const live = new Map<string, ReturnType<typeof reducePeer>>()
      const bulk = new Map<string, ReturnType<typeof reducePeer>>()
      for (const event of events) {
        if (!isAboutPeer(event)) continue
        const {address} = event
        live.set(address, reducePeer(live.get(address), event))
        bulk.set(address, reduceInPlace(bulk.get(address), event))
        expect(JSON.stringify(live.get(address))).toBe(JSON.stringify(bulk.get(address)))
      }
    }),
    runs,
  )
})
