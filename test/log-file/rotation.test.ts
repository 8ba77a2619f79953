import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {type RecordOptions, recordLog} from '../../src/log-file'
import {fold} from '../../src/replay'
import {addressOf} from '../kit/fake-stack'
import {busyHub, caughtUp, eventsOf, foldOf, itemsOf, logOf, readAll, statesOf, tempLog} from './kit'

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
    const {path, rotated} = await recorded(300, {maxBytes: 4000})
    const sizes = [...rotated, path].map((file) => statSync(file).size)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4000)
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(3000)
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

  test('counts the files of earlier recordings, and nothing else', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    const others = ['hub.jsonl.bak', 'hub.jsonl.3.gz', 'hub.jsonl.03', 'hub.jsonl.0', 'hub.jsonl.', 'other.1']
    for (const name of others) writeFileSync(join(folder, name), 'not of the log')
    for (const number of [2, 9, 10]) writeFileSync(`${path}.${number}`, '')
    writeFileSync(path, '')
    const recording = recordLog(hub, path, {keep: 2})
    work(10)
    await recording.close()
    expect(readdirSync(folder).sort()).toEqual(
      [...others, 'hub.jsonl', 'hub.jsonl.10', 'hub.jsonl.11'].sort(),
    )
  })
})

test('a rotated file is never written over, even where the numbers come to an end', async () => {
  const {hub, work} = busyHub()
  const {path} = tempLog()
  const [last, beyond] = [`${path}.999999999999999`, `${path}.1000000000000000`]
  for (const file of [last, beyond]) writeFileSync(file, `this was ${file}`)
  writeFileSync(path, '')
  const recording = recordLog(hub, path)
  work(5)
  await expect(recording.close()).rejects.toMatchObject({code: 'ERR_LOG_REPLACED'})
  for (const file of [last, beyond]) expect(readFileSync(file, 'utf8')).toBe(`this was ${file}`)
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
