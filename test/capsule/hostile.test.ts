import {writeFileSync} from 'node:fs'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {ConnHubError, replayPlugin} from '../../src/capsule'
import ConnHub from '../../src/index'
import type {FakeStack} from '../../src/testing'
import {changed, changes} from '../kit/hostile'
import {runs} from '../kit/random'
import {address, newPath, pass, pluginOf, record, second} from './kit'

/** Uses all that a recording has: streams, promises, timers of each kind, chance, a file, an rpc, its own API. */
const load = () =>
  pluginOf((ssb: FakeStack, config?: unknown) => {
    const hub = new ConnHub(ssb)
    const dial = (address: string) =>
      hub.connect(address, {at: Date.now(), chance: Math.random(), id: ssb.id, config}).then(
        (rpc) => hub.update(address, {rpc: Object(rpc).id}),
        (error) => hub.update(address, {error: Object(error).message}),
      )
    const read = async () => {
      for await (const event of hub.listen()) {
        const {type, address} = Object(event)
        if (type === 'connecting-failed') setTimeout(dial, 10, address)
      }
    }
    read().catch(() => {})
    const interval = setInterval(() => {
      for (const [address] of hub.entries()) hub.update(address, {state: hub.getState(address)})
    }, 15)
    ssb.on('rpc:connect', (rpc: unknown) => setImmediate(() => hub.update(address, {id: Object(rpc).id})))
    require('node:fs')
      .promises.readFile(__filename)
      .then(
        (text: unknown) => hub.update(address, {size: Object(text).length}),
        () => {},
      )
    return {
      add: (address: string) => void dial(address).catch(() => {}),
      stop: () => clearInterval(interval),
    }
  })

async function recordLines(): Promise<string[]> {
  const {api, ssb, end} = record(load, {config: {quota: 2, nested: {list: [1, null]}}})
  api.add(address)
  api.add(second)
  ssb.dials[0]?.fail(new Error('refused'))
  await pass(30)
  ssb.dials[1]?.succeed()
  await pass(20)
  api.stop()
  return end()
}

test('a recording that was changed in any way is replayed, or there is a clear error; nothing hangs, nothing escapes', {
  timeout: 120_000,
}, async () => {
  const [header, ...lines] = await recordLines()
  const items = lines.map((line) => JSON.parse(line))
  const path = newPath()
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(changes, fc.option(fc.nat({max: 100})), async (how, torn) => {
      const text = [header, ...changed(items, how).map((item) => JSON.stringify(item)), ''].join('\n')
      writeFileSync(path, torn === null ? text : text.slice(0, -torn))
      const error = await replayPlugin(load, path).then(
        () => undefined,
        (error) => error,
      )
      // The plugin may fail because of what it is given.
      const [, thrower = ''] = String(error?.stack).split('\n    at ')
      if (error !== undefined && !thrower.includes(__filename)) expect(error).toBeInstanceOf(ConnHubError)
      outcomes.add(error === undefined ? 'exact' : error.code)
    }),
    runs,
  )
  expect([...outcomes]).toEqual(
    expect.arrayContaining(['exact', 'ERR_DIVERGENCE', 'ERR_LOG_FORMAT', 'ERR_LOG_ORDER']),
  )
})
