/** What the first 1,000 calls of a process take, before V8 has compiled them: each time in a fresh process. */
import {execFileSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {cpuTime, undisturbed} from './in-turns.mjs'
import {BenchStack, Peer} from './stack.mjs'

const self = fileURLToPath(import.meta.url)
const calls = 1000
const operations = ['update', 'incoming', 'connect']
const names = ['ours', 'old', 'least']

export function cold({processes}) {
  return operations.map((operation) => {
    const taken = Object.fromEntries(names.map((name) => [name, []]))
    for (let i = 0; i < processes; i++) {
      // In another order each time, so that what disturbs one disturbs the other.
      for (let at = 0; at < names.length; at++) {
        const name = names[(i + at) % names.length]
        taken[name].push(Number(execFileSync(process.execPath, [self, name, operation], {encoding: 'utf8'})))
      }
    }
    const times = Object.fromEntries(names.map((name) => [name, undisturbed(taken[name])]))
    return {operation, calls, ...times}
  })
}

/** Each loads nothing but what it needs. */
async function make(name, stack) {
  if (name === 'least') return new (await import('./least.mjs')).Least(stack)
  const require = createRequire(import.meta.url)
  const Hub = require(name === 'ours' ? '../lib/index.js' : 'ssb-conn-hub-1')
  return new Hub(stack)
}

/** @returns the CPU time of one call, in µs */
async function time(name, operation) {
  const peers = Array.from({length: calls}, (_, number) => new Peer(number))
  const stack = new BenchStack(peers)
  const hub = await make(name, stack)
  if (operation === 'update') stack.incoming(peers[0])
  const start = cpuTime()
  if (operation === 'update') {
    for (let i = 0; i < calls; i++) hub.update(peers[0].address, {failure: i})
  } else if (operation === 'incoming') {
    for (const peer of peers) stack.incoming(peer)
  } else {
    for (const peer of peers) await hub.connect(peer.address)
  }
  return ((cpuTime() - start) / calls) * 1000
}

if (process.argv[1] === self) console.log(await time(process.argv[2], process.argv[3]))
