import {describe, expect, test} from 'vitest'
import {logOf} from '../kit/reading'
import {settled, setup} from '../kit/setup'
import {bob, carol, told} from './items'

describe('the log says who caused an event', () => {
  test('a call, the outcome of our dial, the remote', async () => {
    const {hub, stack} = setup()
    void hub.connect(bob, {n: 1})
    const rpc = stack.lastDial.succeed()
    hub.update(bob, {n: 2})
    void hub.connect(bob, {n: 3})
    await settled()
    rpc.die()
    hub.connect(bob).catch(() => {})
    stack.lastDial.fail()
    await settled()
    expect(told(logOf(hub))).toEqual([
      'caller connecting',
      'stack connected',
      'caller updated',
      'caller updated',
      'remote disconnected',
      'caller connecting',
      'stack connecting-failed',
    ])
  })

  test('a remote that connects, another plugin of ours that dials, links in reserve', async () => {
    const {hub, stack} = setup()
    const first = stack.incoming('bob', bob)
    const second = stack.dialByPlugin('bob', bob)
    await settled()
    const third = stack.incoming('bob', bob)
    third.die()
    first.die()
    second.die()
    stack.dialByPlugin('carol', carol)
    await settled()
    expect(told(logOf(hub), 'link', 'inbound')).toEqual([
      'remote connected 1 true',
      'stack reserved 2 false',
      'remote reserved 3 true',
      'remote released 3',
      'remote disconnected',
      'hub connected 2 false',
      'remote disconnected',
      'stack connected 4 false',
    ])
  })

  test('a disconnect, its outcome, and what the hub does for a caller that waited', async () => {
    const {hub, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    const reserve = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    reserve.closeMode = 'hangs'
    const refused = hub.disconnect(bob)
    refused.catch(() => {})
    reserve.answerCloses()
    rpc.answerCloses(new Error('refused'))
    void hub.disconnect(bob)
    hub.connect(bob).catch(() => {})
    rpc.answerCloses()
    expect(told(logOf(hub).slice(2))).toEqual([
      'caller disconnecting',
      'stack released',
      'stack disconnecting-failed',
      'caller disconnecting',
      'stack disconnected',
      'hub connecting',
    ])
  })

  test('reset() and close(), and what follows of them', async () => {
    const {hub, stack} = setup()
    stack.incoming('bob', bob)
    hub.reset()
    stack.incoming('carol', carol)
    hub.close()
    hub.reset()
    hub.close()
    expect(told(logOf(hub))).toEqual([
      'remote connected',
      'caller reset',
      'hub disconnecting',
      'hub disconnected',
      'remote connected',
      'hub reset',
      'hub disconnecting',
      'hub disconnected',
      'caller closed',
    ])
  })
})
