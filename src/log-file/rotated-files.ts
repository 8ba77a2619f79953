import type {FileHandle} from 'node:fs/promises'
import {lstat, open, readdir} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {isStartOfLog} from '../log/header'
import {ignoreMissing} from './file-errors'
import {firstBytesOf} from './log-bytes'

/**
 * The rotated files of a log stand beside the current one: `path.1`, `path.2` and so on, the one with the highest
 * number last. There may be gaps. Who uses the log may gzip them: `path.1.gz`.
 *
 * Other things may have such names: a folder `path.5`, a copy `path.20240101`. A file is taken for one of the log
 * where its number is one that a recorder gives, and it begins as every log does.
 */

/** A file of a log, open for reading. */
export interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
}

/** The highest number that a recorder gives: longer ones are dates and times. */
export const lastNumber = 9_999_999
const ending = /^([1-9]\d{0,6})(?:\.gz)?$/

/** The numbers at which there may be a rotated file, the lowest first. */
export async function numbersOf(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`
  const names = (await readdir(dirname(path)).catch(ignoreMissing)) ?? []
  const numbers = names.flatMap((name) => {
    const [, number] = (name.startsWith(prefix) && ending.exec(name.slice(prefix.length))) || []
    return number === undefined ? [] : Number(number)
  })
  return [...new Set(numbers)].sort((a, b) => a - b)
}

/** The rotated file with this number. While it is being gzipped, it is there twice. */
export async function openRotated(path: string, number: number): Promise<OpenFile | undefined> {
  for (const name of namesOf(path, number)) {
    const file = await openIfLog(name)
    if (file) return file
  }
  return undefined
}

/** The paths of the rotated files with this number. */
export async function rotatedAt(path: string, number: number): Promise<string[]> {
  const paths: string[] = []
  for (const name of namesOf(path, number)) {
    const file = await openIfLog(name)
    await file?.handle.close()
    if (file) paths.push(name)
  }
  return paths
}

function namesOf(path: string, number: number): string[] {
  return [`${path}.${number}`, `${path}.${number}.gz`]
}

async function openIfLog(path: string): Promise<OpenFile | undefined> {
  const present = await lstat(path).catch(ignoreMissing)
  const handle = present?.isFile() ? await open(path).catch(ignoreMissing) : undefined
  if (!handle) return undefined
  let isLog = false
  try {
    isLog = isStartOfLog(await firstBytesOf(handle))
  } finally {
    if (!isLog) await handle.close()
  }
  return isLog ? {path, handle} : undefined
}
