import {fork} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {basename, join} from 'node:path'
import {expect, test} from 'vitest'
import {decode, fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {readAll, tempLog} from './kit'

const lib = join(__dirname, '../../lib')

/** Records in a process of its own, which is killed when it has told so often how far it is. Returns how far it was. */
async function recordAndKill(path: string, messages: number): Promise<number> {
  const child = fork(join(__dirname, 'recorder-process.mjs'), [lib, path])
  const exited = once(child, 'exit')
  const failed = exited.then(() => Promise.reject(new Error('the recorder ended by itself')))
  // Once it records, it ends only when it is killed.
  failed.catch(() => {})
  let [seq]: number[] = await Promise.race([once(child, 'message'), failed])
  child.on('message', (told: number) => {
    seq = told
    if (--messages <= 0) child.kill('SIGKILL')
  })
  if (messages === 0) child.kill('SIGKILL')
  const [, signal] = await exited
  expect(signal).toBe('SIGKILL')
  return seq ?? -1
}

/** The files of a log that are not empty, in order. */
function filesOf({folder, path}: ReturnType<typeof tempLog>): string[] {
  const numbers = readdirSync(folder).map((name) => Number(name.slice(basename(path).length + 1)))
  const rotated = numbers.filter((number) => number > 0).sort((a, b) => a - b)
  const files = [...rotated.map((number) => `${path}.${number}`), ...(existsSync(path) ? [path] : [])]
  return files.filter((file) => statSync(file).size > 0)
}

/** What the whole lines of a file give, by another way than readLog(), and what follows them. */
function partsOf(path: string): {items: LogItem[]; torn: string | undefined} {
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf('\n') + 1
  const torn = bytes.subarray(end).toString()
  if (end === 0) return {items: [], torn}
  return {items: decode(bytes.subarray(0, end)).events, torn: torn === '' ? undefined : torn}
}

/** Before it began, in its beginning, and in the middle of everything. */
const kills = [0, 4, 5, 6, 8, 10, 15, 20, 40, 7, 60, 12]

async function killManyTimes(log: ReturnType<typeof tempLog>): Promise<void> {
  let known: string[] = []
  for (const messages of kills) {
    const seq = await recordAndKill(log.path, messages)
    const files = filesOf(log)
    // Those of the one before it are still there, under other names.
    const mine = files.slice(known.length).map((file) => partsOf(file).items)
    known = files
    expect(mine.flat().at(-1)?.seq ?? -1).toBeGreaterThanOrEqual(seq)
    for (const items of mine) fold(items)
  }
  const parts = known.map(partsOf)
  const {items, torn} = await readAll(log.path)
  expect(items).toEqual(parts.flatMap((part) => part.items))
  // The last one may have been killed before it wrote anything: a next one would remove its file.
  const isEmpty = existsSync(log.path) && statSync(log.path).size === 0
  expect(torn).toEqual([
    ...parts.flatMap((part, i) => (part.torn === undefined ? [] : [{path: known[i], torn: part.torn}])),
    ...(isEmpty ? [{path: log.path, torn: ''}] : []),
  ])
}

test('a recorder that is killed at any moment leaves files whose whole lines all fold', async () => {
  await Promise.all([tempLog(), tempLog()].map(killManyTimes))
}, 60_000)
