import pull from 'pull-stream'
import {describe, expect} from 'vitest'
import {fold} from '../../src/replay'
import {addressOf} from '../kit/fake-stack'
import {itemsOf, logOf} from '../kit/reading'
import {outcome} from '../kit/setup'
import {connect, heard, refused, type Scenario, shown} from './scene'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What the streams and the methods beside them give. */
export function describeStreams(scenario: Scenario): void {
  describe('listen()', () => {
    scenario('keeps every event for a reader that does not ask (I14)', async (scene) => {
      const read = scene.hub.listen()
      await connect(scene, bob)
      scene.hub.disconnect(bob).catch(() => {})
      await scene.settles()
      const types: unknown[] = []
      for (let i = 0; i < 4; i++) read(null, (_end, event) => types.push(event?.type))
      expect(types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    })

    scenario('tells nothing older than the reader', async (scene) => {
      await connect(scene, bob)
      const types = heard(scene.hub)
      await scene.settles()
      expect(types).toEqual([])
    })

    scenario('gives events without other fields, frozen', async (scene) => {
      const events = heard(scene.hub, (event) => event)
      await connect(scene, bob)
      expect(events.map((event) => Object.keys(event))).toEqual([
        ['type', 'address', 'key'],
        ['type', 'address', 'key', 'details'],
      ])
      for (const event of events) expect(Object.isFrozen(event)).toBe(true)
    })

    scenario('forgets a reader that aborts, and its neighbours miss nothing (I15)', async (scene) => {
      const {hub} = scene
      const told: string[] = []
      const reader = (mark: string, goesOn: boolean) =>
        pull(
          hub.listen(),
          pull.drain(() => {
            told.push(mark)
            return goesOn ? undefined : false
          }),
        )
      reader('a', true)
      reader('b', false)
      reader('c', true)
      await connect(scene, bob)
      expect(told).toEqual(['a', 'b', 'c', 'a', 'c'])
    })

    scenario('is read by for await, too, and leaving the loop aborts it', async (scene) => {
      const types: string[] = []
      const stream = scene.hub.listen()
      const loop = (async () => {
        for await (const {type} of stream) {
          types.push(type)
          if (type === 'connected') break
        }
      })()
      await connect(scene, bob)
      await loop
      scene.hub.disconnect(bob).catch(() => {})
      await scene.settles()
      expect(types).toEqual(['connecting', 'connected'])
      expect(await stream[Symbol.asyncIterator]().next()).toEqual({done: true, value: undefined})
    })
  })

  describe('entries() and liveEntries()', () => {
    scenario('entries() is the table at the call, whatever comes later', async (scene) => {
      const {hub} = scene
      await connect(scene, bob)
      const entries = hub.entries()
      await connect(scene, carol)
      hub.update(bob, {a: 1})
      expect([...entries].map(([address, data]) => [address, data.a])).toEqual([[bob, undefined]])
      expect([...hub.entries()].map(([address]) => address)).toEqual([bob, carol])
    })

    scenario('liveEntries() gives the table at the first ask, then one after every change', async (scene) => {
      const {hub} = scene
      const read = hub.liveEntries()
      await connect(scene, bob)
      const tables: unknown[] = []
      const ask = () => read(null, (_end, entries) => tables.push(entries?.map(([, data]) => data.state)))
      ask()
      expect(tables).toEqual([['connected']])
      ask()
      expect(tables).toEqual([['connected']])
      hub.update(bob, {a: 1})
      expect(tables).toEqual([['connected'], ['connected']])
    })

    scenario('liveEntries() gives a reader that stalled the latest table, once', async (scene) => {
      const {hub} = scene
      const read = hub.liveEntries()
      const tables: unknown[] = []
      const ask = () => read(null, (_end, entries) => tables.push(entries?.map(([, data]) => data.a)))
      ask()
      await connect(scene, bob)
      for (const a of [1, 2, 3]) hub.update(bob, {a})
      ask()
      ask()
      expect(tables).toEqual([[], [3]])
    })

    scenario('each table is the state as it was after its event', async (scene) => {
      const {hub} = scene
      const tables = shown(hub)
      await connect(scene, bob)
      scene.hub.disconnect(bob).catch(() => {})
      await scene.settles()
      const states = tables.map((entries) => entries.map(([, data]) => data.state))
      expect(states).toEqual([[], ['connecting'], ['connected'], ['disconnecting'], []])
      for (const entries of tables) expect(Object.isFrozen(entries)).toBe(true)
    })
  })

  describe('the log', () => {
    scenario('has every event, numbered and timed, and folds to the snapshot', async (scene) => {
      const {hub, happens} = scene
      await connect(scene, bob, {a: 1})
      await happens(({clock, stack}) => {
        clock.advance(100)
        stack.incoming('carol', carol)
      })
      hub.update(bob, {a: 2})
      const log = logOf(hub)
      expect(log.map(({seq}) => seq)).toEqual([1, 2, 3, 4])
      expect(log.map(({type}) => type)).toEqual(['connecting', 'connected', 'connected', 'updated'])
      expect(JSON.parse(JSON.stringify(log))).toEqual(log)
      expect(fold(log)).toEqual(hub.snapshot())
      expect(hub.snapshot().entries).toEqual([...hub.entries()])
      const {seq, time, entries} = hub.snapshot()
      expect(hub.checkpoint()).toMatchObject({type: 'checkpoint', seq, time, entries})
    })

    scenario('is read from any event on, and goes on where it is live', async (scene) => {
      const {hub} = scene
      await connect(scene, bob)
      const live: number[] = []
      pull(
        hub.log({gt: 1, live: true}),
        pull.drain(({seq}) => {
          live.push(seq)
        }),
      )
      const news: number[] = []
      pull(
        hub.log({old: false, live: true}),
        pull.drain(({seq}) => {
          news.push(seq)
        }),
      )
      hub.update(bob, {a: 1})
      expect(live).toEqual([2, 3])
      expect(news).toEqual([3])
      expect(logOf(hub, {gt: 2}).map(({seq}) => seq)).toEqual([3])
      expect(itemsOf(hub.log({old: false}))).toEqual([])
    })

    scenario('is counted by stats()', async (scene) => {
      const {hub, happens} = scene
      await connect(scene, bob)
      await happens(({stack}) => stack.incoming('carol', carol))
      const failed = outcome(hub.connect(addressOf('dave')))
      await happens(({stack}) => stack.lastDial.fail(refused()))
      await failed
      expect(hub.stats()).toMatchObject({
        entries: {connecting: 0, connected: 2, disconnecting: 0},
        attempts: 2,
        calledOff: 0,
        failures: {ECONNREFUSED: 1},
        connections: {inbound: 1, outbound: 1},
      })
    })
  })
}
