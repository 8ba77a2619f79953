import {createHook} from 'node:async_hooks'
import {writeFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {readLog} from '../../src/log-file'
import {encode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {busyHub, logOf, tempLog} from './kit'

/** A log of so many events a file. */
function log(files: number, events: number) {
  const {hub, work} = busyHub()
  const {path} = tempLog()
  work(files * events)
  const items = logOf(hub)
  for (let i = 1; i <= files; i++) {
    const name = i === files ? path : `${path}.${i}`
    writeFileSync(name, encode(items.slice((i - 1) * events, i * events)))
  }
  return {path, items}
}

test.each([
  0, 1, 2, 3, 4, 5, 6, 8, 10,
])('readLog() gives each item once, in order, to who asks again after %i turns', async (turns) => {
  const {path, items} = log(4, 3)
  const log4 = readLog(path)
  const asked: Promise<IteratorResult<LogItem>>[] = []
  for (let i = 0; i <= items.length; i++) {
    asked.push(log4.next())
    // Those at the end of a file wait for the next one.
    if (i % 3 === 2) await asked[i - 1]
    for (let turn = 0; turn < turns; turn++) await undefined
  }
  const given = await Promise.all(asked)
  expect(given.map(({value}) => value)).toEqual([...items, undefined])
})

test('readLog() gives an item that it has already for its own promise, and those of who awaits it', async () => {
  const {path, items} = log(1, 300)
  const reader = readLog(path)
  await reader.next()
  await new Promise((resolve) => setImmediate(resolve))
  let promises = 0
  const hook = createHook({init: (_id, type) => type === 'PROMISE' && promises++})
  hook.enable()
  for (let i = 1; i < items.length; i++) await reader.next()
  hook.disable()
  expect(promises).toBeLessThan(3.5 * items.length)
})
