import {readFileSync} from 'node:fs'
import {decode, ReplayHub} from 'ssb-conn-hub/replay'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {forgetful} from '../forgetful.mjs'

const {events} = decode(readFileSync(new URL('../forgetful.jsonl', import.meta.url)))
const failures = events.filter(({type}) => type === 'connecting-failed')
const {address: good} = events.find(({type}) => type === 'connected')
const {address: dead} = failures[0]

beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'Date']})
})

afterEach(() => {
  vi.useRealTimers()
})

/** Starts the plugin on a replay, which plays whenever time passes. */
function start(options) {
  const hub = new ReplayHub(events)
  const db = new Map([[good], [dead]])
  forgetful(hub, db, options)
  hub.play()
  return {hub, db}
}

test('forgets a peer when it has failed three times, and keeps the other', async () => {
  const {hub, db} = start()
  await vi.advanceTimersByTimeAsync(failures[2].time - hub.now() - 1)
  expect([...db.keys()]).toEqual([good, dead])
  await vi.advanceTimersByTimeAsync(1)
  expect([...db.keys()]).toEqual([good])
})

test('makes the calls that it made when it was recorded, and no others', async () => {
  const {hub} = start()
  await vi.advanceTimersByTimeAsync(5000)
  expect(hub.unclaimed()).toEqual([])
  expect(hub.divergences).toEqual([])
})

test('with more patience it would not: the call that was never recorded is a divergence', async () => {
  const {hub} = start({patience: 4})
  await vi.advanceTimersByTimeAsync(5000)
  expect(hub.divergences).toMatchObject([{code: 'ERR_DIVERGENCE'}])
  expect(hub.divergences[0].message).toContain('recorded next: nothing')
})
