import {mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import promises from 'node:fs/promises'
import {describe, expect, test, vi} from 'vitest'
import {foldLog, recordLog} from '../../src/log-file'
import {encode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {busyHub, fileHandles, logOf, openIn, readAll, spyOnPromises, tempLog} from './kit'

/** Some events, to be put into files. */
function someEvents(count: number): LogItem[] {
  const {hub, work} = busyHub()
  work(count)
  return logOf(hub)
}

describe('while the files of a log are looked for', () => {
  const real = {...promises}

  test('the current one may be rotated away', async () => {
    const {folder, path} = tempLog()
    const [first, second] = [someEvents(6).slice(0, 3), someEvents(6).slice(3)]
    writeFileSync(path, encode(first))
    spyOnPromises('open').mockImplementationOnce((async (name: string) => {
      const handle = await real.open(name)
      renameSync(path, `${path}.1`)
      writeFileSync(path, encode(second))
      return handle
    }) as never)
    expect(await readAll(path)).toEqual({items: [...first, ...second], torn: []})
    expect(openIn(folder)).toEqual([])
  })

  test('the last of the rotated ones may be deleted, and the next one begun', async () => {
    const {path} = tempLog()
    const events = someEvents(3)
    writeFileSync(`${path}.1`, encode([]))
    spyOnPromises('lstat').mockImplementationOnce((async (name: string) => {
      rmSync(`${path}.1`)
      writeFileSync(path, encode(events))
      return real.lstat(name)
    }) as never)
    expect(await readAll(path)).toEqual({items: events, torn: []})
  })

  test('a rotated one may be gzipped', async () => {
    const {path} = tempLog()
    const [first, second] = [someEvents(6).slice(0, 3), someEvents(6).slice(3)]
    writeFileSync(`${path}.1`, encode(first))
    writeFileSync(path, encode(second))
    spyOnPromises('open').mockImplementation((async (name: string) => {
      if (name === `${path}.1`) {
        writeFileSync(`${path}.1.gz`, (await import('node:zlib')).gzipSync(encode(first)))
        rmSync(name)
      }
      return real.open(name)
    }) as never)
    expect((await readAll(path)).items).toEqual([...first, ...second])
  })

  test('there may be none but those of others: the error is that of the current one', async () => {
    const {path} = tempLog()
    mkdirSync(`${path}.5`)
    writeFileSync(`${path}.6`, 'Dear diary,')
    await expect(readAll(path)).rejects.toMatchObject({code: 'ENOENT', path})
  })

  test('the latest of the rotated ones may be preceded by those of others', async () => {
    const {path} = tempLog()
    const events = someEvents(3)
    writeFileSync(`${path}.2`, encode(events))
    mkdirSync(`${path}.5`)
    writeFileSync(`${path}.6`, 'Dear diary,')
    expect(await readAll(path)).toEqual({items: events, torn: []})
  })

  test('one that is there and cannot be opened is not taken for one that is missing', async () => {
    const {path} = tempLog()
    for (const name of [path, `${path}.1`]) writeFileSync(name, encode(someEvents(3)))
    const broken = Object.assign(new Error('EMFILE: too many open files, open'), {code: 'EMFILE'})
    spyOnPromises('open').mockImplementation((async (name: string) => {
      if (name === `${path}.1`) throw broken
      return real.open(name)
    }) as never)
    await expect(readAll(path)).rejects.toBe(broken)
  })

  test('one that cannot be read ends reading and recording, and all are let go', async () => {
    const {folder, path} = tempLog()
    for (const name of [path, `${path}.1`]) writeFileSync(name, encode(someEvents(3)))
    const broken = Object.assign(new Error('EIO: i/o error, read'), {code: 'EIO'})
    const spy = vi.spyOn(await fileHandles(), 'read').mockRejectedValue(broken)
    await expect(foldLog(path)).rejects.toBe(broken)
    await expect(recordLog(busyHub().hub, path).close()).rejects.toBe(broken)
    spy.mockRestore()
    expect(openIn(folder)).toEqual([])
  })
})

describe('while files are moved and deleted', () => {
  const real = {...promises}

  test('somebody else may delete them first', async () => {
    const {folder, path} = tempLog()
    writeFileSync(path, '')
    for (const number of [1, 2, 3]) writeFileSync(`${path}.${number}`, encode([]))
    spyOnPromises('rm').mockImplementation((async (name: string, options: object) => {
      rmSync(name, {force: true})
      return real.rm(name, options)
    }) as never)
    await recordLog(busyHub().hub, path, {keep: 1}).close()
    expect(readdirSync(folder).sort()).toEqual(['hub.jsonl', 'hub.jsonl.3'])
  })

  test('what failed first is told, also where all is gone by then', async () => {
    const {folder, path} = tempLog()
    writeFileSync(path, 'something')
    const broken = Object.assign(new Error('EIO: i/o error, rename'), {code: 'EIO'})
    spyOnPromises('rename').mockImplementation(async () => {
      rmSync(folder, {recursive: true})
      throw broken
    })
    await expect(recordLog(busyHub().hub, path).close()).rejects.toBe(broken)
  })

  test('a name that cannot be reserved ends the recording, and no other is tried', async () => {
    const {path} = tempLog()
    writeFileSync(path, 'something')
    const full = Object.assign(new Error('ENOSPC: no space left on device, open'), {code: 'ENOSPC'})
    const spy = spyOnPromises('open').mockRejectedValue(full)
    await expect(recordLog(busyHub().hub, path).close()).rejects.toBe(full)
    expect(spy).toHaveBeenCalledOnce()
  })
})
