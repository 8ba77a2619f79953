import {test} from 'node:test'
import {
  addressOf,
  connected,
  connecting,
  connectingFailed,
  disconnected,
  disconnecting,
  givenHub,
} from 'ssb-conn-hub/testing'
import {quota} from './quota.mjs'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => addressOf(name))

/** The plugin, on a hub whose stack and clock are the test's. */
function start() {
  const scene = givenHub()
  const {setTimeout} = scene.clock
  quota(scene.hub, {most: 2, setTimeout})
  return scene
}

test('lets the newest go when there are too many', async () => {
  const scene = start()
  await scene.given(({stack}) => {
    stack.incoming('alice', alice)
    stack.incoming('bob', bob)
  })
  await scene.when(({stack}) => stack.incoming('carol', carol))
  scene.thenTold(connected(carol), disconnecting(carol), disconnected(carol))
  scene.thenState({[alice]: 'connected', [bob]: {state: 'connected', inbound: true}})
})

test('dials again when a dial has failed, and not at once', async () => {
  const scene = start()
  await scene.when(({hub}) => hub.connect(bob))
  await scene.when(({stack}) => stack.lastDial.fail(new Error('no route')))
  scene.thenTold(connecting(bob), connectingFailed(bob, {error: {message: 'no route'}}))
  await scene.when(({clock}) => clock.advance(999))
  scene.thenTold()
  await scene.when(({clock}) => clock.advance(1))
  scene.thenTold(connecting(bob))
})
