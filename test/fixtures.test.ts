import {createHash} from 'node:crypto'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {readLog} from '../src/log-file'
import {decode, encode, fold, ReplayHub, snapshots} from '../src/replay'
import type {LogItem, Snapshot} from '../src/types'
import {mark} from '../src/values/secrets'

const folder = join(__dirname, 'fixtures')
const law =
  'A released fixture must stay readable for ever: never change it, add a new one under the new version.'

const folders = readdirSync(folder, {withFileTypes: true}).filter(({name}) => /^\d/.test(name))
const versions = folders.map(({name}) => name)

function readText(...path: string[]): string {
  return readFileSync(join(folder, ...path), 'utf8')
}

/** The logs of a version, with the files of each: rotated ones have a number behind. */
function logsOf(version: string): {name: string; files: string[]}[] {
  const all = readdirSync(join(folder, version))
  const names = all.flatMap((file) => (file.endsWith('.jsonl') ? [file.slice(0, -'.jsonl'.length)] : []))
  return names.map((name) => ({name, files: all.filter((file) => file.startsWith(`${name}.jsonl`))}))
}

/** The tables that the live hub had, at chosen events. */
function expectedOf(version: string, name: string): Snapshot[] {
  const expected: Snapshot[] = JSON.parse(readText(version, `${name}.expected.json`))
  expect(expected.length).toBeGreaterThan(1)
  return expected
}

async function itemsOf(version: string, name: string): Promise<LogItem[]> {
  const items: LogItem[] = []
  for await (const item of readLog(join(folder, version, `${name}.jsonl`))) items.push(item)
  return items
}

function withoutFirstLine(text: string): string {
  return text.slice(text.indexOf('\n'))
}

function bySeq(states: readonly Snapshot[]): Map<number, Snapshot> {
  return new Map(states.map((state) => [state.seq, state]))
}

describe.each(versions)('the fixtures of %s', (version) => {
  const logs = logsOf(version)
  const files = logs.flatMap((log) => log.files)

  test('are what they were when they were recorded (I24)', () => {
    const sums = readText(version, 'SHA256SUMS').trimEnd().split('\n')
    const present = readdirSync(join(folder, version)).filter((file) => file !== 'SHA256SUMS')
    const actual = present.map((file) => {
      const sum = createHash('sha256').update(readFileSync(join(folder, version, file)))
      return `${sum.digest('hex')}  ${file}`
    })
    expect(actual, law).toEqual(sums)
  })

  test.each(files)('%s is read whole, alone, and its events are written with the same bytes', (file) => {
    const text = readText(version, file)
    const {events, torn, id} = decode(text)
    expect(torn, law).toBeUndefined()
    // The first line of version 1 is not written any more.
    expect(withoutFirstLine(encode(events, {id})), law).toBe(withoutFirstLine(text))
    expect(
      text.startsWith('{"format":"ssb-conn-hub log","version":1}') || encode(events, {id}) === text,
    ).toBe(true)
    expect(fold(events).seq, law).toBe(events.at(-1)?.seq)
  })

  test.each(logs)('$name folds to the tables that the hub had', async ({name}) => {
    const states = bySeq([...snapshots(await itemsOf(version, name))])
    for (const expected of expectedOf(version, name)) expect(states.get(expected.seq), law).toEqual(expected)
  })

  test.each(logs)('$name replays step by step to the tables that the hub had', async ({name}) => {
    const hub = new ReplayHub(await itemsOf(version, name))
    const stepped = [hub.snapshot()]
    while (hub.step()) stepped.push(hub.snapshot())
    const states = bySeq(stepped)
    for (const expected of expectedOf(version, name)) expect(states.get(expected.seq), law).toEqual(expected)
  })

  test('have no secrets, and nothing of the machine that recorded them', () => {
    for (const file of files) {
      const text = readText(version, file)
      expect(mark(text) === text, file).toBe(true)
      expect(text.match(/[\\/](?:home|root|work|tmp|var|usr|Users)[\\/]/), file).toBeNull()
      expect(new Set(text.match(/(?<="net:)[\d.]+(?=:)/g)), file).toEqual(new Set(['127.0.0.1']))
    }
  })
})

test('the fixtures have every type of event, from every cause, and logs of every kind', async () => {
  const all = versions.flatMap((version) => logsOf(version).map((log) => ({version, ...log})))
  const logs = await Promise.all(all.map(({version, name}) => itemsOf(version, name)))
  const types = logs.flat().map(({type}) => type)
  expect([...new Set(types)].sort()).toEqual(
    [
      ...['connecting', 'connecting-failed', 'connected', 'disconnecting', 'disconnecting-failed'],
      ...['disconnected', 'updated', 'reserved', 'released', 'reset', 'closed', 'checkpoint'],
    ].sort(),
  )
  const causes = logs.flat().flatMap((item) => ('cause' in item ? [item.cause] : []))
  expect([...new Set(causes)].sort()).toEqual(['caller', 'hub', 'remote', 'stack'])
  const reasons = logs.flat().flatMap((item) => (item.type === 'disconnecting' ? (item.reason ?? []) : []))
  expect([...new Set(reasons)].sort()).toEqual(['close', 'disconnect', 'reset', 'signal'])
  const checkpoints = logs.flat().filter((item) => item.type === 'checkpoint')
  expect(checkpoints.some(({reserve}) => reserve)).toBe(true)
  expect(checkpoints.some(({seq, since}) => seq === 0 && since)).toBe(true)
  expect(all.some(({files}) => files.length > 1)).toBe(true)
  expect(logs.some(([first]) => first?.type === 'checkpoint' && first.entries.length > 0)).toBe(true)
  expect(logs.some((items) => /~shs:[^"]+:seed-/.test(JSON.stringify(items)))).toBe(true)
  expect(logs.some((items) => /[^\0-\xff]/.test(JSON.stringify(items)))).toBe(true)
})
