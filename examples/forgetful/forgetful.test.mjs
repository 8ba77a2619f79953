import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {DivergenceError, decode, ReplayHub} from 'ssb-conn-hub/replay'
import {forgetful} from './forgetful.mjs'

const {events} = decode(readFileSync(new URL('forgetful.jsonl', import.meta.url)))
const failures = events.filter(({type}) => type === 'connecting-failed')
const {address: good} = events.find(({type}) => type === 'connected')
const {address: dead} = failures[0]

/** Starts the plugin on a replay, which plays whenever time passes. */
function start({mock}, options) {
  mock.timers.enable({apis: ['setTimeout']})
  const hub = new ReplayHub(events)
  const db = new Map([[good], [dead]])
  forgetful(hub, db, options)
  hub.play()
  // Step by step, because timers set timers.
  const pass = (ms) => {
    for (; ms > 0; ms--) mock.timers.tick(1)
  }
  return {hub, db, pass}
}

test('forgets a peer when it has failed three times, and keeps the other', (t) => {
  const {hub, db, pass} = start(t)
  pass(failures[2].time - hub.now() - 1)
  assert.deepEqual([...db.keys()], [good, dead])
  pass(1)
  assert.deepEqual([...db.keys()], [good])
})

test('makes the calls that it made when it was recorded, and no others', (t) => {
  const {hub, pass} = start(t)
  pass(5000)
  assert.deepEqual(hub.unclaimed(), [])
  assert.deepEqual(hub.divergences, [])
})

test('with more patience it would not: the call that was never recorded is a divergence', (t) => {
  const {hub, pass} = start(t, {patience: 4})
  pass(5000)
  assert.ok(hub.divergences[0] instanceof DivergenceError)
  t.diagnostic(hub.divergences[0].message)
})
