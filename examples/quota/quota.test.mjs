import assert from 'node:assert/strict'
import {createRequire} from 'node:module'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {PluginDivergenceError, replayPlugin} from 'ssb-conn-hub/capsule'

const require = createRequire(import.meta.url)
const field = fileURLToPath(new URL('field.jsonl', import.meta.url))

test('as it was, the plugin does what it did', () => replayPlugin(() => require('./as-it-was.cjs'), field))

test('it lets the third go, also after a reset that called a dial off', async (t) => {
  const error = await replayPlugin(() => require('./quota.cjs'), field).catch((error) => error)
  assert.ok(error instanceof PluginDivergenceError)
  assert.equal(error.recorded, undefined)
  assert.match(error.called, /^disconnect\(/)
  assert.match(error.turn.given, /"type":"connected"/)
  t.diagnostic(error.message)
})
