import {open} from 'node:fs/promises'
import {ignoreMissing} from './file-errors'
import type {OpenFile} from './rotated-files'
import {numbersOf, openRotated} from './rotated-files'

/** The files that a log has at one moment. */
export interface LogFiles {
  /** The numbers at which there may be a rotated file, in order. The newest may be among them. */
  readonly older: readonly number[]
  /** It is open, so that it stays what it is when it is rotated away. */
  readonly newest: OpenFile
}

/** Rejects with ENOENT where there is no file at all. */
export async function filesOf(path: string): Promise<LogFiles> {
  for (;;) {
    const before = await numbersOf(path)
    let missing: unknown
    const handle = await open(path).catch((error) => {
      missing = error
      return ignoreMissing(error)
    })
    const older = await numbersOf(path)
    const hasRotated = older.at(-1) !== before.at(-1)
    if (handle && !hasRotated) return {older, newest: {path, handle}}
    // A file was rotated while we looked: what we have open may be that one, or there is one between it and those that
    // we have listed. Look again.
    await handle?.close()
    if (hasRotated) continue
    const newest = await openLatest(path, older)
    if (newest) return {older, newest}
    // No file could be opened, and the list has not changed meanwhile: there is no log.
    if (older.join() === (await numbersOf(path)).join()) throw missing
  }
}

/** Whether two names are of one file, as those of the current one while it is rotated away. */
export async function isSameFile(a: OpenFile, b: OpenFile): Promise<boolean> {
  const [one, other] = await Promise.all([a.handle.stat({bigint: true}), b.handle.stat({bigint: true})])
  return one.ino === other.ino && one.dev === other.dev
}

async function openLatest(path: string, numbers: readonly number[]): Promise<OpenFile | undefined> {
  for (const number of [...numbers].reverse()) {
    const file = await openRotated(path, number)
    if (file) return file
  }
  return undefined
}
