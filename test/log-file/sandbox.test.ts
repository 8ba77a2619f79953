import {runInNewContext} from 'node:vm'
import {expect, test, vi} from 'vitest'
import {foldLog, recordLog} from '../../src/log-file'
import {busyHub, tempLog} from './kit'

// In a sandbox, as that of Jest, the errors of the file system are of another realm.
vi.mock('node:fs/promises', async (load) => {
  const fs = await load<typeof import('node:fs/promises')>()
  const foreign = (member: unknown) =>
    typeof member !== 'function'
      ? member
      : (...args: unknown[]) =>
          Promise.resolve(member(...args)).catch(({code, message}) => {
            throw Object.assign(runInNewContext('new Error()'), {code, message})
          })
  return Object.fromEntries(Object.entries(fs).map(([name, member]) => [name, foreign(member)]))
})

test('a hub is recorded to a new file, and to one that is there, in a sandbox', async () => {
  const {path} = tempLog()
  const {hub, work} = busyHub()
  for (const events of [10, 20]) {
    const recording = recordLog(hub, path)
    work(events)
    await recording.close()
  }
  expect(await foldLog(path)).toEqual(hub.snapshot())
})
