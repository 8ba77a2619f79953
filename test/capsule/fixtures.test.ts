import {execFile} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, test} from 'vitest'
import {newPath} from './kit'

const folder = join(__dirname, '../fixtures/capsule')
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
/** `ssb-conn-8-a.jsonl` is of ssb-conn. */
const pluginOf = (file: string) => (file.startsWith('ssb-conn') ? 'ssb-conn' : file.replace('.jsonl', ''))
const plugins = [...new Set(files.map(pluginOf))]

interface Line {
  readonly path: string
  readonly isExact: boolean
  readonly commands: number
  readonly message?: string
}

/** In a process of its own, with the package as it is built: ssb-conn requires it. */
async function run(script: string, ...args: string[]): Promise<Line[]> {
  const {stdout} = await promisify(execFile)(process.execPath, [join(__dirname, 'field', script), ...args])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

describe('recordings of real peers, which are kept for ever', () => {
  test('are a dozen', () => {
    expect(files.length).toBeGreaterThanOrEqual(12)
  })

  test.each(plugins)('of %s are replayed exactly', {timeout: 60_000}, async (plugin) => {
    const paths = files.filter((file) => pluginOf(file) === plugin).map((file) => join(folder, file))
    const lines = await run('replay.cjs', plugin, '2', ...paths)
    expect(lines).toHaveLength(2 * paths.length)
    for (const {path, isExact, commands, message} of lines) {
      expect(message, path).toBeUndefined()
      expect(isExact).toBe(true)
      expect(commands).toBeGreaterThan(0)
    }
  })
})

describe('real peers, recorded here and now', () => {
  test.each([
    ['ssb-conn', 'secret-stack'],
    ['ssb-conn', 'secret-stack-6'],
    ['reader', 'secret-stack'],
  ])('%s on %s is replayed exactly', {timeout: 60_000}, async (plugin, version) => {
    const path = newPath()
    await run('record.cjs', plugin, version, path, '2500')
    const lines = await run('replay.cjs', plugin, '3', path)
    expect(lines.map(({message}) => message)).toEqual([undefined, undefined, undefined])
    expect(lines[0]?.commands).toBeGreaterThan(0)
  })
})

// Under Jest and Mocha by `npm run corpus`, which installs them.
test('under node:test and Vitest, with their fake timers and without', {timeout: 120_000}, async () => {
  const {replayUnderRunners} = await import('./runners/run.mjs' as string)
  expect(await replayUnderRunners('walker', join(folder, 'walker.jsonl'), ['node:test', 'vitest'])).toEqual([
    {runner: 'node:test', error: undefined},
    {runner: 'vitest', error: undefined},
  ])
})
