import {execFile} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {temporaryFolder} from '../kit/folder'
import {skipForLackOf} from '../machine/lack'
import {npm, Unreachable} from '../machine/npm'
import {cli} from './run'

// What docs/seeing.md and docs/duckdb.md say is what comes out.

const root = join(__dirname, '../..')
const logs = join(root, 'examples/logs')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const blocks = Array.from(read('docs/seeing.md').matchAll(/```console\n\$ ssb-conn-hub (.*)\n([\s\S]*?)```/g))

test.each(
  blocks.map(([, command = '', output = '']) => [command, output]),
)('%s prints that', async (command, output) => {
  const before = process.cwd()
  process.chdir(root)
  onTestFinished(() => process.chdir(before))
  expect(await cli(command.split(' '))).toEqual({code: 0, stdout: output, stderr: ''})
})

test('both questions are answered by one command each', () => {
  expect(blocks.map(([, command]) => command?.split(' ')[0])).toEqual([
    'failures',
    'why',
    'why',
    'diff',
    'why',
  ])
})

test('the logs are those that their script makes', async () => {
  const made = temporaryFolder()
  await promisify(execFile)(process.execPath, [join(logs, 'make.mjs'), made])
  const names = readdirSync(logs).filter((name) => name.endsWith('.jsonl'))
  expect(readdirSync(made).sort()).toEqual(names.sort())
  for (const name of names)
    expect(readFileSync(join(made, name), 'utf8')).toBe(readFileSync(join(logs, name), 'utf8'))
})

describe('DuckDB', () => {
  const cache = join(root, 'node_modules/.cache/duckdb')
  let lack: string | undefined

  beforeAll(async () => {
    try {
      createRequire(join(cache, 'x.js')).resolve('@duckdb/node-api')
    } catch {
      lack = await fetchDuckDb(cache)
    }
  }, 120_000)

  skipForLackOf(() => lack)

  test('gives answers to the questions of its page', async () => {
    const {DuckDBInstance} = createRequire(join(cache, 'x.js'))('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create()).connect()
    const queries = Array.from(
      read('docs/duckdb.md').matchAll(/```sql\n([\s\S]*?)```/g),
      ([, sql = '']) => sql,
    )
    const rows: string[][] = []
    for (const sql of queries) {
      const reader = await connection.runAndReadAll(
        sql.replace('conn.jsonl*', join(logs, 'dead-pubs.jsonl*')),
      )
      rows.push(reader.getRows().map((row: unknown[]) => row.map(String).join(' ')))
    }
    connection.closeSync()
    const [, failed, givenUp, lasted, buckets] = rows
    expect(failed).toEqual([
      expect.stringMatching(/^@attic.* ENOTFOUND 30 2026-03-14 19:59:00/),
      expect.stringMatching(/^@cellar.* ECONNREFUSED 30 2026-03-14 19:59:00/),
    ])
    expect(givenUp).toEqual([expect.stringMatching(/^@lighthouse.* signal no answer within 10 s 30$/)])
    expect(lasted).toEqual([expect.stringMatching(/^@harbour.* 1 /), expect.stringMatching(/^@library.* 1 /)])
    expect(buckets).toEqual([
      '2026-03-14 19:30:00 2 20',
      '2026-03-14 19:40:00 0 20',
      '2026-03-14 19:50:00 0 20',
    ])
  })
})

/** Kept from one run to the next, and gone with the other modules. Returns what the machine lacks, if anything. */
async function fetchDuckDb(cache: string): Promise<string | undefined> {
  mkdirSync(dirname(cache), {recursive: true})
  const made = mkdtempSync(`${cache}-`)
  try {
    await npm(
      ['install', '--prefix', made, '--no-save', '--no-audit', '--no-fund', '@duckdb/node-api@1.5.6-r.1'],
      made,
    )
    rmSync(cache, {recursive: true, force: true})
    renameSync(made, cache)
    return undefined
  } catch (error) {
    rmSync(made, {recursive: true, force: true})
    if (error instanceof Unreachable) return `DuckDB is not here, and ${error.message}`
    throw error
  }
}
