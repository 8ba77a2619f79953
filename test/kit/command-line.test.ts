import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {ownEnvironment} from '../machine/npm'

const root = join(__dirname, '../..')

/** Runs a script as `npm run` does. */
function run(script: string, ...args: string[]): Promise<{code: unknown; stdout: string; stderr: string}> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      {cwd: root, env: ownEnvironment()},
      (error, stdout, stderr) => {
        resolve({code: error?.code ?? 0, stdout, stderr})
      },
    )
  })
}

describe.each([
  ['demo', 'examples/demo.mjs', ['--keep'], ['--keep', '']],
  [
    'simulate',
    'test/simulator/simulate.mjs',
    ['--peers', '--hours', '--seed', '--scheduler', '--log'],
    ['--peers', '0'],
  ],
  ['prove', 'test/model/prove.mjs', ['--runs', '--seed'], ['--runs', 'many']],
  ['bench', 'bench/run.mjs', ['--quick', '--only'], ['--only', 'nothing']],
])('npm run %s', (name, script, options, wrong) => {
  test('tells its options when it is asked for help', async () => {
    const {code, stdout, stderr} = await run(script, '--help')
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout.startsWith(`Usage: npm run ${name}`)).toBe(true)
    for (const option of [...options, '-h, --help']) expect(stdout).toContain(`\n  ${option} `)
    expect((await run(script, '-h')).stdout).toBe(stdout)
  })

  test.each([
    [['--colour', 'red']],
    [['--colour=red']],
    [wrong],
  ])('says in one line what is wrong with %j', async (args) => {
    const {code, stdout, stderr} = await run(script, ...args)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    expect(stderr).toMatch(new RegExp(`^${name}: .*${args[0]?.slice(0, 6)}.*; --help shows the options\n$`))
  })
})
