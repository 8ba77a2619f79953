import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import promises from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {foldLog, recordLog} from '../../src/log-file'
import {decode, fold} from '../../src/replay'
import {busyHub, readAll, spyOnPromises, tempLog} from './kit'

describe('a link to a file that is not there yet', () => {
  const links: [string, (folder: string) => {link: string; target: string}][] = [
    [
      'is followed',
      (folder) => {
        symlinkSync(join(folder, 'target.jsonl'), join(folder, 'link'))
        return {link: 'link', target: 'target.jsonl'}
      },
    ],
    [
      'is followed where it is relative, from the folder that it stands in',
      (folder) => {
        for (const name of ['a', 'b', 'a/deep']) mkdirSync(join(folder, name))
        symlinkSync('a/deep', join(folder, 'way'))
        symlinkSync('../../b/target.jsonl', join(folder, 'a/deep/link'))
        return {link: 'way/link', target: 'b/target.jsonl'}
      },
    ],
    [
      'is followed where it leads to another such link',
      (folder) => {
        mkdirSync(join(folder, 'b'))
        symlinkSync('second', join(folder, 'first'))
        symlinkSync('b/target.jsonl', join(folder, 'second'))
        return {link: 'first', target: 'b/target.jsonl'}
      },
    ],
  ]

  test.each(links)('%s: the log is rotated as any', async (_name, make) => {
    const {hub, work} = busyHub()
    const {folder} = tempLog()
    const {link, target} = make(folder)
    const rotated: string[] = []
    const recording = recordLog(hub, join(folder, link), {maxBytes: 4000, keep: 2})
    recording.on('rotate', (path) => rotated.push(path))
    work(300)
    await recording.close()
    expect(rotated[0]).toBe(join(folder, `${target}.1`))
    expect(readdirSync(join(folder, target, '..')).filter((name) => name.startsWith('target')).length).toBe(3)
    expect(await foldLog(join(folder, link))).toEqual(hub.snapshot())
    expect(await readAll(join(folder, link))).toEqual(await readAll(join(folder, target)))
  })

  test('is an error where its folder is not there, either', async () => {
    const {hub} = busyHub()
    const {path} = tempLog()
    symlinkSync('nowhere/hub.jsonl', path)
    await expect(recordLog(hub, path).close()).rejects.toMatchObject({code: 'ENOENT'})
    await expect(readAll(path)).rejects.toMatchObject({code: 'ENOENT'})
  })

  test('is an error where it leads to itself', async () => {
    const {hub} = busyHub()
    const {path} = tempLog()
    symlinkSync('hub.jsonl', path)
    await expect(recordLog(hub, path).close()).rejects.toMatchObject({code: 'ELOOP'})
    await expect(readAll(path)).rejects.toMatchObject({code: 'ELOOP'})
  })
})

test('a file that has no name any more is written to by its name among what is open', async () => {
  const {hub, work} = busyHub()
  const {folder, path} = tempLog()
  const file = openSync(path, 'w+')
  unlinkSync(path)
  const recording = recordLog(hub, `/proc/self/fd/${file}`, {maxBytes: 1, keep: 0})
  work(20)
  await recording.close()
  expect(fold(decode(readFileSync(file)).events)).toEqual(hub.snapshot())
  closeSync(file)
  expect(readdirSync(folder)).toEqual([])
})

test('a file that comes to be while its path is looked for is no link', async () => {
  const {hub} = busyHub()
  const {path} = tempLog()
  const {readlink} = {...promises}
  spyOnPromises('readlink').mockImplementationOnce(((link: string) => {
    writeFileSync(path, 'something')
    return readlink(link)
  }) as never)
  await recordLog(hub, path).close()
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('something')
})
