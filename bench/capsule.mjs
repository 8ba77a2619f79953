// What a recording of a plugin costs those beside it. `node bench/capsule.mjs`

import {mkdtempSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const require = createRequire(import.meta.url)
const ConnHub = require('../lib/index.js')
const {recordPlugin} = require('../lib/capsule.js')
const {FakeStack} = require('../lib/testing.js')

const shs = Buffer.alloc(32, 1).toString('base64')
let sink = 0

/** ns a call, the best of seven. */
async function time(count, work) {
  let best = Infinity
  for (let i = 0; i < 7; i++) {
    const began = process.hrtime.bigint()
    await work(count)
    best = Math.min(best, Number(process.hrtime.bigint() - began) / count)
  }
  return Math.round(best)
}

const looks = (count) => {
  for (let i = 0; i < count; i++) sink += Date.now()
}
const awaits = async (count) => {
  for (let i = 0; i < count; i++) await null
}

/** Reads what happens, and writes what it saw into the entry. */
const plugin = {
  name: 'plugin',
  version: '1.0.0',
  manifest: {},
  init(ssb) {
    const hub = new ConnHub(ssb)
    const source = hub.listen()
    source(null, function next(end, {type, address} = {}) {
      if (end) return
      if (type === 'connected') hub.update(address, {seen: Date.now()})
      source(null, next)
    })
    return {connect: (address) => hub.connect(address), disconnect: (address) => hub.disconnect(address)}
  },
}

/** Four events of the hub: connecting, connected, updated by the plugin, and their end. */
function eventsOf(init) {
  const ssb = new FakeStack()
  const api = init(ssb)
  let n = 0
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const address = `net:example.com:${++n}~shs:${shs}`
      const connecting = api.connect(address)
      ssb.dials.pop().succeed()
      await connecting
      await api.disconnect(address)
    }
  }
}

const before = {
  look: await time(1e6, looks),
  await: await time(3e5, awaits),
  events: await time(
    2000,
    eventsOf((ssb) => plugin.init(ssb)),
  ),
}
const recorded = recordPlugin(() => plugin, join(mkdtempSync(join(tmpdir(), 'bench-')), 'field.jsonl'), {
  maxBytes: 2 ** 30,
})
const events = eventsOf((ssb) => recorded.init(ssb, {}))
await events(1)
await new Promise((resolve) => setTimeout(resolve, 50))
const beside = {look: await time(1e6, looks), await: await time(3e5, awaits)}
const after = {...beside, events: await time(2000, events)}
await recorded.recording.close()
console.log(process.version, sink > 0)
console.table({
  'Date.now() of others, ns': {before: before.look, after: after.look},
  'await of others, ns': {before: before.await, after: after.await},
  'four events of the hub, µs': {before: before.events / 1000, after: after.events / 1000},
})
process.exit()
