import pull from 'pull-stream'
import {describe, expect} from 'vitest'
import {addressOf, ourKey} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {outcome} from '../kit/setup'
import {connect, type Scenario} from './scene'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What is left of a hub that was closed. */
export function describeClosing(scenario: Scenario): void {
  describe('close()', () => {
    scenario('ends the streams, after the last events and the empty table', async (scene) => {
      const {hub} = scene
      await connect(scene, bob)
      const ends: string[] = []
      const told: unknown[] = []
      const end = (stream: string) => () => ends.push(stream)
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          told.push(type)
        }, end('listen')),
      )
      pull(
        hub.liveEntries(),
        pull.drain((entries) => {
          told.push(entries.length)
        }, end('liveEntries')),
      )
      pull(hub.log({live: true}), pull.onEnd(end('log')))
      const attempt = outcome(hub.connect(carol))
      hub.close()
      await scene.settles()
      expect(await attempt).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
      expect(ends.sort()).toEqual(['listen', 'liveEntries', 'log'])
      expect(told.filter((what) => typeof what === 'string')).toEqual([
        'connecting',
        ...['disconnecting', 'disconnected'],
        ...['disconnecting', 'disconnected'],
      ])
      expect(told.at(-1)).toBe(0)
    })

    scenario('leaves a hub that answers only of what was', async (scene) => {
      const {hub, settles} = scene
      await connect(scene, bob)
      hub.close()
      await settles()
      const calls: (() => unknown)[] = [
        () => hub.connect(bob),
        () => hub.disconnect(bob),
        () => hub.update(bob, {}),
        () => hub.getState(bob),
        () => hub.entries(),
        () => hub.liveEntries(),
        () => hub.listen(),
      ]
      for (const call of calls) {
        const error = await (async () => call())().catch((thrown: unknown) => thrown)
        expect(error, `${call}`).toMatchObject({
          code: 'ERR_CLOSED',
          message: expect.stringContaining('instance is closed'),
        })
      }
      hub.reset()
      hub.close()
      expect(logOf(hub).map(({type}) => type)).toEqual([
        ...['connecting', 'connected'],
        ...['reset', 'disconnecting', 'disconnected', 'closed'],
      ])
      expect(hub.snapshot().entries).toEqual([])
      expect(hub.checkpoint()).toMatchObject({seq: 6, entries: []})
      expect(hub.stats()).toMatchObject({attempts: 1, connections: {outbound: 1}})
      expect(hub.id).toBe(ourKey)
    })

    scenario('called by a reader, ends the streams that are asked for meanwhile', async ({hub, settles}) => {
      const ends: unknown[] = []
      pull(
        hub.listen(),
        pull.drain(
          () => hub.close(),
          () => {
            for (const late of [hub.listen(), hub.log({old: false, live: true})])
              late(null, (end) => ends.push(end))
          },
        ),
      )
      hub.connect(bob).catch(() => {})
      await settles()
      expect(ends).toEqual([true, true])
    })
  })
}
