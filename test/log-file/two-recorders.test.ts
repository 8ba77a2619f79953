import {renameSync, writeFileSync} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {type Recording, recordLog} from '../../src/log-file'
import {encode} from '../../src/replay'
import {settled} from '../kit/setup'
import {busyHub, caughtUp, eventsOf, itemsOf, logOf, spyOnPromises, tempLog} from './kit'

/** A log that was there before. */
const precious = encode([{type: 'checkpoint', seq: 7, time: 7, entries: []}])

async function textsIn(folder: string): Promise<string[]> {
  return Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
}

/** How a recording ended: closed, or with an error of the recorder's own that names the file. */
async function endOf(recording: Recording): Promise<'closed' | 'failed'> {
  const error = await recording.close().catch((reason) => reason)
  if (error === undefined) return 'closed'
  expect(error).toMatchObject({
    code: expect.stringMatching(/^ERR_LOG_(REPLACED|GONE)$/),
    message: expect.stringContaining(recording.path),
  })
  return 'failed'
}

/** That of all that was there and was told to be written, nothing is lost. */
async function expectNothingLost(folder: string, worlds: ReturnType<typeof busyHub>[], all: Recording[]) {
  expect((await textsIn(folder)).filter((text) => text === precious)).toEqual([precious])
  const files = (await readdir(folder)).map((name) => itemsOf(join(folder, name)))
  for (const [i, {seq = 0}] of all.entries()) {
    const events = logOf(worlds[i]?.hub as never).slice(0, seq)
    const kept = files.flat().map((item) => JSON.stringify(item))
    for (const event of events) expect(kept).toContain(JSON.stringify(event))
  }
}

/** Recorders of hubs of their own that begin in the same moment. */
function begin(path: string, count: number) {
  const worlds = Array.from({length: count}, (_, i) => {
    const world = busyHub()
    // Each begins at another time, so that no two have the same events.
    world.clock.advance(1000 * i)
    return world
  })
  const recordings = worlds.map(({hub}) => recordLog(hub, path, {maxBytes: 4000}))
  return {worlds, recordings}
}

describe('recorders that begin at one path at once', () => {
  test.each(
    Array.from({length: 10}, (_, i) => i),
  )('lose nothing, and at least one goes on (run %i)', async (run) => {
    const {folder, path} = tempLog()
    writeFileSync(path, precious)
    const {worlds, recordings} = begin(path, 2 + (run % 3))
    for (const {work} of worlds) work(20)
    for (let turn = 0; turn < run; turn++) await settled()
    for (const {work} of worlds) work(20)
    const ends = []
    for (const recording of recordings) ends.push(await endOf(recording))
    expect(ends).toContain('closed')
    await expectNothingLost(folder, worlds, recordings)
  })

  test('lose nothing, whoever moves the file that was there, and whenever', async () => {
    const {rename} = await import('node:fs/promises')
    // One moves it at once, the other when the first has begun its file, or has given up.
    const spy = spyOnPromises('rename')
    let first: Recording | undefined
    spy.mockImplementation(async (from, to) => {
      const isSecond = spy.mock.calls.length === 2
      while (isSecond && first?.seq === undefined && !first?.error) await settled()
      return rename(from, to)
    })
    const {folder, path} = tempLog()
    writeFileSync(path, precious)
    const {worlds, recordings} = begin(path, 2)
    first = recordings.find(() => true)
    for (const {work} of worlds) work(20)
    const ends = await Promise.all(recordings.map(endOf))
    expect(ends.sort()).toEqual(['closed', 'failed'])
    await expectNothingLost(folder, worlds, recordings)
  })
})

test('a recorder that begins while another records takes over, and the other ends with an error', async () => {
  const {folder, path} = tempLog()
  writeFileSync(path, precious)
  const [one, other] = [busyHub(), busyHub()]
  const first = recordLog(one.hub, path)
  one.work(20)
  await caughtUp(first, one.hub)
  const second = recordLog(other.hub, path)
  other.work(10)
  await caughtUp(second, other.hub)
  one.work(1)
  await expect(first.close()).rejects.toMatchObject({code: 'ERR_LOG_REPLACED'})
  await second.close()
  expect(eventsOf(itemsOf(`${path}.2`)).slice(0, 20)).toEqual(logOf(one.hub).slice(0, 20))
  expect(eventsOf(itemsOf(path))).toEqual(logOf(other.hub))
  await expectNothingLost(folder, [one, other], [first, second])
})

test('a file that is put in the place of the next one is not written to', async () => {
  const {folder, path} = tempLog()
  const {hub, work} = busyHub()
  const {rename} = await import('node:fs/promises')
  const spy = spyOnPromises('rename').mockImplementation(async (from, to) => {
    await rename(from, to)
    writeFileSync(path, precious)
  })
  const recording = recordLog(hub, path, {maxBytes: 1000})
  work(50)
  await expect(recording.close()).rejects.toMatchObject({
    code: 'ERR_LOG_REPLACED',
    message: expect.stringContaining(path),
  })
  expect(spy).toHaveBeenCalledOnce()
  expect((await textsIn(folder)).filter((text) => text === precious).length).toBe(1)
})

test('a file that goes while it is about to be moved away leaves no empty one behind', async () => {
  const {folder, path} = tempLog()
  writeFileSync(path, precious)
  const {hub, work} = busyHub()
  const {rename} = await import('node:fs/promises')
  spyOnPromises('rename').mockImplementation((from, to) => {
    renameSync(path, join(folder, 'elsewhere'))
    return rename(from, to)
  })
  const recording = recordLog(hub, path)
  let rotated = 0
  recording.on('rotate', () => rotated++)
  work(5)
  await recording.close()
  expect((await readdir(folder)).sort()).toEqual(['elsewhere', 'hub.jsonl'])
  expect(rotated).toBe(0)
  expect(eventsOf(itemsOf(path))).toEqual(logOf(hub))
})

test('a file that cannot be moved away stays, and leaves no empty one behind', async () => {
  const {folder, path} = tempLog()
  writeFileSync(path, precious)
  const {hub} = busyHub()
  const broken = Object.assign(new Error('EIO: i/o error, rename'), {code: 'EIO'})
  spyOnPromises('rename').mockRejectedValue(broken)
  await expect(recordLog(hub, path).close()).rejects.toBe(broken)
  expect(await textsIn(folder)).toEqual([precious])
})
