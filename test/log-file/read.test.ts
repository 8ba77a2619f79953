import {appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync} from 'node:fs'
import {describe, expect, test, vi} from 'vitest'
import {
  type FileHeader,
  foldLog,
  LogFileError,
  LogFormatError,
  LogOrderError,
  readLog,
  recordLog,
  type Torn,
} from '../../src/log-file'
import {encode, fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {settled} from '../kit/setup'
import {busyHub, caughtUp, eventsOf, fileHandles, itemsOf, logOf, openIn, readAll, tempLog} from './kit'

/** A log of some events in several files. */
async function recorded(events = 100, maxBytes = 4000) {
  const world = busyHub()
  const log = tempLog()
  const recording = recordLog(world.hub, log.path, {maxBytes})
  const files: string[] = []
  recording.on('rotate', (path) => files.push(path))
  world.work(events)
  await recording.close()
  return {...world, ...log, files: [...files, log.path]}
}

function recordedHub() {
  const {hub, stack} = busyHub()
  hub.connect(addressOf('bob')).catch(() => {})
  stack.lastDial.fail()
  hub.connect(addressOf('bob')).catch(() => {})
  return hub
}

describe('readLog()', () => {
  test('takes the rotated files by their numbers, whatever is missing, and then the current one', async () => {
    const {path} = tempLog()
    const {hub, work} = busyHub()
    work(4)
    const events = logOf(hub)
    const names = [`${path}.2`, `${path}.9`, `${path}.10`, path]
    for (const [i, name] of names.entries()) writeFileSync(name, encode(events.slice(i, i + 1)))
    for (const name of [`${path}.bak`, `${path}.1.gz`, `${path}.01`]) writeFileSync(name, 'not of the log')
    expect((await readAll(path)).items).toEqual(events)
  })

  test('reads rotated files where there is no current one', async () => {
    const {path, files, hub} = await recorded()
    renameSync(path, `${path}.${files.length}`)
    expect(eventsOf((await readAll(path)).items)).toEqual(logOf(hub))
  })

  test('reports a file torn at any byte, and gives the lines that are whole', async () => {
    const {path} = await recorded(3, 1e6)
    const bytes = readFileSync(path)
    const items = itemsOf(path)
    const [header = 0, ...ends] = [...bytes.keys()].filter((at) => bytes[at] === 10)
    for (let length = bytes.length; length >= 0; length--) {
      truncateSync(path, length)
      const whole = ends.filter((end) => end < length).length
      const {items: given, torn} = await readAll(path)
      expect(given).toEqual(items.slice(0, whole))
      const isWhole = length === 0 ? false : bytes[length - 1] === 10
      expect(torn.length, `of ${length} bytes`).toBe(isWhole ? 0 : 1)
      if (length > header)
        for (const {torn: text} of torn) expect(bytes.includes(text.slice(0, 5))).toBe(true)
    }
  })

  test('loses only what is torn off a file in the middle', async () => {
    const {path, files, hub} = await recorded()
    const [first = '', second = ''] = files
    const lost = itemsOf(first).at(-1)?.seq
    truncateSync(first, readFileSync(first).length - 10)
    writeFileSync(second, '{"format"')
    const {items, torn} = await readAll(path)
    expect(torn).toEqual([
      {path: first, torn: expect.stringContaining(`"seq":${lost}`)},
      {path: second, torn: '{"format"'},
    ])
    expect(eventsOf(items).map(({seq}) => seq)).not.toContain(lost)
    expect(fold(items)).toEqual(hub.snapshot())
  })

  test('reports an empty file, and gives nothing of it', async () => {
    const {path} = tempLog()
    writeFileSync(path, '')
    expect(await readAll(path)).toEqual({items: [], torn: [{path, torn: ''}]})
  })

  test('does not need to be told whom to report to', async () => {
    const {path} = await recorded(5, 1e6)
    appendFileSync(path, '{"torn')
    const items: LogItem[] = []
    for await (const item of readLog(path)) items.push(item)
    expect(items.length).toBe(6)
  })

  test.each([
    ['file', (path: string) => path],
    ['folder', (path: string) => `${path}/hub.jsonl`],
  ])('rejects with ENOENT where there is no such %s', async (_name, of) => {
    const path = of(tempLog().path)
    await expect(readAll(path)).rejects.toMatchObject({code: 'ENOENT', path})
  })

  test('rejects with the error of the file system', async () => {
    await expect(readAll(tempLog().folder)).rejects.toMatchObject({code: 'EISDIR'})
    await expect(readAll(`${__filename}/hub.jsonl`)).rejects.toMatchObject({code: 'ENOTDIR'})
  })

  test('says file, line, what was found and what was expected where a file is broken in the middle', async () => {
    const {folder, path, files} = await recorded()
    const [first = '', second = ''] = files
    const lines = readFileSync(second, 'utf8').split('\n')
    writeFileSync(second, [...lines.slice(0, 3), '{"type": "unheard of"}', ...lines.slice(4)].join('\n'))
    const items: LogItem[] = []
    const read = async () => {
      for await (const item of readLog(path)) items.push(item)
    }
    const error = await read().catch((reason) => reason)
    expect(error).toBeInstanceOf(LogFormatError)
    expect(error).toBeInstanceOf(LogFileError)
    expect(error).toMatchObject({
      code: 'ERR_LOG_FORMAT',
      path: second,
      line: 4,
      found: '{"type": "unheard of"}',
      expected: expect.stringContaining('version 2'),
    })
    expect(error.message).toMatch(second)
    expect(error.message).toMatch('line 4: found {"type": "unheard of"}, expected an event of a type')
    expect(items.slice(0, itemsOf(first).length)).toEqual(itemsOf(first))
    expect(openIn(folder)).toEqual([])
  })

  test('refuses a file that is no log', async () => {
    const {path} = tempLog()
    writeFileSync(path, 'Dear diary,\n')
    await expect(readAll(path)).rejects.toMatchObject({
      code: 'ERR_LOG_FORMAT',
      path,
      line: 1,
      found: 'Dear diary,',
    })
  })

  test.each([
    ['text', 'Dear diary,', 'Dear diary,'],
    ['a letter', 'D', 'D'],
    ['the first bytes of another format', '{"form"', '{"form"'],
    ['bytes', Buffer.from([0, 1, 2, 3]), '\\u0000\\u0001\\u0002\\u0003'],
    ['megabytes of text', 'x'.repeat(10_000_000), 'xxxxxxxxxx'],
  ])('refuses a file of %s without a newline, which is no log that was torn', async (_name, content, found) => {
    const {folder, path} = tempLog()
    writeFileSync(path, content)
    const error = {
      code: 'ERR_LOG_FORMAT',
      path,
      line: 1,
      found: expect.stringContaining(found),
    }
    await expect(readAll(path)).rejects.toMatchObject(error)
    await expect(foldLog(path)).rejects.toMatchObject(error)
    expect(openIn(folder)).toEqual([])
  })

  test.each([
    ['first', 0, 1],
    ['third', 2, 2049],
  ])('refuses a file whose %s line has no end, and reads no more of it than a line can hold', async (_name, before, most) => {
    const {path} = await recorded(5, 1e6)
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, before)
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    // Without blocks on the disk.
    truncateSync(path, 2 ** 31)
    const read = vi.spyOn(await fileHandles(), 'read')
    await expect(foldLog(path)).rejects.toMatchObject({code: 'ERR_LOG_FORMAT', path, line: before + 1})
    expect(read.mock.calls.length).toBeLessThanOrEqual(most)
    read.mockRestore()
  })

  test('closes the file of a loop that is left early', async () => {
    const {folder, path} = await recorded()
    const seqs: number[] = []
    for await (const {seq} of readLog(path)) {
      seqs.push(seq)
      expect(openIn(folder).length).toBeGreaterThan(0)
      if (seqs.length === 3) break
    }
    expect(seqs).toEqual([0, 1, 2])
    expect(openIn(folder)).toEqual([])
  })

  test('closes the file when whoever is told that it is torn throws', async () => {
    const {folder, path} = await recorded()
    appendFileSync(path, 'torn')
    const read = async () => {
      const onTorn = () => {
        throw new Error('do not like it')
      }
      for await (const _item of readLog(path, {onTorn}));
    }
    await expect(read()).rejects.toThrow('do not like it')
    expect(openIn(folder)).toEqual([])
  })

  test('opens nothing before it is asked, and never more than the newest file and one other', async () => {
    const {folder, path, files} = await recorded()
    const log = readLog(path)
    await settled()
    expect(openIn(folder)).toEqual([])
    let most = 0
    for await (const _item of log) most = Math.max(most, openIn(folder).length)
    expect([files.length > 3, most]).toEqual([true, 2])
    expect(openIn(folder)).toEqual([])
  })

  test('gives text that is cut between two bytes of a letter as it was', async () => {
    const {hub, stack} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    hub.connect('net:bob.example.com:8008', {text: '€'.repeat(100_000)}).catch(() => {})
    stack.lastDial.fail()
    await recording.close()
    expect(eventsOf((await readAll(path)).items)).toEqual(logOf(hub))
  })
})

describe('a log that is being recorded', () => {
  test('can be read as far as it is written', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    work(50)
    await caughtUp(recording, hub)
    expect(eventsOf((await readAll(path)).items)).toEqual(logOf(hub))
    await recording.close()
  })

  test('goes on under the eyes of a reader, also where what it reads is rotated away', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path, {maxBytes: 4000})
    work(10)
    await caughtUp(recording, hub)
    const events: LogItem[] = []
    let asked = 0
    for await (const item of readLog(path)) {
      if (item.type !== 'checkpoint') events.push(item)
      if (asked++ < 20) work(10)
      await caughtUp(recording, hub)
    }
    await recording.close()
    expect(events.length).toBeGreaterThan(10)
    expect(events).toEqual(logOf(hub).slice(0, events.length))
  })

  test.each([
    Number.POSITIVE_INFINITY,
    2,
    1,
    0,
  ])('gives every event once while it is rotated, keeping %d files, but for those in files that were deleted', async (keep) => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path, {maxBytes: 3000, keep})
    await caughtUp(recording, hub)
    let isRecording = true
    const record = async () => {
      for (let i = 0; i < 30; i++) {
        work(5)
        await caughtUp(recording, hub)
      }
      isRecording = false
    }
    const read = async () => {
      while (isRecording) {
        const {items} = await readAll(path)
        const {seq} = fold(items)
        const seqs = eventsOf(items).map((event) => event.seq)
        // That a gap has a checkpoint was checked by folding.
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
        if (keep === Number.POSITIVE_INFINITY) expect(seqs).toEqual(Array.from(seqs, (_seq, at) => at + 1))
        expect(seqs.at(-1) ?? seq).toBe(seq)
      }
    }
    await Promise.all([record(), read()])
    await recording.close()
  })
})

test('readLog() tells the version of each file and whose log it is, before it gives its items', async () => {
  const {path} = tempLog()
  const events = logOf(recordedHub())
  const [first, second, third] = [`${path}.1`, `${path}.2`, `${path}.3`]
  writeFileSync(first, encode(events.slice(0, 2)).replace('"version":2', '"version":1'))
  writeFileSync(second, '{"format"')
  // Of several pieces.
  const long = events.slice(2, 3).map((event) => ({...event, data: {text: 'x'.repeat(200_000)}}) as LogItem)
  writeFileSync(third, encode(long, {id: '@Ym9i.ed25519'}))
  writeFileSync(path, encode([]))
  const told: unknown[] = []
  const onHeader = (header: FileHeader) => told.push(header)
  for await (const {seq} of readLog(path, {onHeader})) told.push(seq)
  const headers = [
    {path: first, version: 1},
    {path: third, version: 2, id: '@Ym9i.ed25519'},
    {path, version: 2},
  ]
  expect(told).toEqual([headers[0], 1, 2, headers[1], 3, headers[2]])
  told.length = 0
  await foldLog(path, {onHeader})
  expect(told).toEqual(headers)
})

test('readLog() gives nothing after it was left, also where it had more of a file', async () => {
  const {folder, path} = await recorded()
  const items = readLog(path)
  expect(await items.next()).toMatchObject({done: false, value: {type: 'checkpoint'}})
  expect(await items.return?.()).toEqual({done: true, value: undefined})
  expect(openIn(folder)).toEqual([])
  for (let asks = 0; asks < 3; asks++) expect(await items.next()).toEqual({done: true, value: undefined})
})

test('readLog() that was left before it began opens nothing', async () => {
  const {folder, path} = await recorded()
  const items = readLog(path)
  await items.return?.()
  expect(await items.next()).toEqual({done: true, value: undefined})
  expect(openIn(folder)).toEqual([])
})

test('readLog() gives each item once, in order, to who asks ahead', async () => {
  const {path, hub} = await recorded()
  const items = readLog(path)
  const expected = (await readAll(path)).items
  const given = await Promise.all([...expected, 'one more'].map(() => items.next()))
  expect(given.map(({value}) => value)).toEqual([...expected, undefined])
  expect(given.at(-1)?.done).toBe(true)
  expect(fold(expected)).toEqual(hub.snapshot())
})

describe('foldLog()', () => {
  test('gives the state at the end of the log, across all of its files', async () => {
    const {path, files, hub} = await recorded()
    expect(files.length).toBeGreaterThan(2)
    expect(await foldLog(path)).toEqual(hub.snapshot())
  })

  test('reports what is torn, and folds what is whole', async () => {
    const {path} = await recorded(5, 1e6)
    const {length} = readFileSync(path)
    truncateSync(path, length - 1)
    const torn: Torn[] = []
    const state = await foldLog(path, {onTorn: (end) => torn.push(end)})
    expect(torn.map((end) => end.path)).toEqual([path])
    expect(state).toEqual(fold((await readAll(path)).items))
  })

  test('rejects where events do not follow from each other, and where a line cannot be read, and lets the file go', async () => {
    const {path} = await recorded(5, 1e6)
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, lines.filter((_, at) => at !== 3).join('\n'))
    await expect(foldLog(path)).rejects.toThrow(LogOrderError)
    writeFileSync(path, lines.map((line, at) => (at === 3 ? 'not of the log' : line)).join('\n'))
    await expect(foldLog(path)).rejects.toThrow(LogFileError)
    await expect(foldLog(`${path}.missing`)).rejects.toMatchObject({code: 'ENOENT'})
    expect(openIn(path)).toEqual([])
  })
})
