import {type FileHandle, open} from 'node:fs/promises'
import {isMissing, rotatedOf} from './rotation'

/** A file of a log, open for reading. */
export interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
}

/**
 * The files that a log has now, in order. The newest is open, so that it stays what it is when it is
 * rotated away.
 */
export async function filesOf(current: string): Promise<{older: string[]; newest: OpenFile}> {
  for (;;) {
    const before = await rotatedOf(current)
    let missing: unknown
    const handle = await open(current).catch((error) => {
      missing = error
      return ignoreMissing(error)
    })
    const older = await rotatedOf(current)
    const hasRotated = older.at(-1) !== before.at(-1)
    if (handle && !hasRotated) return {older, newest: {path: current, handle}}
    // What is open may be one of the rotated files, or come later than one of them that we do not know.
    await handle?.close()
    if (hasRotated) continue
    const path = older.pop()
    if (path === undefined) throw missing
    const rotated = await open(path).catch(ignoreMissing)
    if (rotated) return {older, newest: {path, handle: rotated}}
  }
}

export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
