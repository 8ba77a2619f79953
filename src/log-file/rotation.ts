import {lstat, open, rename, rm} from 'node:fs/promises'
import {ConnHubError} from '../values/errors'
import {hasCode, isMissing} from './file-errors'
import {ownerOnly} from './output-file'
import {lastNumber, numbersOf, rotatedAt} from './rotated-files'

/**
 * Gives the current file the next number, and returns its new path; `undefined` where it has gone or is empty, and
 * there is nothing to keep. Never moves it over another file, also where several recorders do this at once.
 */
export async function rotateAway(path: string): Promise<string | undefined> {
  const rotated = await reserve(path)
  try {
    await rename(path, rotated)
  } catch (error) {
    await rm(rotated, {force: true})
    if (isMissing(error)) return undefined
    throw error
  }
  if ((await lstat(rotated)).size > 0) return rotated
  await rm(rotated, {force: true})
  return undefined
}

/** Deletes the oldest rotated files, but for so many. */
export async function deleteOldest(path: string, keep: number): Promise<void> {
  const rotated = (await numbersOf(path)).reverse()
  const excess: string[] = []
  let kept = 0
  for (const number of rotated) {
    const files = await rotatedAt(path, number)
    if (files.length > 0 && kept++ >= keep) excess.unshift(...files)
  }
  for (const file of excess) await rm(file, {force: true})
}

/** Makes an empty file with the next number, which is then nobody else's. */
async function reserve(path: string): Promise<string> {
  for (let number = (await latestOf(path)) + 1; number <= lastNumber; number++) {
    const rotated = `${path}.${number}`
    try {
      const handle = await open(rotated, 'wx', ownerOnly)
      await handle.close()
      return rotated
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }
  throw new ConnHubError('ERR_LOG_REPLACED', `no number is left after ${path}.${lastNumber}`)
}

/** The number of the latest rotated file; 0 where there is none. */
async function latestOf(path: string): Promise<number> {
  for (const number of (await numbersOf(path)).reverse()) {
    if ((await rotatedAt(path, number)).length > 0) return number
  }
  return 0
}
