import {describe, expect} from 'vitest'
import {ConnHubError} from '../../src/types'
import {addressOf, keyOfName, ourKey} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {entry, outcome} from '../kit/setup'
import {connect, firstLink, heard, refused, type Scenario} from './scene'

const bob = addressOf('bob')

/** What connect() does in every state. */
export function describeConnect(scenario: Scenario): void {
  describe('connect()', () => {
    scenario('resolves with the rpc that listen() tells of', async (scene) => {
      const events = heard(scene.hub, (event) => event)
      const connected = scene.hub.connect(bob)
      expect(scene.hub.getState(bob)).toBe('connecting')
      await scene.happens(({stack}) => stack.lastDial.succeed())
      const key = keyOfName('bob')
      expect(events).toEqual([
        {type: 'connecting', address: bob, key},
        {type: 'connected', address: bob, key, details: {rpc: await connected, isClient: true}},
      ])
      expect(await connected).toMatchObject({id: key})
      expect(entry(scene.hub, bob)).toMatchObject({state: 'connected', key, inbound: false})
    })

    scenario('joins the attempt in flight', async ({hub, happens}) => {
      const types = heard(hub)
      const both = Promise.all([hub.connect(bob), hub.connect(bob)])
      await happens(({stack}) => stack.lastDial.succeed())
      const [one, other] = await both
      expect(one).toBe(other)
      expect(types).toEqual(['connecting', 'connected'])
    })

    scenario('gives the live rpc of an entry that is connected', async (scene) => {
      const rpc = await connect(scene, bob)
      const types = heard(scene.hub)
      expect(await scene.hub.connect(bob)).toBe(rpc)
      expect(types).toEqual([])
    })

    scenario('rejects as the dial failed', async ({hub, happens}) => {
      const types = heard(hub)
      const failed = outcome(hub.connect(bob))
      await happens(({stack}) => stack.lastDial.fail(refused()))
      expect(await failed).toMatchObject({rejected: {message: 'refused', code: 'ECONNREFUSED'}})
      expect(types).toEqual(['connecting', 'connecting-failed'])
      expect(hub.getState(bob)).toBeUndefined()
    })

    scenario('waits for the end of a disconnect, and then dials', async (scene) => {
      const {hub, happens} = scene
      const connected = hub.connect(bob)
      await happens(({stack}) => {
        stack.lastDial.succeed().closeMode = 'hangs'
      })
      await connected
      const types = heard(hub)
      const disconnected = hub.disconnect(bob)
      const again = hub.connect(bob, {note: 'again'})
      expect(await outcome(again)).toBe('pending')
      await happens(({stack}) => firstLink(stack)?.die())
      expect(await disconnected).toBe(true)
      expect(hub.getState(bob)).toBe('connecting')
      await happens(({stack}) => stack.lastDial.succeed())
      expect(await again).toMatchObject({id: keyOfName('bob')})
      expect(types).toEqual(['disconnecting', 'disconnected', 'connecting', 'connected'])
      expect(entry(hub, bob)).toMatchObject({note: 'again'})
    })

    scenario('to ourselves resolves with false, and nothing happens', async ({hub}) => {
      expect(hub.id).toBe(ourKey)
      expect(await hub.connect(`net:localhost:8008~shs:${ourKey.slice(1, -'.ed25519'.length)}`)).toBe(false)
      expect(logOf(hub)).toEqual([])
    })

    scenario('rejects when the attempt is called off', async ({hub, settles}) => {
      const attempt = outcome(hub.connect(bob))
      const disconnected = hub.disconnect(bob)
      await settles()
      expect(await disconnected).toBe(true)
      expect(await attempt).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    })

    scenario('merges metadata in any state', async (scene) => {
      const {hub, happens} = scene
      const first = hub.connect(bob, {a: 1})
      const second = hub.connect(bob, {b: 2})
      expect(entry(hub, bob)).toMatchObject({a: 1, b: 2})
      await happens(({stack}) => stack.lastDial.succeed())
      await Promise.all([first, second, hub.connect(bob, {a: 3})])
      expect(entry(hub, bob)).toMatchObject({state: 'connected', a: 3, b: 2})
    })

    scenario('that a signal aborts rejects with its reason, and the others go on', async ({hub, happens}) => {
      const types = heard(hub)
      const controller = new AbortController()
      const given = outcome(hub.connect(bob, null, {signal: controller.signal}))
      const other = hub.connect(bob)
      controller.abort('too slow')
      expect(await given).toEqual({rejected: 'too slow'})
      await happens(({stack}) => stack.lastDial.succeed())
      expect(await other).toMatchObject({id: keyOfName('bob')})
      expect(types).toEqual(['connecting', 'connected'])
    })

    scenario('that a signal aborts calls the attempt off where nobody else waits', async ({hub, settles}) => {
      const types = heard(hub)
      const controller = new AbortController()
      const given = outcome(hub.connect(bob, null, {signal: controller.signal}))
      controller.abort('too slow')
      await settles()
      expect(await given).toEqual({rejected: 'too slow'})
      expect(types).toEqual(['connecting', 'disconnecting', 'disconnected'])
    })

    scenario('refuses what it cannot do before anything happens', async ({hub}) => {
      const refusals: [code: string, call: () => Promise<unknown>][] = [
        ['ERR_INVALID_ADDRESS', () => hub.connect('')],
        ['ERR_INVALID_ADDRESS', () => hub.connect(7 as never)],
        ['ERR_INVALID_DATA', () => hub.connect(bob, 7 as never)],
        ['ERR_INVALID_DATA', () => hub.connect(bob, {n: 7n})],
        ['ERR_INVALID_OPTION', () => hub.connect(bob, null, {signal: {} as AbortSignal})],
        ['ERR_INVALID_ADDRESS', () => hub.disconnect('')],
        ['ERR_INVALID_ADDRESS', async () => hub.update('', {})],
        ['ERR_INVALID_DATA', async () => hub.update(bob, [] as never)],
        ['ERR_INVALID_ADDRESS', async () => hub.getState('')],
      ]
      for (const [code, call] of refusals) {
        const error = await call().catch((thrown: unknown) => thrown)
        expect(error, `${call}`).toBeInstanceOf(ConnHubError)
        expect(error).toMatchObject({code})
      }
      expect(logOf(hub)).toEqual([])
    })
  })
}
