import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, test} from 'vitest'
import {encode} from '../../src/replay'
import {addressOf, connected, connecting, disconnected} from '../../src/testing'
import {GivenHistory} from '../../src/testing/given-history'
import {temporaryFolder} from '../kit/folder'
import {cli, fileOf, fixture, type Said} from './run'

const demo = readFileSync(fixture('demo'))
let expected: Said

beforeAll(async () => {
  expected = await cli(['summary', fixture('demo')])
})

describe('a log', () => {
  test('is read from standard input: as it is, gzipped, in pieces of any size, with and without the minus', async () => {
    const zipped = gzipSync(demo)
    const bytes = Array.from(zipped, (byte) => Uint8Array.of(byte))
    for (const stdin of [[demo], [zipped], [demo.subarray(0, 1), demo.subarray(1)], bytes]) {
      expect(await cli(['summary'], {stdin})).toEqual(expected)
      expect(await cli(['summary', '-'], {stdin})).toEqual(expected)
    }
  })

  test('is asked for where there is a terminal instead', async () => {
    const {code, stderr} = await cli(['summary'])
    expect({code, stderr}).toEqual({
      code: 2,
      stderr: 'ssb-conn-hub summary: which log?; ssb-conn-hub summary --help tells more\n',
    })
  })

  test('may be gzipped', async () => {
    expect(await cli(['summary', fileOf(gzipSync(demo), 'conn.jsonl.gz')])).toEqual(expected)
  })

  test('is read with its rotated files, once, also where the shell gives them, too', async () => {
    const log = fixture('rotated-8')
    const whole = await cli(['summary', log])
    expect(whole.stdout).toMatch(/^events +16$/m)
    expect(await cli(['summary', log, `${log}.1`])).toEqual(whole)
    expect((await cli(['summary', `${log}.1`])).stdout).toMatch(/^events +9$/m)
  })

  test('may have rotated files that are gzipped', async () => {
    const log = join(temporaryFolder(), 'conn.jsonl')
    copyFileSync(fixture('rotated-8'), log)
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(`${fixture('rotated-8')}.1`)))
    expect(await cli(['summary', log])).toEqual(await cli(['summary', fixture('rotated-8')]))
  })

  test('may be torn, which is told, and costs only its end', async () => {
    const path = fileOf(demo.subarray(0, demo.length - 30))
    const {code, stdout, stderr} = await cli(['summary', path])
    expect([code, stderr]).toEqual([
      0,
      `${path}: the end is torn (${demo.length - 30 - demo.lastIndexOf('\n', demo.length - 31) - 1} characters), as where a recorder was killed\n`,
    ])
    expect(stdout).toMatch(/^events +22$/m)
  })

  test('may be one of several, one after the other', async () => {
    const {stdout, code} = await cli(['summary', fixture('demo'), fixture('given-up-8')])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^runs +2: /m)
    expect(stdout).toMatch(/^events +33$/m)
  })

  test('may have several runs of a hub, whose numbers begin again', async () => {
    const bob = addressOf('bob')
    const first = new GivenHistory([connecting(bob), connected(bob)]).items
    const log = fileOf(
      encode([{type: 'checkpoint', seq: 0, time: 0, since: 1e12, entries: []}]),
      'conn.jsonl',
    )
    writeFileSync(`${log}.1`, encode(first))
    const {stdout} = await cli(['why', 'bob', log])
    expect(stdout).toContain('the log does not tell how it ended (event 1)')
    expect((await cli(['at', '2', log])).stdout).toContain('after event 2')
    expect((await cli(['at', '0', log])).stdout).toContain('after event 0')
  })
})

describe('exit code 1', () => {
  const empty = '-'
  const begun = encode([{type: 'checkpoint', seq: 0, time: 0, since: 1e12, entries: []}])

  test.each([
    [['summary', empty]],
    [['peers', empty]],
    [['failures', fixture('seeds-8'), '--peer', 'nobody']],
    [['summary', fixture('demo'), '--peer', 'nobody']],
    [['summary', fixture('demo'), '--until', '2020-01-01']],
    [['why', 'nobody', fixture('demo')]],
    [['at', '99', fixture('demo')]],
    [['at', '2020-01-01', fixture('demo')]],
    [['export', 'csv', empty]],
    [['export', 'trace', empty]],
    [['export', 'prometheus', empty]],
    [['redact', empty, '-o', '-']],
  ])('says that nothing was found: %j', async (args) => {
    expect(await cli(args, {stdin: []})).toMatchObject({code: 1, stdout: ''})
  })

  test('is not that of a log that has only begun', async () => {
    expect(await cli(['summary'], {stdin: [begun]})).toMatchObject({code: 0})
    expect(await cli(['peers'], {stdin: [begun]})).toMatchObject({code: 1})
  })
})

describe('exit code 2', () => {
  const lines = demo.toString().split('\n')
  const changed = (line: number, text: string) =>
    [...lines.slice(0, line - 1), text, ...lines.slice(line)].join('\n')

  test.each([
    ['no command', [], ''],
    ['a command that is none', ['sumary'], 'ssb-conn-hub: no command sumary'],
    ['an inherited name', ['constructor'], 'ssb-conn-hub: no command constructor'],
    ['an option that is none', ['summary', '--colour'], "ssb-conn-hub summary: Unknown option '--colour'"],
    ['a time that is none', ['peers', '--since', 'noon', 'x'], '"noon" is no time'],
    ['a range that is none', ['peers', '--since', '-1m', '--until', '-2m', 'x'], '--until is before --since'],
    ['a word that is missing', ['why'], 'PEER is missing'],
    ['another way to sort', ['peers', '--sort', 'name', 'x'], '--sort is failures, flaps, uptime, last'],
    ['another way to group', ['failures', '--by', 'constructor', 'x'], '--by is code, peer, hour'],
    ['another format', ['export', 'toString', 'x'], 'export to trace, prometheus, csv, not toString'],
    ['a file that is not there', ['summary', 'nothing.jsonl'], 'nothing.jsonl: there is no such file'],
    ['one log to compare', ['diff', fixture('demo')], 'diff takes two logs'],
    [
      'a log that does not tell whose it is',
      ['diff', fixture('demo', '2.0.0'), fixture('demo')],
      'give its key with --a',
    ],
    ['nowhere to write', ['redact', fixture('demo')], '-o LOG is missing'],
    ['a part to redact', ['redact', fixture('demo'), '-o', '-', '--peer', 'x'], 'redact takes no --peer'],
    ['a file that is there', ['redact', fixture('demo'), '-o', fixture('demo')], 'is there already'],
    ['several to follow', ['follow', 'a', 'b'], 'follow takes one log'],
  ])('is that of %s, with one line that says why', async (_, args, reason) => {
    const {code, stdout, stderr} = await cli(args)
    expect(code).toBe(2)
    expect(stderr).toContain(reason)
    expect(stderr.split('\n')).toHaveLength(reason === '' ? 1 : 2)
    expect(stdout === '').toBe(reason !== '')
  })

  test('is that of a folder', async () => {
    const path = join(temporaryFolder(), 'logs')
    mkdirSync(path)
    expect(await cli(['summary', path])).toMatchObject({code: 2, stderr: expect.stringContaining('EISDIR')})
  })

  test('is that of a line that is none of a log, with its number', async () => {
    const path = fileOf(changed(7, '{"seq":6,"time":1,"type":"exploded"}'))
    const {code, stderr} = await cli(['summary', path])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      new RegExp(`^ssb-conn-hub: ${path}: .*line 7: found .*exploded.*expected an event of a type`),
    )
    const piped = await cli(['summary'], {stdin: [changed(7, '!')]})
    expect(piped.stderr).toContain('standard input: This is not a log that can be read: line 7: found !')
  })

  test.each([
    'summary',
    'peers',
    'failures',
  ])('is that of an event that does not follow, with its line: %s', async (command) => {
    const path = fileOf(changed(7, lines[7] ?? ''))
    const {code, stderr} = await cli([command, path])
    expect([code, stderr]).toEqual([
      2,
      `ssb-conn-hub: ${path}: line 7: The log is not in order: at event 6 (connected), expected event 5, or a checkpoint\n`,
    ])
  })

  test('tells the line also after lines of a plugin', async () => {
    const plugin = '{"plugin":"x"}\n'
    const path = fileOf(`${lines.slice(0, 3).join('\n')}\n${plugin}${plugin}${lines[5]}\n`)
    expect((await cli(['at', '1', path])).stderr).toContain(`${path}: line 6: The log is not in order`)
  })
})

test('is of the rows that --peer asks for, by a part of a key, of an address or of a name, whatever the case', async () => {
  const [bob, carol] = [addressOf('bob'), addressOf('carol')]
  const items = new GivenHistory([
    connecting(bob, {data: {name: 'Robert'}}),
    connected(bob),
    connected(carol),
    disconnected(carol),
  ]).items
  const path = fileOf([...items])
  const rows = async (...args: string[]) =>
    JSON.parse((await cli(['peers', '--json', path, ...args])).stdout).length
  expect(await rows()).toBe(2)
  expect(await rows('--peer', 'ROBERT')).toBe(1)
  expect(await rows('--peer', '@bobA')).toBe(1)
  expect(await rows('--peer', 'carol.example')).toBe(1)
  expect(await rows('--peer', 'example')).toBe(2)
})
