import {describe, expect, test} from 'vitest'
import {toListenEvent} from '../../src/readers/listen-event'
import {addressOf, keyOfName} from '../kit/fake-stack'
import {setup} from '../kit/setup'

const bob = addressOf('bob')
const key = keyOfName('bob')

/** A life with an event of each public type. */
async function lived() {
  const {hub, stack, told} = setup()
  hub.connect(bob).catch(() => {})
  stack.lastDial.fail('busy')
  const connected = hub.connect(bob)
  const rpc = stack.lastDial.succeed()
  await connected
  hub.update(bob, {n: 1})
  rpc.closeMode = 'fails'
  await hub.disconnect(bob).catch(() => {})
  rpc.closeMode = 'closes'
  await hub.disconnect(bob)
  return {events: told.events, rpc}
}

describe('what listen() emits', () => {
  test('has type, address and key, the details of its type, and no other field', async () => {
    const {events, rpc} = await lived()
    const details = {rpc, isClient: true}
    expect(events).toStrictEqual([
      {type: 'connecting', address: bob, key},
      {type: 'connecting-failed', address: bob, key, details: 'busy'},
      {type: 'connecting', address: bob, key},
      {type: 'connected', address: bob, key, details},
      {type: 'disconnecting', address: bob, key},
      {type: 'disconnecting-failed', address: bob, key, details: new Error('close failed')},
      {type: 'disconnecting', address: bob, key},
      {type: 'disconnected', address: bob, key},
    ])
  })

  test('is frozen, and so are the details of a connection; what is live in them is not', async () => {
    for (const event of (await lived()).events) {
      expect(Object.isFrozen(event), event.type).toBe(true)
      if (event.type === 'connected') {
        expect(Object.isFrozen(event.details)).toBe(true)
        expect(Object.isFrozen(event.details.rpc)).toBe(false)
      }
      if (event.details instanceof Error) expect(Object.isFrozen(event.details)).toBe(false)
    }
  })

  test('is nothing for events of the log alone', () => {
    const about = {address: bob, cause: 'hub', seq: 1, time: 1} as const
    expect(toListenEvent({...about, type: 'updated'}, {})).toBeUndefined()
    expect(toListenEvent({...about, type: 'reserved', link: 1, inbound: true}, {})).toBeUndefined()
    expect(toListenEvent({...about, type: 'released', link: 1}, {})).toBeUndefined()
    expect(toListenEvent({type: 'reset', cause: 'caller', seq: 1, time: 1}, {})).toBeUndefined()
    expect(toListenEvent({type: 'closed', cause: 'caller', seq: 1, time: 1}, {})).toBeUndefined()
  })

  test('has an rpc also where none is at hand', () => {
    const event = {
      type: 'connected',
      address: bob,
      cause: 'hub',
      seq: 1,
      time: 1,
      link: 1,
      inbound: false,
    } as const
    expect(toListenEvent(event, {})).toMatchObject({details: {rpc: {}}})
  })
})
