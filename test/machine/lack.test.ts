import {execFile} from 'node:child_process'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {expect, test} from 'vitest'
import {ownEnvironment} from './npm'

const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs')

/** Runs the tests of `bare`, whose machine lacks something. */
function run(settings: NodeJS.ProcessEnv): Promise<{code: unknown; stdout: string}> {
  const {CI, FORCE_COLOR, ...others} = ownEnvironment()
  const options = {cwd: join(__dirname, 'bare'), env: {...others, NO_COLOR: '1', ...settings}}
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, 'run'], options, (error, stdout) => {
      resolve({code: error?.code ?? 0, stdout})
    })
  })
}

test('where the machine lacks what tests need, they are skipped, and the last lines say so', async () => {
  const {code, stdout} = await run({})
  expect(stdout).toContain('1 passed | 3 skipped')
  expect(stdout.trim().split('\n').slice(-3)).toEqual([
    '',
    expect.stringMatching(/^2 tests of \S+ skipped: there is no moon\.$/),
    'Wait for the night.',
  ])
  expect(code).toBe(0)
})

test('in CI they fail', async () => {
  const {code, stdout} = await run({CI: 'true'})
  expect(stdout).toContain('1 passed | 1 skipped')
  expect(stdout).toContain('2 failed')
  expect(code).toBe(1)
})
