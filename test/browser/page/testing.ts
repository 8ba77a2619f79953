// What is bundled and run where Node's modules do not exist: a test of an app, in given, when and then.
import {addressOf, connect, connected, connecting, given, givenHub} from '../../../src/testing'

/** Tests a decision, and a hub on a fake stack in virtual time; the last expectation is wrong on purpose. */
export async function scene() {
  const bob = addressOf('bob')
  given(connecting(bob))
    .when(connect(bob, {n: 1}))
    .thenState({[bob]: {state: 'connecting', n: 1}})

  const scene = givenHub()
  await scene.given(({hub}) => void hub.connect(bob))
  await scene.when(({stack}) => void stack.lastDial.succeed())
  scene.thenTold(connected(bob, {isClient: true})).thenState({[bob]: 'connected'})
  try {
    scene.thenState({})
  } catch (error) {
    const {name, message} = error as Error
    return {name, message}
  }
  return undefined
}
