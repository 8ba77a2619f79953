import pull from 'pull-stream'
import {describe, expect} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {uncaught} from '../kit/setup'
import {connect, heard, type Scenario} from './scene'

const bob = addressOf('bob')
const carol = addressOf('carol')

/** What readers may rely on. */
export function describeReaders(scenario: Scenario): void {
  describe('readers', () => {
    scenario('are told in order what is applied at once (I11)', async ({hub, settles}) => {
      const told: string[] = []
      const name = (address: string) => (address === bob ? 'bob' : 'carol')
      pull(
        hub.listen(),
        pull.drain(({type, address}) => {
          told.push(`1 ${type} ${name(address)}`)
          if (type !== 'connecting' || address !== bob) return
          hub.connect(carol).catch(() => {})
          expect(hub.getState(carol)).toBe('connecting')
          hub.disconnect(bob).catch(() => {})
          expect(hub.getState(bob)).toBe('disconnecting')
        }),
      )
      pull(
        hub.listen(),
        pull.drain(({type, address}) => {
          told.push(`2 ${type} ${name(address)}`)
        }),
      )
      hub.connect(bob).catch(() => {})
      await settles()
      const events = ['connecting bob', 'connecting carol', 'disconnecting bob', 'disconnected bob']
      expect(told).toEqual(events.flatMap((event) => [`1 ${event}`, `2 ${event}`]))
    })

    scenario('hear of an outcome before its promise is settled (I12)', async ({hub, happens}) => {
      const order: string[] = []
      heard(hub, ({type}) => order.push(type))
      const connected = hub.connect(bob).then(() => order.push('promise'))
      await happens(({stack}) => stack.lastDial.succeed())
      await connected
      expect(order).toEqual(['connecting', 'connected', 'promise'])
    })

    scenario('that throw harm neither the hub nor their neighbours (I13)', async (scene) => {
      const {hub} = scene
      const error = new Error('the fault of a reader')
      const types: string[] = []
      const surfaced = await uncaught(async () => {
        heard(hub, () => {
          throw error
        })
        heard(hub, ({type}) => types.push(type))
        await connect(scene, bob)
      })
      expect(surfaced).toEqual([error])
      expect(types).toEqual(['connecting', 'connected'])
    })
  })
}
