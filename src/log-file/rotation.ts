import {lstat, readdir, realpath, rename, rm} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import {ConnHubError} from '../values/errors'

/**
 * Where the files of one log are: `path` is the current one; `path.1`, `path.2` and so on are those
 * that were rotated away, the one with the highest number last. There may be gaps.
 */

/** Where a path leads: the rotated files stand beside the file, not beside a link to it. */
export function resolveLogPath(path: string): Promise<string> {
  return realpath(path).catch((error) => {
    if (isMissing(error)) return resolve(path)
    throw error
  })
}

/** The rotated files, the oldest first. */
export async function rotatedOf(path: string): Promise<string[]> {
  return (await numbersOf(path)).map((number) => `${path}.${number}`)
}

/** Gives the current file the next number, and returns its new path. */
export async function rotateAway(path: string): Promise<string> {
  const latest = (await numbersOf(path)).at(-1) ?? 0
  const rotated = `${path}.${latest + 1}`
  // Never over another file: the numbers that we know of may have come to their end.
  if (await isTaken(rotated)) throw new ConnHubError('ERR_LOG_REPLACED', `${rotated} is there already`)
  await rename(path, rotated)
  return rotated
}

/** Deletes the oldest rotated files, but for so many. */
export async function deleteOldest(path: string, keep: number): Promise<void> {
  const rotated = await rotatedOf(path)
  for (const old of rotated.slice(0, Math.max(0, rotated.length - keep))) await rm(old, {force: true})
}

/** Whether something is there that a file which is moved there would replace. */
function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    (there) => !there.isDirectory(),
    (error) => {
      if (isMissing(error)) return false
      throw error
    },
  )
}

async function numbersOf(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`
  const names = await readdir(dirname(path)).catch((error) => {
    if (isMissing(error)) return []
    throw error
  })
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,14}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Object && 'code' in error && error.code === 'ENOENT'
}
