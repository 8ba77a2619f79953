/** What stays in memory, in bytes, after all garbage is collected. */
import pull from 'pull-stream'
import {Least} from './least.mjs'
import {ConnHub, ConnHub1} from './packages.mjs'
import {BenchRpc, BenchStack, Peer} from './stack.mjs'
import {fill} from './subjects.mjs'

const entries = 1000
const missed = 500
const readers = 500
const goneReaders = 10_000

export function memory() {
  return [
    {...row('an entry', perEntry), least: perEntry(Least)},
    {what: 'an event that the log keeps', ours: perEvent()},
    row('a listen() reader that waits', (Hub) => perReader(Hub, readers, (hub) => waiting(hub.listen()))),
    row('a liveEntries() reader that waits', (Hub) =>
      perReader(Hub, readers, (hub) => waiting(hub.liveEntries())),
    ),
    row('a listen() reader that left', (Hub) => perReader(Hub, goneReaders, (hub) => gone(hub.listen()))),
    row('a liveEntries() reader that left', (Hub) =>
      perReader(Hub, goneReaders, (hub) => gone(hub.liveEntries())),
    ),
    row(`a liveEntries() reader that stalled for ${missed} updates`, perStalledReader),
  ]
}

function row(what, measure) {
  return {what, ours: measure(ConnHub), old: measure(ConnHub1)}
}

/** Without the rpcs and the addresses: these are the stack's. The second time, when all code is compiled. */
function perEntry(Hub) {
  perEntryOf(Hub)
  return perEntryOf(Hub)
}

function perEntryOf(Hub) {
  const peers = Array.from({length: 5000}, (_, number) => new Peer(number))
  const rpcs = peers.map((peer) => new BenchRpc(peer))
  const stack = new BenchStack()
  return growth(rpcs.length, () => {
    const hub = new Hub(stack, {logLimit: 0})
    for (const rpc of rpcs) stack.announce(rpc, false)
    return hub
  })
}

function perEvent() {
  const events = 20_000
  const [kept, dropped] = [events, 0].map((logLimit) => {
    const {hub, peers} = filled(ConnHub, {logLimit})
    return growth(events, () => {
      for (let i = 0; i < events; i++) hub.update(peers[i % entries].address, {failure: i})
      return hub
    })
  })
  return kept - dropped
}

function perReader(Hub, count, read) {
  const {hub} = filled(Hub)
  return growth(count, () => {
    for (let i = 0; i < count; i++) read(hub)
    return hub
  })
}

/** It has asked once, and lets go of what it was given. */
function perStalledReader(Hub) {
  const {hub, peers} = filled(Hub)
  return growth(1, () => {
    const source = hub.liveEntries()
    source(null, () => {})
    for (let i = 0; i < missed; i++) hub.update(peers[i].address, {failure: i})
    return [hub, source]
  })
}

function filled(Hub, options = {logLimit: 0}) {
  const peers = Array.from({length: entries}, (_, number) => new Peer(number))
  const stack = new BenchStack()
  return {hub: fill(new Hub(stack, options), stack, peers), peers}
}

/** It has been given what there was, and asked for more. */
function waiting(source) {
  pull(source, pull.drain())
}

function gone(source) {
  source(null, () => {})
  source(true, () => {})
}

/** How much memory is held by what the function returns, and by what it did. */
function growth(count, make) {
  const before = used()
  const held = make()
  const after = used()
  // Asked of what is held, so that it is held until here.
  return held ? (after - before) / count : 0
}

function used() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
