import {execFileSync} from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {foldLog, type RecordOptions, recordLog} from '../../src/log-file'
import {encode, fold} from '../../src/replay'
import {addressOf} from '../kit/fake-stack'
import {busyHub, caughtUp, eventsOf, foldOf, itemsOf, logOf, openIn, readAll, statesOf, tempLog} from './kit'

/** A log of so many events that was recorded with these options, and the paths of its files in order. */
async function recorded(events: number, options: RecordOptions) {
  const world = busyHub()
  const log = tempLog()
  const recording = recordLog(world.hub, log.path, options)
  const rotated: string[] = []
  recording.on('rotate', (path) => rotated.push(path))
  world.work(events)
  await recording.close()
  return {...world, ...log, rotated}
}

const namesIn = (folder: string) => readdirSync(folder).sort()

const numbered = (path: string, from: number, to: number) =>
  Array.from({length: to - from + 1}, (_, i) => `${path}.${from + i}`)

describe.each<[string, RecordOptions]>([
  ['size', {maxBytes: 4000}],
  ['age', {maxAge: 25}],
  ['both', {maxBytes: 4000, maxAge: 25}],
])('a log that is rotated by %s', (_name, options) => {
  test('is whole: its files together give every event in order', async () => {
    const {hub, path, rotated} = await recorded(300, options)
    expect(rotated.length).toBeGreaterThan(5)
    expect(rotated).toEqual(numbered(path, 1, rotated.length))
    const {items, torn} = await readAll(path)
    expect(eventsOf(items)).toEqual(logOf(hub))
    expect(torn).toEqual([])
    expect(fold(items)).toEqual(hub.snapshot())
  })

  test('can be folded from each of its files alone, to the state at the end of that', async () => {
    const {hub, path, rotated} = await recorded(300, options)
    const states = statesOf(hub)
    let seq = 0
    for (const file of [...rotated, path]) {
      const [first, ...events] = itemsOf(file)
      expect(first).toMatchObject({type: 'checkpoint', seq})
      expect(events.length).toBeGreaterThan(0)
      seq += events.length
      expect(foldOf(file)).toEqual(states[seq - 1])
    }
    expect(seq).toBe(states.length)
  })
})

describe('maxBytes', () => {
  test('is not exceeded', async () => {
    const {path, rotated} = await recorded(300, {maxBytes: 5000})
    const sizes = [...rotated, path].map((file) => statSync(file).size)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5000)
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(4000)
  })

  test('may be reached, to the byte', async () => {
    const {path} = await recorded(100, {})
    const {size} = statSync(path)
    for (const [maxBytes, files] of [
      [size, 1],
      [size - 1, 2],
    ] as const) {
      const {folder} = await recorded(100, {maxBytes})
      expect(readdirSync(folder).length).toBe(files)
    }
  })

  test('gives the events as much room as the state where that is large, so that not every event begins a file', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    for (let i = 0; i < 100; i++) hub.connect(addressOf(`many-${i}`)).catch(() => {})
    const state = JSON.stringify(hub.snapshot()).length
    const recording = recordLog(hub, path, {maxBytes: 1000})
    work(500)
    await recording.close()
    const bytes = JSON.stringify(logOf(hub).slice(-500)).length
    expect(readdirSync(folder).length).toBeLessThanOrEqual(Math.ceil(bytes / state))
    expect(readdirSync(folder).length).toBeGreaterThan(1)
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('that is smaller than any event gives every file at least one', async () => {
    const {hub, path, rotated} = await recorded(20, {maxBytes: 1})
    for (const file of [...rotated, path]) expect(itemsOf(file).length).toBeGreaterThan(1)
    expect(rotated.length).toBeGreaterThan(1)
    expect(eventsOf((await readAll(path)).items)).toEqual(logOf(hub))
  })
})

describe('maxAge', () => {
  test('is how far the first and the last event in a file may lie apart', async () => {
    const {path, rotated} = await recorded(300, {maxAge: 25})
    for (const file of [...rotated, path]) {
      const times = eventsOf(itemsOf(file)).map(({time}) => time)
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(25)
    }
  })

  test('does not count the time before the first event in a file', async () => {
    const {hub, clock, work} = busyHub()
    const {folder, path} = tempLog()
    work(1)
    const recording = recordLog(hub, path, {maxAge: 1000})
    await caughtUp(recording, hub)
    clock.advance(5000)
    work(10)
    await caughtUp(recording, hub)
    expect(readdirSync(folder).length).toBe(1)
    clock.advance(1000)
    expect(readdirSync(folder).length).toBe(1)
    work(1)
    await recording.close()
    expect(readdirSync(folder).length).toBe(2)
    expect(eventsOf(itemsOf(path)).length).toBe(1)
  })
})

describe('keep', () => {
  test('deletes the oldest rotated files', async () => {
    const {hub, folder, path, rotated} = await recorded(300, {maxBytes: 4000, keep: 2})
    const last = rotated.length
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual([path, ...rotated.slice(-2)].sort())
    expect(rotated).toEqual(numbered(path, 1, last))
    const events = eventsOf((await readAll(path)).items)
    expect(events).toEqual(logOf(hub).slice(-events.length))
    expect(fold((await readAll(path)).items)).toEqual(hub.snapshot())
  })

  test('may be none', async () => {
    const {hub, folder, path} = await recorded(300, {maxBytes: 4000, keep: 0})
    expect(readdirSync(folder)).toEqual(['hub.jsonl'])
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('counts the files of earlier recordings, also those that were gzipped', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    for (const number of [2, 9, 11]) writeFileSync(`${path}.${number}`, encode([]))
    for (const number of [3, 9, 10, 12]) writeFileSync(`${path}.${number}.gz`, gzipSync(encode([])))
    writeFileSync(path, encode([]))
    const recording = recordLog(hub, path, {keep: 3})
    work(10)
    await recording.close()
    expect(namesIn(folder)).toEqual(['hub.jsonl', 'hub.jsonl.11', 'hub.jsonl.12.gz', 'hub.jsonl.13'])
  })
})

/** What nobody but a recorder may be taken to have made. */
const strangers: Record<string, (path: string) => void> = {
  'a folder': (path) => mkdirSync(path),
  'a file of the user’s': (path) => writeFileSync(path, 'Dear diary,\n'),
  'an empty file': (path) => writeFileSync(path, ''),
  'a file of zeros': (path) => writeFileSync(path, Buffer.alloc(5000)),
  'a gzipped file of the user’s': (path) => writeFileSync(path, gzipSync('Dear diary,\n')),
  'a file that only looks gzipped': (path) => writeFileSync(path, Uint8Array.of(0x1f, 0x8b, 0x99)),
  'a link to a file of a log': (path) => {
    const elsewhere = tempLog()
    writeFileSync(elsewhere.path, encode([]))
    symlinkSync(elsewhere.path, path)
  },
  'a link to nowhere': (path) => symlinkSync('nowhere', path),
  'a pipe': (path) => execFileSync('mkfifo', [path]),
}
const logAt = (path: string) => writeFileSync(path, encode([]))

describe.each([
  ...Object.entries(strangers).flatMap(([what, make]) => [
    [what, '5', make] as const,
    [what, '7.gz', make] as const,
    [what, '900', make] as const,
  ]),
  ['a copy of the log, named by the day', '20240101', logAt] as const,
  ['a copy of the log, named by the day', '20240101.gz', logAt] as const,
  ['a copy of the log, named by the time', '1700000000000', logAt] as const,
  ['a copy of the log', 'bak', logAt] as const,
  ['a copy of the log', '03', logAt] as const,
  ['a copy of the log', '0', logAt] as const,
  ['a copy of the log', '', logAt] as const,
  ['a copy of the log', '3.gz.bak', logAt] as const,
])('%s that is called hub.jsonl.%s', (_what, ending, make) => {
  test('is neither counted nor read nor deleted', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    make(`${path}.${ending}`)
    const before = lstatSync(`${path}.${ending}`, {bigint: true})
    const recording = recordLog(hub, path, {maxBytes: 1, keep: 2})
    const rotated: string[] = []
    recording.on('rotate', (name) => rotated.push(name))
    work(50)
    await recording.close()
    const free = Array.from({length: 20}, (_, i) => `${path}.${i + 1}`).filter((name) => name !== `${path}.5`)
    const numbers = ending === '5' ? free : numbered(path, 1, 20)
    expect(rotated.length).toBeGreaterThan(5)
    expect(rotated).toEqual(numbers.slice(0, rotated.length))
    expect(lstatSync(`${path}.${ending}`, {bigint: true})).toMatchObject({
      ino: before.ino,
      size: before.size,
      mtimeNs: before.mtimeNs,
    })
    expect(readdirSync(folder).length).toBe(4)
    expect(openIn(folder)).toEqual([])
    expect((await readAll(path)).torn).toEqual([])
    expect(openIn(folder)).toEqual([])
    expect(await foldLog(path)).toEqual(hub.snapshot())
  })
})

test('a file of the user’s at the current path is moved away, and then neither counted nor read nor deleted', async () => {
  const {hub, work} = busyHub()
  const {folder, path} = tempLog()
  writeFileSync(path, 'precious')
  const recording = recordLog(hub, path, {maxBytes: 3000, keep: 1})
  work(100)
  await recording.close()
  expect(namesIn(folder).length).toBe(3)
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('precious')
  expect(await foldLog(path)).toEqual(hub.snapshot())
})

test('a rotated file is never written over, even where the numbers come to an end', async () => {
  const {hub, work} = busyHub()
  const {folder, path} = tempLog()
  const last = [9_999_998, 9_999_999].map((number) => `${path}.${number}`)
  for (const file of [path, ...last]) writeFileSync(file, encode([]))
  const before = namesIn(folder)
  const recording = recordLog(hub, path)
  work(5)
  await expect(recording.close()).rejects.toMatchObject({code: 'ERR_LOG_REPLACED'})
  for (const file of [path, ...last]) expect(readFileSync(file, 'utf8')).toBe(encode([]))
  expect(namesIn(folder)).toEqual(before)
})

test('the numbers go up to 9,999,999', async () => {
  const {hub} = busyHub()
  const {path} = tempLog()
  for (const file of [path, `${path}.9999998`]) writeFileSync(file, encode([]))
  await recordLog(hub, path).close()
  expect(existsSync(`${path}.9999999`)).toBe(true)
})

test('beside a link to a file stands nothing: the rotated files are beside the file', async () => {
  const {hub, work} = busyHub()
  const [there, here] = [tempLog(), tempLog()]
  writeFileSync(there.path, '')
  await symlink(there.path, here.path)
  const recording = recordLog(hub, here.path, {maxBytes: 4000, keep: 3})
  work(300)
  await recording.close()
  expect(readdirSync(here.folder)).toEqual(['hub.jsonl'])
  expect(readdirSync(there.folder).length).toBe(4)
  expect(await readAll(here.path)).toEqual(await readAll(there.path))
  expect(fold((await readAll(here.path)).items)).toEqual(hub.snapshot())
})
