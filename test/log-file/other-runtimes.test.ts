import type {FileHandle} from 'node:fs/promises'
import {expect, onTestFinished, test} from 'vitest'
import {foldLog, recordLog} from '../../src/log-file'
import {busyHub, caughtUp, fileHandles, readAll, tempLog} from './kit'

type Read = (bytes: Buffer, offset?: number, length?: number, position?: number | null) => Promise<unknown>

/** File handles as those of Yarn's Plug'n'Play: it reads as much as it is told, and some methods are missing. */
async function plugAndPlay(): Promise<void> {
  const handles = await fileHandles()
  const missing = () => Promise.reject(new Error('Method not implemented.'))
  const read: Read = handles.read
  const forms = {
    read(this: FileHandle, bytes: Buffer, offset = 0, length = 0, position: number | null = null) {
      return length === 0
        ? Promise.resolve({bytesRead: 0, buffer: bytes})
        : read.call(this, bytes, offset, length, position)
    },
    sync: missing,
    datasync: missing,
    readv: missing,
    utimes: missing,
  }
  const before = Object.getOwnPropertyDescriptors(handles)
  Object.assign(handles, forms)
  onTestFinished(() => {
    Object.defineProperties(handles, before)
  })
}

test('recording and reading use the forms of reading and syncing that every runtime has', async () => {
  await plugAndPlay()
  const {hub, work} = busyHub()
  const {path} = tempLog()
  const recording = recordLog(hub, path, {maxBytes: 4000})
  work(100)
  await caughtUp(recording, hub)
  await recording.close()
  expect(await foldLog(path)).toEqual(hub.snapshot())
  expect((await readAll(path)).items.length).toBeGreaterThan(100)
})
