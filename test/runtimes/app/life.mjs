// What a project does that runs anywhere: a hub on a fake stack, whose log is written, read, folded and replayed.
import ConnHub from 'ssb-conn-hub'
import {decode, encode, fold, ReplayHub} from 'ssb-conn-hub/replay'
import {
  addressOf,
  connect,
  connected,
  connecting,
  FakeStack,
  given,
  settled,
  VirtualClock,
} from 'ssb-conn-hub/testing'

/** Lives a hub's life. Rejects with the first thing that is not as it should be. */
export async function life() {
  const {hub, stack} = hubOnFakeStack()
  const [alice, bob] = [addressOf('alice'), addressOf('bob')]
  await hub.connect(alice, {note: 'asked for'})
  hub.update(alice, {note: 'updated'})
  stack.dialByPlugin('bob')
  await settled()
  same('the state of what another plugin dialled', hub.getState(bob), 'connected')
  await hub.disconnect(alice)

  const recorded = hub.snapshot()
  const {events} = decode(encode(await itemsOf(hub.log())))
  same('the types of the events', typesOf(events), [
    'connecting',
    'connected',
    'updated',
    'connected',
    'disconnecting',
    'disconnected',
  ])
  same('the fold of the log', fold(events), recorded)
  const replay = new ReplayHub(events)
  while (replay.step());
  same('the table after the replay', replay.snapshot(), recorded)
  hub.close()

  given(connecting(alice), connected(alice))
    .when(connect(bob))
    .thenState({[alice]: 'connected', [bob]: 'connecting'})
}

/** A hub whose dials succeed at once, in a time of its own. */
export function hubOnFakeStack() {
  const stack = new FakeStack()
  stack.onDial = (dial) => dial.succeed()
  return {stack, hub: new ConnHub(stack, {clock: new VirtualClock()})}
}

export function typesOf(items) {
  return items.map(({type}) => type)
}

export function same(what, actual, expected) {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== shouldBe) throw new Error(`${what} is ${is}, and should be ${shouldBe}`)
}

/** All items of a stream, read as a pull-stream is: not every runtime has `for await`. */
function itemsOf(source) {
  return new Promise((resolve, reject) => {
    const items = []
    const ask = () => {
      source(null, (end, item) => {
        if (end === true) return resolve(items)
        if (end) return reject(end)
        items.push(item)
        ask()
      })
    }
    ask()
  })
}
