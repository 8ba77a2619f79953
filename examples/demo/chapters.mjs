/** The chapters: each does something, waits for the events that must follow, and proves what it claims. */
import {bothSides} from './both-sides.mjs'
import {inTime} from './errors.mjs'
import {cutWires, stopStack} from './peers.mjs'

/**
 * @typedef {import('./peers.mjs').Peer & {name: string, hub: any}} Member
 *
 * @typedef {object} Stage
 * @property {Member} alice
 * @property {Member} bob
 * @property {Member} carol
 * @property {{key: string, address: string}} dave who is not running
 * @property {any} hub Alice's, the one we watch
 * @property {import('./watch.mjs').Watch} watch
 * @property {import('./log.mjs').DemoLog} log of that hub
 * @property {(text: string) => void} act shows what somebody does
 * @property {(claim: string, isTrue: boolean) => void} prove
 *
 * @typedef {object} Chapter
 * @property {string} title
 * @property {string} caption
 * @property {(stage: Stage) => Promise<void>} play
 * @property {string[]} table what Alice's table holds afterwards
 */

/** @type {Chapter} */
const connect = {
  title: 'A connect',
  caption: 'Alice asks for Bob twice, and he is dialled once: his entry is there from the first moment on.',
  async play({hub, bob, watch, act, prove}) {
    act('hub.connect(bob), twice')
    const both = Promise.all([hub.connect(bob.address), hub.connect(bob.address)])
    const [first, second] = await inTime(both, 'connect()')
    await watch.expect('connecting Bob', 'connected Bob')
    const {rpc} = watch.connected.get('Bob')
    prove('Both calls got the connection that was announced.', first === rpc && second === rpc)
  },
  table: ['Bob connected'],
}

/** @type {Chapter} */
const refused = {
  title: 'A refused connect',
  caption: 'Dave is not running. A failed attempt tells its reason, and leaves nothing to clean up.',
  async play({hub, dave, watch, act, prove}) {
    act('hub.connect(dave)')
    const {code} = await errorOf(hub.connect(dave.address))
    await watch.expect('connecting Dave', 'connecting-failed Dave')
    prove('connect() rejected with ECONNREFUSED.', code === 'ECONNREFUSED')
    prove('Dave has no entry.', hub.getState(dave.address) === undefined)
  },
  table: ['Bob connected'],
}

/** @type {Chapter} */
const disconnect = {
  title: 'A disconnect',
  caption: 'Alice hangs up on Bob. The entry goes when the link is closed, not when closing it begins.',
  async play({hub, bob, watch, act, prove}) {
    const {rpc} = watch.connected.get('Bob')
    act('hub.disconnect(bob)')
    const answer = await inTime(hub.disconnect(bob.address), 'disconnect()')
    await watch.expect('disconnecting Bob', 'disconnected Bob')
    prove('disconnect() resolved with true.', answer === true)
    prove('The connection is closed.', rpc.closed)
  },
  table: ['Carol connected'],
}

/** @type {Chapter} */
const metadata = {
  title: 'Metadata',
  caption: 'Notes of your app live and die with the entry; the hub does not let them touch its own fields.',
  async play({hub, bob, watch, act, prove}) {
    act("hub.connect(bob, {type: 'friend', note: 'likes tea'})")
    await inTime(hub.connect(bob.address, {type: 'friend', note: 'likes tea'}), 'connect()')
    await watch.expect('connecting Bob', 'connected Bob')
    act("hub.update(bob, {note: 'makes tea', state: 'famous'})")
    const updated = hub.update(bob.address, {note: 'makes tea', state: 'famous'})
    const [, data] = [...hub.entries()].find(([address]) => address === bob.address)
    prove('The note changed; the log tells of it, listen() does not.', updated && data.note === 'makes tea')
    prove('Bob is connected, not famous.', data.state === 'connected')
  },
  table: ['Carol connected', 'Bob connected'],
}

/** @type {Chapter} */
const death = {
  title: 'A remote that dies',
  caption: 'Carol crashes without a goodbye. Alice hears of it unasked, so her table holds only the living.',
  async play({hub, alice, carol, watch, act, prove}) {
    const {rpc} = watch.connected.get('Carol')
    act("Carol's connections are cut, and nothing listens at her address any more")
    cutWires(alice.port, carol.port)
    await inTime(stopStack(carol.ssb), 'Carol to stop')
    await watch.expect('disconnected Carol')
    prove('Carol has no entry, and her connection is closed.', !hub.getState(carol.address) && rpc.closed)
  },
  table: ['Bob connected'],
}

/** @type {Chapter} */
const reset = {
  title: 'A reset',
  caption: 'The network changed: Alice drops all she has, and starts afresh. No promise is left open.',
  async play({hub, alice, carol, watch, act, prove}) {
    act('hub.connect(carol), and before that is decided, hub.reset()')
    const calledOff = errorOf(hub.connect(carol.address))
    hub.reset()
    const {code} = await calledOff
    await watch.expect('connecting Carol')
    await watch.expect('disconnecting Bob', 'disconnected Bob')
    await watch.expect('disconnecting Carol', 'disconnected Carol')
    prove('The connect() in flight rejected with ERR_CALLED_OFF.', code === 'ERR_CALLED_OFF')
    const rpcs = Object.values(alice.ssb.peers).flat()
    prove('secret-stack holds no connection any more.', rpcs.length === 0)
    act('hub.close()')
    hub.close()
    prove('Both streams ended.', watch.ended.length === 2)
  },
  table: [],
}

/** @type {Chapter} */
const replay = {
  title: 'A replay',
  caption:
    'All of this was recorded as it happened. The file is enough to go through it again, without peers.',
  async play({log, act, prove}) {
    act('a ReplayHub steps through the log, and snapshots() folds it')
    const {counts, isSame} = await log.compare()
    prove(`${counts}: both tables equal the one that Alice had, at every event.`, isSame)
  },
  table: [],
}

export const chapters = [connect, refused, bothSides, disconnect, metadata, death, reset, replay]

/** The error with which a connect() must reject. */
function errorOf(promise) {
  const error = promise.then(
    () => ({code: 'no error at all'}),
    (error) => error,
  )
  return inTime(error, 'connect()')
}
