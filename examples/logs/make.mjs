/**
 * Makes the logs that docs/seeing.md looks into: node make.mjs FOLDER. Hubs on fake stacks, in virtual time: the same
 * bytes each time.
 */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import '../built.mjs'

const {default: pull} = await import('pull-stream')
const {default: ConnHub} = await import('ssb-conn-hub')
const {encode} = await import('ssb-conn-hub/replay')
const {addressOf, FakeRpc, FakeStack, keyOfName, settled, VirtualClock} = await import('ssb-conn-hub/testing')

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node make.mjs FOLDER')

const second = 1000
const minute = 60 * second
const start = Date.UTC(2026, 2, 14, 19, 30)

/** A peer with a hub, whose clock is ahead by so many ms. */
class Peer {
  constructor(name, time, ahead = 0) {
    this.id = keyOfName(name)
    this.address = addressOf(name)
    this.stack = Object.assign(new FakeStack(), {id: this.id})
    this.clock = Object.create(time, {now: {value: () => time.now() + ahead}})
    this.hub = new ConnHub(this.stack, {clock: this.clock})
  }

  write(name) {
    const items = []
    pull(
      this.hub.log(),
      pull.drain((item) => items.push(item)),
    )
    const path = join(folder, name)
    if (existsSync(path)) throw new Error(`${path} is there already`)
    writeFileSync(path, encode(items, {id: this.id}))
  }
}

/** Lets time pass, and all that happens in it. */
async function pass(time, ms) {
  for (const end = time.now() + ms; time.now() < end; ) {
    time.advance(Math.min(second / 10, end - time.now()))
    await settled()
  }
}

/** Whole numbers below a limit that look random, and are the same in every run. */
function randomNumbers() {
  let state = 7
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/**
 * A laptop knows five pubs. Two of them are there. The others are not any more: the name of one is gone, one refuses,
 * and one never answers, so that the dial is given up after ten seconds. Its scheduler dials them every minute all the same.
 */
async function deadPubs() {
  const time = new VirtualClock(start)
  const random = randomNumbers()
  const {stack, hub, write} = bound(new Peer('laptop', time))
  const error = (code, message) => Object.assign(new Error(message), {code})
  const pubs = [
    ['harbour', (dial) => dial.succeed()],
    ['library', (dial) => dial.succeed()],
    ['attic', (dial) => dial.fail(error('ENOTFOUND', 'getaddrinfo ENOTFOUND attic.example.com'))],
    ['cellar', (dial) => dial.fail(error('ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.44:8008'))],
    ['lighthouse', () => {}],
  ].map(([name, answer]) => ({name, address: addressOf(name), answer}))
  stack.onDial = (dial) => {
    const {answer} = pubs.find(({address}) => address === dial.address)
    time.setTimeout(() => answer(dial), 40 + random(200))
  }
  const dialAll = () => {
    for (const {name, address} of pubs) {
      if (hub.getState(address)) continue
      const patience = new AbortController()
      hub.connect(address, {name, type: 'pub'}, {signal: patience.signal}).catch(() => {})
      time.setTimeout(() => {
        patience.abort(Object.assign(new Error('no answer within 10 s'), {name: 'TimeoutError'}))
      }, 10 * second)
    }
    time.setTimeout(dialAll, minute)
  }
  dialAll()
  await pass(time, 30 * minute - second)
  write('dead-pubs.jsonl')
}

/**
 * A phone is connected to its pub, as it seems. But the pub is full: it hangs up after twenty seconds, and the phone
 * dials again every minute. The clock of the pub is three minutes ahead.
 */
async function nothingNew() {
  const time = new VirtualClock(start)
  const random = randomNumbers()
  const phone = bound(new Peer('phone', time))
  const pub = bound(new Peer('harbour', time, 3 * minute + 140))
  const origin = (port) => `net:198.51.100.23:${port}~shs:${phone.id.slice(1, -'.ed25519'.length)}`
  phone.stack.onDial = (dial) => {
    const there = 40 + random(60)
    time.setTimeout(() => {
      const [ours, theirs] = [dial.rpc(), new FakeRpc(phone.id, origin(40_000 + random(9000)))]
      // What one side closes, the other notices.
      ours.once('closed', () => time.setTimeout(() => theirs.die(), there))
      theirs.once('closed', () => time.setTimeout(() => ours.die(), there))
      pub.stack.announce(theirs, false)
      time.setTimeout(() => dial.succeed(ours), there)
    }, there)
  }
  // A pub of two peers: whoever comes third has to go when it has looked at who is there.
  for (const name of ['ada', 'ben'])
    pub.stack.incoming(name, `net:203.0.113.${random(200)}:50123~shs:${keyOfName(name).slice(1, 45)}`)
  pull(
    pub.hub.listen(),
    pull.drain(({type, address}) => {
      if (type !== 'connected' || [...pub.hub.entries()].length <= 2) return
      time.setTimeout(() => pub.hub.disconnect(address).catch(() => {}), 20 * second)
    }),
  )
  const dial = () => {
    phone.hub.connect(pub.address, {name: 'harbour', type: 'pub'}).catch(() => {})
    time.setTimeout(dial, minute)
  }
  dial()
  await pass(time, 39 * minute - second)
  phone.write('nothing-new.jsonl')
  pub.write('nothing-new-pub.jsonl')
}

function bound(peer) {
  return Object.assign(peer, {write: peer.write.bind(peer)})
}

mkdirSync(folder, {recursive: true})
await deadPubs()
await nothingNew()
