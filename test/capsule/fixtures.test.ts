import {execFile} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, test} from 'vitest'

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
