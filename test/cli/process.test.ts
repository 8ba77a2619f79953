import {execFile, spawn} from 'node:child_process'
import {appendFileSync, copyFileSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {progressOn} from '../../src/cli/progress'
import {addressOf, connected, connecting, type Draft} from '../../src/testing'
import {GivenHistory} from '../../src/testing/given-history'
import {temporaryFolder} from '../kit/folder'
import {until} from '../real/until'
import {cli, fileOf, fixture} from './run'

const bin = join(__dirname, '../../lib/cli.js')

test('a pipe that is closed ends it quietly', async () => {
  const path = join(temporaryFolder(), 'conn.jsonl')
  const lines = readFileSync(fixture('demo'), 'utf8').split('\n')
  const {events} = {events: lines.slice(1, -1)}
  // Long enough to fill every buffer.
  const updates = Array.from(
    {length: 20_000},
    (_, i) => `{"seq":${events.length + i},"time":1795574450298,"type":"reset","cause":"caller"}`,
  )
  writeFileSync(path, `${lines.slice(0, -2).join('\n')}\n${updates.join('\n')}\n`)
  const said = await new Promise<{code: number | null; stderr: string}>((resolve) => {
    const child = spawn(process.execPath, [bin, 'export', 'csv', path])
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    child.stdout.once('data', () => child.stdout.destroy())
    child.on('close', (code) => resolve({code, stderr}))
  })
  expect(said).toEqual({code: 0, stderr: ''})
})

test('the file that the package has for it runs, and tells by its exit code', async () => {
  const run = (...args: string[]) =>
    new Promise<unknown>((resolve) => {
      execFile(process.execPath, [bin, ...args], (error) => resolve(error?.code ?? 0))
    })
  expect(await run('summary', fixture('demo'))).toBe(0)
  expect(await run('why', 'nobody', fixture('demo'))).toBe(1)
  expect(await run('summary', 'nothing')).toBe(2)
})

test('a log is followed, over rotation', async () => {
  const bob = addressOf('bob')
  const log = fileOf([])
  const lines = (drafts: Draft[]) =>
    new GivenHistory(drafts).items.map((item) => `${JSON.stringify({...item, time: 2e12 + item.seq})}\n`)
  const [first, second] = lines([connecting(bob), connected(bob)])
  const child = spawn(process.execPath, [bin, 'follow', log])
  onTestFinished(() => void child.kill())
  let text = ''
  child.stdout.on('data', (piece) => {
    text += piece
  })
  appendFileSync(log, String(first))
  await until(() => text.includes('connecting'))
  renameSync(log, `${log}.1`)
  const next = `${log}.new`
  copyFileSync(`${log}.1`, next)
  const header = readFileSync(next, 'utf8').split('\n')[0]
  writeFileSync(
    next,
    `${header}\n${JSON.stringify({type: 'checkpoint', seq: 1, time: 2e12 + 1, entries: []})}\n${second}`,
  )
  renameSync(next, log)
  await until(() => text.includes('connected '))
  expect(text.split('\n').filter(Boolean)).toEqual([
    expect.stringMatching(/^2033-05-18 03:33:20\.001 {2}connecting .*bob.* by caller$/),
    expect.stringMatching(/^2033-05-18 03:33:20\.002 {2}connected .*bob.* out, by stack$/),
  ])
})

test('what a stranger wrote harms no terminal, in text and in JSON', async () => {
  const hostile = '\x1b]0;title\x07\x9b31m\u202Eevil\u2066\n\x00"<script>'
  const path = fileOf([
    ...new GivenHistory([
      connecting(addressOf('bob'), {data: {name: hostile, note: hostile.repeat(300)}}),
      {
        type: 'connecting-failed',
        address: addressOf('bob'),
        error: {message: hostile, code: hostile},
      } as Draft,
      connected(addressOf('bob'), {data: {name: hostile}}),
    ]).items,
  ])
  for (const args of [
    ...[
      ['summary'],
      ['peers'],
      ['failures'],
      ['failures', '--by', 'peer'],
      ['at', '1'],
      ['why', 'bob'],
      ['export', 'csv'],
    ],
    ...[
      ['export', 'trace'],
      ['export', 'prometheus'],
      ['why', 'bob', '--all'],
    ],
  ]) {
    for (const more of [[], ['--json']]) {
      const {code, stdout} = await cli([...args, path, ...more])
      expect([args, code]).toEqual([args, 0])
      const harm = stdout.replace(/\n/g, '').match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu)
      expect([args, harm]).toEqual([args, null])
    }
  }
})

test('colours and progress are for terminals only, and NO_COLOR is heeded', async () => {
  const log = fixture('demo')
  expect((await cli(['summary', log])).stdout).not.toContain('\x1b')
  expect((await cli(['summary', log], {columns: 80})).stdout).toContain('\x1b[1m')
  expect((await cli(['summary', log], {columns: 80, env: {NO_COLOR: '1'}})).stdout).not.toContain('\x1b')
  for (const isTTY of [true, false]) {
    let [time, text] = [0, '']
    const progress = progressOn({write: (more: string) => (text += more), isTTY}, 'reading', () => time)
    for (; time < 3000; time += 50) progress.tell(time, 4000)
    progress.end()
    expect(text.includes('reading: 25 %')).toBe(isTTY)
    expect(text.includes('reading: 20 %')).toBe(false)
    expect(text === '' || text.endsWith('\r\x1b[K')).toBe(true)
  }
})
