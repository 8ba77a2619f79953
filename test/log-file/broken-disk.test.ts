import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {type Recording, recordLog} from '../../src/log-file'
import {encode, fold} from '../../src/replay'
import {outcome, settled} from '../kit/setup'
import {
  busyHub,
  caughtUp,
  fileHandles,
  openIn,
  readAll,
  spareDevices,
  spyOnFs,
  stillWorks,
  tempLog,
} from './kit'

spareDevices()

const nowhere = '/nowhere/at/all'

/** The one way to write that is in use. */
type Write = (bytes: Buffer, at: number, length?: number) => Promise<unknown>

/** The error that a recording tells by an event, after it was checked that close() rejects with the same. */
async function failure(recording: Recording): Promise<Error> {
  const error = await new Promise<Error>((resolve) => recording.once('error', resolve))
  expect(recording.error).toBe(error)
  expect(await outcome(recording.close())).toEqual({rejected: error})
  expect(await outcome(recording.close())).toEqual({rejected: error})
  return error
}

describe('a recording', () => {
  test.each([
    ['to a full disk', 'ENOSPC', () => '/dev/full'],
    ['in a folder that does not exist', 'ENOENT', () => join(nowhere, 'hub.jsonl')],
    ['in what is no folder', 'ENOTDIR', () => join(__filename, 'hub.jsonl')],
    ['to a folder', 'EISDIR', () => tempLog().folder],
    ['to a path that cannot be', 'ERR_INVALID_ARG_VALUE', () => 'hub\0.jsonl'],
    [
      'in a folder where nobody may write',
      expect.stringMatching(/EACCES|EPERM|EROFS/),
      () => '/sys/hub.jsonl',
    ],
  ])('%s ends with the error, and the hub does not notice', async (_name, code, path) => {
    const world = busyHub()
    const recording = recordLog(world.hub, path())
    world.work(20)
    expect(await failure(recording)).toMatchObject({code})
    expect(recording.seq).toBeUndefined()
    expect(await stillWorks(world)).toBe(true)
  })

  /** A recording that went well until now. */
  async function begun(options = {}) {
    const world = busyHub()
    const log = tempLog()
    const recording = recordLog(world.hub, log.path, options)
    world.work(20)
    await caughtUp(recording, world.hub)
    return {...world, ...log, world, recording}
  }

  const removals: [string, string, (log: {folder: string; path: string}) => void][] = [
    ['the file is deleted', 'ERR_LOG_GONE', ({path}) => rmSync(path)],
    ['the folder is deleted', 'ERR_LOG_GONE', ({folder}) => rmSync(folder, {recursive: true})],
    ['the file is moved away', 'ERR_LOG_GONE', ({path}) => renameSync(path, `${path}.old`)],
    [
      'another file takes its place',
      'ERR_LOG_REPLACED',
      ({path}) => {
        rmSync(path)
        writeFileSync(path, 'another')
      },
    ],
  ]

  test.each(removals)('ends with an error when %s, and lets go of it', async (_name, code, remove) => {
    const {world, work, recording, ...log} = await begun()
    remove(log)
    work(1)
    expect(await failure(recording)).toMatchObject({code, message: expect.stringContaining(log.path)})
    expect(recording.seq).toBe(20)
    expect(openIn(log.folder)).toEqual([])
    expect(await stillWorks(world)).toBe(true)
  })

  test.each(
    removals,
  )('does not close well when %s and nothing happens after that', async (_name, code, remove) => {
    const {world, recording, ...log} = await begun()
    remove(log)
    await expect(recording.close()).rejects.toMatchObject({code, message: expect.stringContaining(log.path)})
    expect(openIn(log.folder)).toEqual([])
    expect(await stillWorks(world)).toBe(true)
  })

  test.each(removals)('does not rotate when %s', async (_name, code, remove) => {
    const {world, clock, work, recording, ...log} = await begun({maxAge: 1000})
    remove(log)
    clock.advance(1000)
    work(1)
    expect(await failure(recording)).toMatchObject({code, message: expect.stringContaining(log.path)})
    expect(openIn(log.folder)).toEqual([])
    expect(await stillWorks(world)).toBe(true)
  })

  test('that cannot rotate ends with the error', async () => {
    const {world, path, folder, clock, work, recording} = await begun({maxAge: 1000})
    const lastOfAll = `${path}.9999999`
    writeFileSync(lastOfAll, encode([]))
    clock.advance(1000)
    work(1)
    expect(await failure(recording)).toMatchObject({
      code: 'ERR_LOG_REPLACED',
      message: expect.stringContaining(`no number is left after ${lastOfAll}`),
    })
    expect(readFileSync(lastOfAll, 'utf8')).toBe(encode([]))
    expect(openIn(folder)).toEqual([])
    expect(await stillWorks(world)).toBe(true)
  })

  test('on a disk that becomes full loses what comes after, and what was written can be read', async () => {
    const {world, hub, path, folder, work, recording} = await begun()
    const before = await readAll(path)
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})
    const handles = await fileHandles()
    const write: Write = handles.write
    // It still takes a part.
    const spy = vi.spyOn(handles as {write: Write}, 'write').mockImplementation(function (
      this: unknown,
      bytes,
      at,
    ) {
      return at === 0 ? write.call(this, bytes, 0, 10) : Promise.reject(full)
    })
    work(10)
    const error = await failure(recording)
    spy.mockRestore()
    expect(error).toBe(full)
    expect(recording.seq).toBe(20)
    const {items, torn} = await readAll(path)
    expect(items).toEqual(before.items)
    expect(torn).toEqual([{path, torn: expect.stringMatching(/^.{10}$/)}])
    expect(openIn(folder)).toEqual([])
    expect(fold(items).seq).toBeLessThan(hub.snapshot().seq)
    expect(await stillWorks(world)).toBe(true)
  })

  test('whose write takes less than it was given writes the rest, too', async () => {
    const {hub, path, work, recording} = await begun()
    const handles = await fileHandles()
    const write: Write = handles.write
    const spy = vi.spyOn(handles as {write: Write}, 'write').mockImplementation(function (
      this: unknown,
      bytes,
      at,
    ) {
      return write.call(this, bytes, at, Math.min(100, bytes.length - at))
    })
    work(10)
    await recording.close()
    expect(spy.mock.calls.length).toBeGreaterThan(10)
    spy.mockRestore()
    expect(fold((await readAll(path)).items)).toEqual(hub.snapshot())
  })

  test('whose file cannot be synced does not close well', async () => {
    const {folder, recording} = await begun()
    const broken = Object.assign(new Error('EIO: i/o error, fsync'), {code: 'EIO'})
    spyOnFs('fsync').mockImplementation((_fd, callback) => callback(broken))
    await expect(recording.close()).rejects.toBe(broken)
    expect(openIn(folder)).toEqual([])
  })

  test('that ended with an error asks nothing more of the hub', async () => {
    const {hub, work} = busyHub()
    let logs = 0
    let asked = 0
    let aborted = 0
    const watched = {
      snapshot: () => hub.snapshot(),
      log: (options: object) => {
        logs++
        const read = hub.log(options)
        return (...[abort, callback]: Parameters<typeof read>) => {
          if (abort) aborted++
          else asked++
          read(abort, callback)
        }
      },
    }
    const recording = recordLog(watched, join(nowhere, 'hub.jsonl'))
    // Both before it was told and after.
    recording.once('error', () => recording.close().catch(() => {}))
    await failure(recording)
    expect([logs, asked, aborted]).toEqual([1, 0, 1])
    work(10)
    await settled()
    expect([logs, asked, aborted]).toEqual([1, 0, 1])
  })

  test('whose error nobody listens to harms nobody', async () => {
    const rejections: unknown[] = []
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', (reason) => rejections.push(reason))
    const world = busyHub()
    const recording = recordLog(world.hub, join(nowhere, 'hub.jsonl'))
    while (!recording.error) await settled()
    void recording.close()
    await settled()
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
    expect(rejections).toEqual([])
    expect(await stillWorks(world)).toBe(true)
  })
})
