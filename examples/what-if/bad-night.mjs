/** Makes the log of a bad night, in virtual time: node bad-night.mjs FILE. It is the same log each time. */
import {existsSync, writeFileSync} from 'node:fs'
import {gzipSync} from 'node:zlib'
import '../built.mjs'

const {default: pull} = await import('pull-stream')
const {encode} = await import('ssb-conn-hub/replay')
const {addressOf, keyOfName, recordedWorld} = await import('ssb-conn-hub/testing')
const {asItIs, liveThrough} = await import('./ssb-conn.mjs')

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: node bad-night.mjs FILE')
if (existsSync(path)) throw new Error(`${path} is there already`)

const minute = 60_000
const start = Date.UTC(2026, 2, 14, 22)
const end = start + 8 * 60 * minute

/** From which minute to which the laptop has no network: a short while, then for long, then on and off. */
const outages = [
  [35, 38],
  [70, 185],
  [192, 201],
  [206, 214],
  [223, 300],
  [420, 425],
]

const refusal = (code, message) => (dial) => dial.fail(Object.assign(new Error(message), {code}))
const connection = (minutes) => (dial) => {
  const rpc = dial.succeed()
  open.add(rpc)
  clock.setTimeout(() => rpc.die(), -Math.log(1 - random()) * minutes * minute)
}

/** The pubs that it knows, and what comes of a dial where there is a network: a connection of so many minutes, on average. */
const pubs = {
  harbour: connection(90),
  library: connection(60),
  bakery: connection(45),
  museum: connection(25),
  cinema: connection(12),
  attic: refusal('ENOTFOUND', 'getaddrinfo ENOTFOUND attic.example.com'),
  cellar: refusal('ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.44:8008'),
  lighthouse: () => {},
}
const noNetwork = refusal('ENETUNREACH', 'connect ENETUNREACH')

// A world in which nothing happens by itself.
const world = recordedWorld([{type: 'checkpoint', seq: 0, time: 0, since: start, entries: []}], {seed: 7})
const {clock, random, stack} = world
const open = new Set()

stack.onDial = (dial) => {
  const [, answer] = Object.entries(pubs).find(([name]) => addressOf(name) === dial.address)
  clock.setTimeout(() => (isOnline() ? answer : noNetwork)(dial), 30 + random() * 200)
}

function isOnline() {
  const minutes = (world.now - start) / minute
  return outages.every(([from, to]) => minutes < from || to <= minutes)
}

for (const [from] of outages) clock.setTimeout(dropAll, from * minute)

function dropAll() {
  for (const rpc of open) rpc.die()
  open.clear()
}

const book = new Map(Object.keys(pubs).map((name) => [addressOf(name), {key: keyOfName(name), type: 'pub'}]))
const {hub} = await liveThrough(world, book, asItIs, end)
const items = []
pull(
  hub.log(),
  pull.drain((item) => items.push(item)),
)
writeFileSync(path, gzipSync(encode(items, {id: hub.id})))
// Modules of ssb-conn's watch the machine's network for as long as the process runs.
process.exit()
