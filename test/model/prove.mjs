/**
 * Runs hub and model side by side, as often as asked: node test/model/prove.mjs --runs 100000 --seed 1
 * Exits with 1 at the first difference, which it prints: shrunk, as steps to read, and as the hub's log.
 */
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

const {values} = parseArgs({
  options: {runs: {type: 'string', default: '10000'}, seed: {type: 'string', default: '1'}},
})
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,9}$/.test(value)) {
    console.error(`--${name} is not a number: ${value}`)
    process.exit(2)
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const {status} = spawnSync(process.execPath, [vitest, 'run', 'test/model/model.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: {...process.env, PROVE_RUNS: values.runs, PROVE_SEED: values.seed},
})
process.exitCode = status ?? 1
