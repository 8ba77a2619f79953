// npm run prove [-- --runs 100000 --seed 1]: see the usage below.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {commandLine, wholeNumber} from '../kit/command-line.mjs'
import {withSource} from '../kit/with-source.mjs'

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
if (asked) {
  const entry = fileURLToPath(new URL('../../src/cli/progress.ts', import.meta.url))
  process.exitCode = await withSource(entry, ({progressOn}) =>
    prove(asked, progressOn(process.stderr, 'proving')),
  )
}

async function prove({runs, seed}, progress) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-prove-'))
  const doneFile = join(folder, 'done')
  const isWatched = process.stderr.isTTY
  const child = spawn(process.execPath, [vitest, 'run', 'test/model/model.test.ts'], {
    cwd: root,
    // Vitest has no line of its own where it writes to a pipe: there is one for how far the runs are.
    stdio: ['inherit', isWatched ? 'pipe' : 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...(isWatched && process.stdout.isTTY && {FORCE_COLOR: '1'}),
      ...{PROVE_RUNS: String(runs), PROVE_SEED: String(seed), PROVE_DONE: doneFile},
    },
  })
  child.stdout?.on('data', (text) => {
    progress.end()
    process.stdout.write(text)
  })
  // Each run is done twice: once for what the hub does, once for what others do to it.
  const watch = setInterval(() => progress.tell(doneIn(doneFile), 2 * runs), 200)
  try {
    const [code] = await once(child, 'close')
    return code ?? 1
  } finally {
    clearInterval(watch)
    progress.end()
    rmSync(folder, {recursive: true})
  }
}

function doneIn(file) {
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0
}
