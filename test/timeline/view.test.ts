import {execFileSync, spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {temporaryFolder} from '../kit/folder'

const command = join(__dirname, '../../lib/cli.js')
const fixtures = join(__dirname, '../fixtures/2.1.0')

const count = (html: string, text: string) => html.split(text).length - 1

test('view writes one page of a log with its rotated files, and of two logs', () => {
  const file = join(temporaryFolder(), 'page.html')
  execFileSync(process.execPath, [command, 'view', join(fixtures, 'rotated-8.jsonl'), '-o', file])
  const one = readFileSync(file, 'utf8')
  expect([
    count(one, '<script type="text/plain" data-digest="rotated-8.jsonl">'),
    count(one, 'data-log="0"'),
  ]).toEqual([1, 1])
  execFileSync(process.execPath, [
    ...[command, 'view', join(fixtures, 'both-sides-6.jsonl'), join(fixtures, 'both-sides-8.jsonl')],
    ...['-o', file, '--no-events'],
  ])
  const two = readFileSync(file, 'utf8')
  expect([count(two, ' data-digest="'), count(two, 'data-log=')]).toEqual([2, 0])
})

test('view has a page in which no name of a file is markup', () => {
  const path = temporaryFolder()
  const log = join(path, '"><img src=x>.jsonl')
  writeFileSync(log, readFileSync(join(fixtures, 'demo.jsonl')))
  const html = execFileSync(process.execPath, [command, 'view', log, '-o', '-'], {encoding: 'utf8'})
  expect(html).not.toContain('<img')
})

test.each([
  ['nowhere to write', [join(fixtures, 'demo.jsonl')], '-o FILE.html is missing'],
  [
    'a folder that is not there',
    [join(fixtures, 'demo.jsonl'), '-o', join(fixtures, 'none/page.html')],
    'ENOENT',
  ],
  ['a part', [join(fixtures, 'demo.jsonl'), '-o', '-', '--peer', 'x'], 'view takes no --peer'],
])('view refuses %s', (_, args, message) => {
  const {status, stderr} = spawnSync(process.execPath, [command, 'view', ...args], {encoding: 'utf8'})
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})
