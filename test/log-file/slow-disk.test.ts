import {execFileSync} from 'node:child_process'
import {readdirSync, statSync, writeFileSync} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {expect, test} from 'vitest'
import {recordLog} from '../../src/log-file'
import {decode, encode, fold} from '../../src/replay'
import type {LogItem, LogOptions, Source} from '../../src/types'
import {settled} from '../kit/setup'
import {busyHub, caughtUp, eventsOf, itemsOf, stillWorks, tempLog} from './kit'

/** A disk that takes only as much as the test reads: a pipe with a name. */
async function slowDisk(record: (path: string) => void): Promise<FileHandle> {
  const {path} = tempLog()
  execFileSync('mkfifo', [path])
  const reader = open(path)
  record(path)
  return reader
}

test('a disk that does not keep up costs no memory, only events, which are counted', async () => {
  const world = busyHub(100)
  const {hub, work} = world
  const taken: LogItem[] = []
  const watched = {
    snapshot: () => hub.snapshot(),
    log: (options: LogOptions): Source<LogItem> => {
      const read = hub.log(options)
      return (abort, callback) =>
        read(abort, (end, item) => {
          if (item && !end) taken.push(item)
          callback(end, item)
        })
    },
  }
  let recording: ReturnType<typeof recordLog> | undefined
  const told: number[] = []
  const disk = await slowDisk((path) => {
    recording = recordLog(watched, path).on('lost', (events) => told.push(events))
  })
  for (let i = 0; i < 200; i++) {
    work(50)
    await settled()
  }
  expect(taken.length).toBeGreaterThan(100)
  expect(encode(taken).length).toBeLessThan(4 * 65_536)
  expect(await stillWorks(world)).toBe(true)

  const closed = recording?.close()
  const {events: items, torn} = decode(await disk.readFile())
  await disk.close()
  await closed
  expect(torn).toBeUndefined()
  expect(fold(items)).toEqual(hub.snapshot())
  expect(recording?.lost).toBeGreaterThan(5000)
  expect(recording?.lost).toBe(hub.snapshot().seq - eventsOf(items).length)
  expect(told.reduce((sum, events) => sum + events, 0)).toBe(recording?.lost)
})

test('more events at a time than the hub remembers are lost, and a checkpoint stands in their place', async () => {
  const {hub, work} = busyHub(10)
  const {path} = tempLog()
  const recording = recordLog(hub, path)
  await caughtUp(recording, hub)
  work(1000)
  await caughtUp(recording, hub)
  work(1000)
  await recording.close()
  const items = itemsOf(path)
  expect(fold(items)).toEqual(hub.snapshot())
  expect(items.filter(({type}) => type === 'checkpoint').length).toBe(3)
  expect(recording.lost).toBe(2000 - eventsOf(items).length)
})

test('what is no file is written to as it is: neither rotated, nor deleted, nor synced', async () => {
  const {hub, work} = busyHub()
  let path = ''
  let recording: ReturnType<typeof recordLog> | undefined
  const pipe = await slowDisk((name) => {
    path = name
    // Of another log.
    writeFileSync(`${name}.1`, encode([]))
    recording = recordLog(hub, name, {maxBytes: 1000, maxAge: 1, keep: 0})
  })
  work(100)
  const closed = recording?.close()
  expect(fold(decode(await pipe.readFile()).events)).toEqual(hub.snapshot())
  await pipe.close()
  await closed
  expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), `${basename(path)}.1`])
  expect(statSync(path).isFIFO()).toBe(true)
})

test.each([0, 1])('a hub that remembers %i events is recorded nevertheless', async (logLimit) => {
  const {hub, work} = busyHub(logLimit)
  const {path} = tempLog()
  const recording = recordLog(hub, path, {maxBytes: 5000})
  for (let i = 0; i < 50; i++) {
    work(3)
    await settled()
  }
  await recording.close()
  const items = itemsOf(path)
  expect(fold(items)).toEqual(hub.snapshot())
})
