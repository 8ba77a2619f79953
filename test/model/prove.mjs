// npm run prove [-- --runs 100000 --seed 1]: see the usage below.
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {commandLine, wholeNumber} from '../kit/command-line.mjs'

const usage = `Usage: npm run prove -- [options]

Runs a hub and a model of it side by side, in random ways, and compares them after each step. Exits with 1 at the
first difference, which it prints: shrunk, as steps to read, and as the hub's log.

  --runs N    how many runs (10000)
  --seed N    the same seed gives the same runs (1)
  -h, --help  shows this text
`

const asked = commandLine('prove', usage, (args) => {
  const text = {type: 'string'}
  const {runs = '10000', seed = '1'} = parseArgs({args, options: {runs: text, seed: text}}).values
  return {runs: wholeNumber('runs', runs, 1, 1e9), seed: wholeNumber('seed', seed, 0, 1e9)}
})
if (asked) process.exitCode = prove(asked)

function prove({runs, seed}) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const {status} = spawnSync(process.execPath, [vitest, 'run', 'test/model/model.test.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: {...process.env, PROVE_RUNS: String(runs), PROVE_SEED: String(seed)},
  })
  return status ?? 1
}
