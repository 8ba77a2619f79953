// Replays a recording under each of the test runners that people use, with and without their fake timers. Jest and Mocha
// are installed for it, from the npm registry.
import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const lib = join(root, 'lib')
const field = join(root, 'test/capsule/field')
const run = promisify(execFile)

/** How a test begins in each, how its timers are faked, and how it is run. */
const runners = {
  'node:test': {
    begin: "const {test} = require('node:test')",
    given: 't',
    fake: "t.mock.timers.enable({apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date']})",
    real: '',
    ending: 'test.cjs',
    command: (file) => [process.execPath, '--test', file],
  },
  vitest: {
    begin: `import {createRequire} from 'node:module'
import {test, vi} from 'vitest'
const require = createRequire(import.meta.url)`,
    fake: 'vi.useFakeTimers()',
    real: 'vi.useRealTimers()',
    ending: 'test.mjs',
    command: (file) => [
      process.execPath,
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      dirname(file),
      '--config',
      join(dirname(file), 'vitest.config.mjs'),
    ],
  },
  jest: {
    begin: '',
    fake: 'jest.useFakeTimers()',
    real: 'jest.useRealTimers()',
    // Jest loads modules in ways of its own, and anew only if it is told to.
    load: 'jest.resetModules(); ',
    needs: ['jest@30'],
    ending: 'test.cjs',
    command: (file) => [
      process.execPath,
      join(dirname(file), 'node_modules/jest/bin/jest.js'),
      '--rootDir',
      dirname(file),
    ],
  },
  mocha: {
    begin: 'const test = it',
    fake: "const clock = require('@sinonjs/fake-timers').install()",
    real: 'clock.uninstall()',
    needs: ['mocha@11', '@sinonjs/fake-timers@15'],
    ending: 'test.cjs',
    command: (file) => [process.execPath, join(dirname(file), 'node_modules/mocha/bin/mocha.js'), file],
  },
}

/** A path may have an apostrophe in it. */
const quoted = JSON.stringify

/** The test is the same everywhere. */
function textOf({begin, given = '', fake, real, load = ''}, plugin, path) {
  const gives =
    plugin === 'ssb-conn'
      ? `require(${quoted(`${field}/ssb-conn.cjs`)})()`
      : `require(${quoted(`${field}/plugins.cjs`)}).${plugin}`
  return `${begin}
require(${quoted(`${field}/hub-module.cjs`)})
const {replayPlugin} = require(${quoted(`${lib}/capsule.js`)})
const load = () => { ${load}return ${gives} }
const path = ${quoted(path)}
test('real timers', async () => { await replayPlugin(load, path) })
test('fake timers', async (${given}) => {
  ${fake}
  try {
    const faked = setTimeout
    await replayPlugin(load, path)
    if (setTimeout !== faked) throw new Error('the fake timers are gone')
  } finally {
    ${real}
  }
})
test('real timers again', async () => {
  await replayPlugin(load, path)
  await new Promise((resolve) => setTimeout(resolve, 1))
})
`
}

/** Returns the error of each, where there is one. */
export async function replayUnderRunners(plugin, path, names = Object.keys(runners)) {
  const results = []
  for (const runner of names) {
    const {needs, ending, command, ...how} = runners[runner]
    const folder = mkdtempSync(join(needs ? tmpdir() : join(root, 'node_modules'), 'runner-'))
    const file = join(folder, `plugin.${ending}`)
    writeFileSync(file, textOf(how, plugin, path))
    const moduleNameMapper = {'^ssb-conn-hub$': `${lib}/index.js`, '^ssb-conn-hub/(.*)$': `${lib}/$1.js`}
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      "export default {test: {include: ['*.test.mjs'], exclude: []}}",
    )
    const jest = {moduleNameMapper, testMatch: ['**/*.test.cjs'], transform: {}}
    writeFileSync(join(folder, 'package.json'), JSON.stringify({jest}))
    const [program, ...args] = command(file)
    const error = await (async () => {
      if (needs) await run('npm', ['install', '--no-audit', '--no-fund', ...needs], {cwd: folder})
      await run(program, args, {cwd: folder})
    })().then(
      () => undefined,
      ({stdout, stderr}) => `${stdout}\n${stderr}`,
    )
    if (!needs) rmSync(folder, {recursive: true})
    results.push({runner, error})
  }
  return results
}
