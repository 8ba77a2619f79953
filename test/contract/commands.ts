import {describe, expect} from 'vitest'
import {addressOf, keyOfName} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {entry, outcome} from '../kit/setup'
import {connect, firstLink, heard, type Scenario, shown} from './scene'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What the other commands do, and what remotes do. */
export function describeCommands(scenario: Scenario): void {
  describe('disconnect()', () => {
    scenario('resolves with false where there is no entry', async ({hub}) => {
      expect(await hub.disconnect(bob)).toBe(false)
      expect(logOf(hub)).toEqual([])
    })

    scenario('closes what is connected', async (scene) => {
      const {hub, happens} = scene
      const connected = hub.connect(bob)
      await happens(({stack}) => {
        stack.lastDial.succeed().closeMode = 'hangs'
      })
      await connected
      const types = heard(hub)
      const both = Promise.all([hub.disconnect(bob), hub.disconnect(bob)])
      expect(await outcome(both)).toBe('pending')
      await happens(({stack}) => firstLink(stack)?.die())
      expect(await both).toEqual([true, true])
      expect(types).toEqual(['disconnecting', 'disconnected'])
      expect([...hub.entries()]).toEqual([])
    })

    scenario('rejects with the error of a close that failed, and the entry is connected', async (scene) => {
      const {hub, happens, settles} = scene
      const connected = hub.connect(bob)
      await happens(({stack}) => {
        const rpc = stack.lastDial.rpc()
        rpc.closeMode = 'fails'
        stack.lastDial.succeed(rpc)
      })
      const rpc = await connected
      const events = heard(hub, ({type, details}) => [type, details])
      const disconnected = outcome(hub.disconnect(bob))
      await settles()
      expect(await disconnected).toMatchObject({rejected: {message: 'close failed'}})
      expect(events).toMatchObject([
        ['disconnecting', undefined],
        ['disconnecting-failed', {message: 'close failed'}],
      ])
      expect(hub.getState(bob)).toBe('connected')
      expect(await hub.connect(bob)).toBe(rpc)
    })

    scenario('that takes too long fails', async ({hub, happens}) => {
      await happens(({stack}) => {
        stack.incoming('bob', bob).closeMode = 'hangs'
      })
      const disconnected = outcome(hub.disconnect(bob))
      await happens(({clock}) => clock.advance(1000))
      expect(await disconnected).toMatchObject({rejected: {code: 'ERR_CLOSE_TIMEOUT'}})
      expect(hub.getState(bob)).toBe('connected')
    })
  })

  describe('update()', () => {
    scenario('merges metadata, visible at once; liveEntries() and the log tell of it', async (scene) => {
      const {hub} = scene
      await connect(scene, bob, {a: 1})
      const [types, tables] = [heard(hub), shown(hub)]
      expect(hub.update(bob, {b: 2})).toBe(true)
      expect(entry(hub, bob)).toMatchObject({a: 1, b: 2})
      expect(types).toEqual([])
      expect(tables).toMatchObject([[[bob, {a: 1}]], [[bob, {a: 1, b: 2}]]])
      expect(logOf(hub).at(-1)).toMatchObject({type: 'updated', address: bob, data: {b: 2}, cause: 'caller'})
    })

    scenario('changes nothing where there is no entry, or nothing to merge', async (scene) => {
      const {hub} = scene
      expect(hub.update(bob, {a: 1})).toBe(false)
      await connect(scene, bob)
      const before = hub.snapshot()
      for (const nothing of [{}, null, {a: undefined}, {state: 'x', hubBirth: 1, inbound: true}]) {
        expect(hub.update(bob, nothing)).toBe(true)
      }
      expect(hub.snapshot()).toEqual(before)
    })

    scenario('copies what it is given, and hands out what nobody can change (I22)', async (scene) => {
      const {hub} = scene
      await connect(scene, bob)
      const stats = {n: 1}
      hub.update(bob, {stats})
      stats.n = 2
      expect(entry(hub, bob)?.stats).toEqual({n: 1})
      expect(Object.isFrozen(entry(hub, bob)?.stats)).toBe(true)
    })
  })

  describe('reset()', () => {
    scenario('drops everything, and the hub goes on', async (scene) => {
      const {hub, settles} = scene
      await connect(scene, bob)
      const attempt = outcome(hub.connect(carol))
      const events = heard(hub, ({type, address}) => [type, address])
      hub.reset()
      expect([...hub.entries()]).toEqual([])
      await settles()
      expect(await attempt).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
      expect(events).toEqual([
        ['disconnecting', bob],
        ['disconnected', bob],
        ['disconnecting', carol],
        ['disconnected', carol],
      ])
      expect(logOf(hub).some(({type}) => type === 'reset')).toBe(true)
      await connect(scene, bob)
      expect(hub.getState(bob)).toBe('connected')
    })
  })

  describe('what remotes do', () => {
    scenario('they connect, and leave', async ({hub, happens}) => {
      const events = heard(hub, (event) => event)
      await happens(({stack}) => stack.incoming('bob', bob))
      expect(entry(hub, bob)).toMatchObject({state: 'connected', inbound: true, key: keyOfName('bob')})
      await happens(({stack}) => firstLink(stack)?.die())
      expect(events).toMatchObject([
        {type: 'connected', address: bob, details: {isClient: false}},
        {type: 'disconnected', address: bob},
      ])
      expect(hub.getState(bob)).toBeUndefined()
    })

    scenario('a further link waits in reserve, and takes over', async (scene) => {
      const {hub, happens} = scene
      const first = await connect(scene, bob, {note: 1})
      const events = heard(hub, (event) => event)
      await happens(({stack}) => stack.incoming('bob', bob))
      expect(events).toEqual([])
      expect(hub.stats().reserve).toBe(1)
      expect(logOf(hub).at(-1)).toMatchObject({type: 'reserved'})
      await happens(({stack}) => firstLink(stack)?.die())
      expect(events).toMatchObject([{type: 'disconnected'}, {type: 'connected', details: {isClient: false}}])
      expect(await hub.connect(bob)).toBe(events[1]?.type === 'connected' && events[1].details.rpc)
      expect(await hub.connect(bob)).not.toBe(first)
      expect(entry(hub, bob)).toMatchObject({note: 1, inbound: true})
    })
  })
}
