import {randomBytes} from 'node:crypto'
import {linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import zlib, {constants, type Gunzip, gunzipSync, gzipSync} from 'node:zlib'
import {describe, expect, test, vi} from 'vitest'
import {foldLog, LogFileError, readLog, recordLog} from '../../src/log-file'
import {decode, encode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {busyHub, fileHandles, openIn, readAll, tempLog} from './kit'

/** A log of some events in several files, its text, and what it gives. */
async function recorded(events = 100, maxBytes = 4000) {
  const {hub, work} = busyHub()
  const {folder, path} = tempLog()
  const rotated: string[] = []
  const recording = recordLog(hub, path, {maxBytes}).on('rotate', (name) => rotated.push(name))
  work(events)
  await recording.close()
  const {items} = await readAll(path)
  return {hub, folder, path, rotated, files: [...rotated, path], items}
}

function gzip(path: string, to = `${path}.gz`): void {
  writeFileSync(to, gzipSync(readFileSync(path)))
  if (to !== path) rmSync(path)
}

describe('gzipped files', () => {
  test('of a log are read as the others are', async () => {
    const {hub, path, rotated, items} = await recorded()
    expect(rotated.length).toBeGreaterThan(3)
    for (const file of rotated.slice(0, -2)) {
      gzip(file)
      expect(await readAll(path)).toEqual({items, torn: []})
    }
    expect(await foldLog(path)).toEqual(hub.snapshot())
  })

  test('are read where there is no current one', async () => {
    const {path, rotated, items} = await recorded()
    const last = `${path}.${rotated.length + 1}`
    renameSync(path, last)
    for (const file of [...rotated, last]) gzip(file)
    expect(await readAll(path)).toEqual({items, torn: []})
  })

  test('of any name are read alone', async () => {
    const {folder, path, rotated, hub} = await recorded()
    const [first = ''] = rotated
    const {items} = await readAll(first)
    gzip(first)
    expect(await readAll(`${first}.gz`)).toEqual({items, torn: []})
    gzip(path, `${folder}/archive`)
    expect(await foldLog(`${folder}/archive`)).toEqual(hub.snapshot())
  })

  test('that are being made are left for the file that they are made of', async () => {
    const {path, rotated, items} = await recorded()
    const [first = '', second = ''] = rotated
    writeFileSync(`${first}.gz`, gzipSync(readFileSync(first)))
    writeFileSync(`${second}.gz`, gzipSync(readFileSync(second)).subarray(0, 100))
    expect(await readAll(path)).toEqual({items, torn: []})
  })

  test('of many megabytes are read in pieces', async () => {
    const {path} = tempLog()
    const {hub, stack} = busyHub()
    const recording = recordLog(hub, path)
    hub.connect('net:bob.example.com:8008').catch(() => {})
    stack.lastDial.succeed()
    // Of these, a piece of a few bytes unzips to more than is given at a time.
    for (let n = 0; n < 20; n++) hub.update('net:bob.example.com:8008', {n, text: `${n}`.repeat(200_000)})
    await recording.close()
    const {items} = await readAll(path)
    gzip(path, path)
    expect(readFileSync(path).length).toBeLessThan(200_000)
    expect(await readAll(path)).toEqual({items, torn: []})
    expect(await foldLog(path)).toEqual(hub.snapshot())
  })

  test('may have several members, as those that were put one after the other have', async () => {
    const {path, items} = await recorded(20, 1e6)
    const bytes = readFileSync(path)
    for (const cut of [1, 100, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(
        path,
        Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut)].map((part) => gzipSync(part))),
      )
      expect(await readAll(path)).toEqual({items, torn: []})
    }
  })

  test('may be followed by zeros, as on a tape', async () => {
    const {path, items} = await recorded(20, 1e6)
    const bytes = gzipSync(readFileSync(path))
    for (const zeros of [1, 512, 200_000]) {
      writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(zeros)]))
      expect(await readAll(path)).toEqual({items, torn: []})
    }
  })

  test('that are torn give all that can be unzipped, and are reported', async () => {
    const {path, items} = await recorded(30, 1e6)
    const bytes = gzipSync(readFileSync(path))
    let most = 0
    for (let length = 2; length < bytes.length; length += length < bytes.length - 20 ? 37 : 1) {
      writeFileSync(path, bytes.subarray(0, length))
      const {items: given, torn} = await readAll(path)
      expect(given).toEqual(items.slice(0, given.length))
      expect(torn, `of ${length} bytes`).toEqual([{path, torn: expect.any(String)}])
      most = given.length
    }
    // Only the check at the end was missing.
    expect(most).toBe(items.length)
  })

  test('that are broken in the middle are refused, with the line', async () => {
    const {folder, path, rotated, items} = await recorded(1500, 150_000)
    const [first = ''] = rotated
    gzip(first)
    const bytes = readFileSync(`${first}.gz`)
    bytes[bytes.length - 6] = ~(bytes.at(-6) ?? 0)
    writeFileSync(`${first}.gz`, bytes)
    const given: LogItem[] = []
    const read = async () => {
      for await (const item of readLog(path)) given.push(item)
    }
    const error = await read().catch((reason) => reason)
    expect(error).toBeInstanceOf(LogFileError)
    expect(error).toMatchObject({
      code: 'ERR_LOG_FORMAT',
      path: `${first}.gz`,
      line: given.length + 2,
      found: 'bytes that cannot be unzipped (incorrect data check)',
      expected: 'a whole gzipped file',
    })
    expect(given.length).toBeGreaterThan(100)
    expect(given).toEqual(items.slice(0, given.length))
    expect(openIn(folder)).toEqual([])
  })

  test('that are broken behind their beginning are no files of somebody else’s', async () => {
    const {path, rotated} = await recorded()
    const [first = ''] = rotated
    gzip(first)
    const bytes = readFileSync(`${first}.gz`)
    expect(bytes.length).toBeLessThan(4096)
    writeFileSync(`${first}.gz`, bytes.fill(0xff, bytes.length - 8))
    await expect(readAll(path)).rejects.toMatchObject({code: 'ERR_LOG_FORMAT', path: `${first}.gz`})
  })

  test('that are torn after many pieces give all that can be unzipped', async () => {
    const {path} = tempLog()
    const text = () => randomBytes(6000).toString('hex')
    const items = Array.from({length: 50}, (_, n): LogItem => {
      return {type: 'updated', seq: n + 1, time: n, address: 'net:a:1', cause: 'caller', data: {text: text()}}
    })
    const bytes = gzipSync(encode(items))
    expect(bytes.length).toBeGreaterThan(4 * 65_536)
    for (const missing of [1, 8, 9, 70_000]) {
      writeFileSync(path, bytes.subarray(0, bytes.length - missing))
      const whole = gunzipSync(bytes.subarray(0, bytes.length - missing), {
        finishFlush: constants.Z_SYNC_FLUSH,
      })
      const {events, torn = ''} = decode(whole)
      expect(await readAll(path)).toEqual({items: events, torn: [{path, torn}]})
    }
  })

  test('are not read any further than they go', async () => {
    const {path, items} = await recorded(20, 1e6)
    writeFileSync(path, Buffer.concat([gzipSync(readFileSync(path)), Buffer.alloc(2_000_000)]))
    const read = vi.spyOn(await fileHandles(), 'read')
    expect(await readAll(path)).toEqual({items, torn: []})
    const reads = read.mock.calls.length
    read.mockRestore()
    expect(reads).toBeLessThan(4)
  })

  test('leave nothing of zlib behind, when they are read or left', async () => {
    const {path} = await recorded(500, 1e6)
    gzip(path, path)
    const create = vi.spyOn(zlib, 'createGunzip')
    syncBuiltinESMExports()
    await foldLog(path)
    for await (const _item of readLog(path)) break
    const streams = create.mock.results.map(({value}) => value as Gunzip)
    create.mockRestore()
    syncBuiltinESMExports()
    expect(streams.map(({destroyed}) => destroyed)).toEqual([true, true])
  })

  test('of which the reading fails end with the error of the file system', async () => {
    const {folder, path} = await recorded(20, 1e6)
    gzip(path, path)
    const broken = Object.assign(new Error('EIO: i/o error, read'), {code: 'EIO'})
    const handles = await fileHandles()
    const {read} = handles
    let reads = 0
    const spy = vi.spyOn(handles, 'read').mockImplementation(function (this: unknown, ...args: unknown[]) {
      return reads++ === 0
        ? (read as (...args: unknown[]) => never).apply(this, args)
        : Promise.reject(broken)
    } as never)
    await expect(readAll(path)).rejects.toBe(broken)
    spy.mockRestore()
    expect(openIn(folder)).toEqual([])
  })

  test.each([
    [[0x1f, 0x41], '\x1fA'],
    [[0x41, 0x8b], 'A�'],
  ])('are told by both of their first bytes: %j is text', async (bytes, found) => {
    const {path} = tempLog()
    writeFileSync(path, Uint8Array.from(bytes))
    const error = await readAll(path).catch((reason) => reason)
    expect(error).toMatchObject({code: 'ERR_LOG_FORMAT', expected: expect.stringContaining('"format"')})
    expect(error.found.replace('\\u001f', '\x1f')).toBe(found)
  })

  test('that hold no log are refused', async () => {
    const {path} = tempLog()
    for (const text of ['Dear diary,', 'Dear diary,\n']) {
      writeFileSync(path, gzipSync(text))
      await expect(foldLog(path)).rejects.toMatchObject({
        code: 'ERR_LOG_FORMAT',
        line: 1,
        found: 'Dear diary,',
      })
    }
  })

  test('are closed when a loop is left early, and nothing of them is read any more', async () => {
    const {folder, path, files} = await recorded(2000, 1e6)
    for (const file of files) gzip(file, file)
    const read = vi.spyOn(await fileHandles(), 'read')
    for await (const _item of readLog(path)) break
    const reads = read.mock.calls.length
    read.mockRestore()
    expect(openIn(folder)).toEqual([])
    expect(reads).toBeLessThan(4)
  })
})

test('a file that is being rotated away, and has two names for a moment, is read once', async () => {
  const {folder, path, files, items} = await recorded()
  linkSync(path, `${path}.${files.length}`)
  expect(readdirSync(folder).length).toBe(files.length + 1)
  expect(await readAll(path)).toEqual({items, torn: []})
  writeFileSync(`${path}.${files.length + 1}`, encode([]))
  expect(await readAll(path)).toEqual({items, torn: []})
})
