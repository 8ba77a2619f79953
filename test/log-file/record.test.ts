import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import pull from 'pull-stream'
import {describe, expect, test, vi} from 'vitest'
import {recordLog} from '../../src/log-file'
import {decode, encode, fold, ReplayHub} from '../../src/replay'
import type {LogItem, LogOptions, Source} from '../../src/types'
import {addressOf, keyOfName} from '../kit/fake-stack'
import {outcome, settled, setup, uncaught} from '../kit/setup'
import {
  busyHub,
  caughtUp,
  eventsOf,
  fileHandles,
  foldOf,
  itemsOf,
  logOf,
  openIn,
  readAll,
  spyOnFs,
  spyOnPromises,
  tempLog,
} from './kit'

const bob = addressOf('bob')

describe('a recording', () => {
  test('starts with a checkpoint of the present, holds the events from then on, and folds to the state', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(20)
    const present = hub.checkpoint()
    const recording = recordLog(hub, path)
    work(30)
    await recording.close()
    const [first, ...rest] = itemsOf(path)
    expect(first).toEqual(present)
    expect(rest).toEqual(logOf(hub).slice(20))
    expect(fold([first ?? [], rest].flat())).toEqual(hub.snapshot())
    expect((await readAll(path)).items).toEqual([first, ...rest])
  })

  test('of a hub on which nothing happened is a checkpoint of nothing, which says when the hub was made', async () => {
    const {hub, clock} = setup()
    const since = clock.now()
    const {path} = tempLog()
    clock.advance(1000)
    await recordLog(hub, path).close()
    expect(itemsOf(path)).toEqual([{type: 'checkpoint', seq: 0, time: 0, since, entries: []}])
  })

  test('says in the first line of every file whose it is', async () => {
    const {hub, stack, work} = busyHub()
    const {path, folder} = tempLog()
    const recording = recordLog(hub, path, {maxBytes: 2000})
    work(30)
    await recording.close()
    const files = readdirSync(folder)
    expect(files.length).toBeGreaterThan(2)
    for (const file of files) expect(decode(readFileSync(join(folder, file))).id).toBe(stack.id)
  })

  test('of a hub of version 2.0, which tells neither its key nor a checkpoint, begins with its snapshot', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(20)
    const old = {log: hub.log.bind(hub), snapshot: hub.snapshot.bind(hub)}
    await recordLog(old, path).close()
    expect(decode(readFileSync(path))).toMatchObject({
      events: [{type: 'checkpoint', ...hub.snapshot()}],
      id: undefined,
    })
  })

  test('begins with its first line and the checkpoint in one write', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(10)
    for (let i = 0; i < 2000; i++)
      hub.connect(addressOf(`many-${i}`), {text: 'x'.repeat(200)}).catch(() => {})
    const write = vi.spyOn(await fileHandles(), 'write')
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    expect(write).toHaveBeenCalledOnce()
    write.mockRestore()
    expect(readFileSync(path, 'utf8').split('\n').length).toBe(3)
    expect(statSync(path).size).toBeGreaterThan(700_000)
    await recording.close()
  })

  test('writes as it happens, many events at a time where they come fast', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    const write = vi.spyOn(await fileHandles(), 'write')
    work(100)
    await caughtUp(recording, hub)
    const writes = write.mock.calls.length
    write.mockRestore()
    expect(writes).toBeLessThan(5)
    expect(foldOf(path)).toEqual(hub.snapshot())
    expect(recording.seq).toBe(hub.snapshot().seq)
    await recording.close()
  })

  test('never holds more than some 64 kB of text in memory, however much there is to write', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    const write = vi.spyOn(await fileHandles(), 'write')
    work(3000)
    await caughtUp(recording, hub)
    const sizes = write.mock.calls.map(([bytes]) => bytes.length)
    write.mockRestore()
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(4 * 65_536)
    expect(Math.max(...sizes)).toBeLessThan(1.5 * 65_536)
    await recording.close()
  })

  test('looks at its file when it writes to it, and leaves the disk alone while nothing happens', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    const stat = spyOnPromises('stat')
    for (let turn = 0; turn < 5; turn++) await settled()
    expect(stat).not.toHaveBeenCalled()
    work(1)
    await caughtUp(recording, hub)
    for (let turn = 0; turn < 5; turn++) await settled()
    expect(stat).toHaveBeenCalledOnce()
    await recording.close()
    expect(stat).toHaveBeenCalledTimes(2)
  })

  test('can be read by its owner only', async () => {
    const {hub} = setup()
    const {path} = tempLog()
    await recordLog(hub, path).close()
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('that starts inside of a reader holds each event once, also those that are not told yet', async () => {
    const {hub, stack} = setup()
    const {path} = tempLog()
    let recording: ReturnType<typeof recordLog> | undefined
    hub.listen()(null, () => {
      hub.update(bob, {a: 1})
      recording = recordLog(hub, path)
      hub.update(bob, {a: 2})
    })
    hub.connect(bob).catch(() => {})
    stack.lastDial.succeed()
    await recording?.close()
    const [checkpoint, ...events] = itemsOf(path)
    expect(checkpoint).toMatchObject({seq: 2, entries: [[bob, {a: 1}]]})
    expect(events.map(({seq, type}) => [seq, type])).toEqual([
      [3, 'updated'],
      [4, 'connected'],
    ])
  })

  test('and another of the same hub do not disturb each other', async () => {
    const {hub, work} = busyHub()
    const {folder} = tempLog()
    const [a, b] = ['a', 'b'].map((name) => recordLog(hub, join(folder, name)))
    work(50)
    await a?.close()
    work(50)
    await b?.close()
    expect(itemsOf(join(folder, 'a')).at(-1)?.seq).toBe(50)
    expect(foldOf(join(folder, 'b'))).toEqual(hub.snapshot())
  })

  test('holds no seed, of no address, no metadata and no error', async () => {
    const {hub, stack} = setup()
    const {folder, path} = tempLog()
    const seed = Buffer.alloc(32, 'secret').toString('base64')
    const other = Buffer.alloc(32, 'hidden').toString('base64')
    const address = `${bob}:${seed}`
    const invite = `bob.example.com:8008:${keyOfName('bob')}~${other}`
    hub.connect(address, {invite, nested: [{[invite]: address}]}).catch(() => {})
    const recording = recordLog(hub, path, {maxBytes: 600})
    hub.update(address, {again: invite})
    stack.lastDial.fail(new Error(`could not connect to ${address}, nor to ${invite}`))
    hub.connect(address, {invite}).catch(() => {})
    stack.lastDial.succeed()
    await recording.close()
    const names = readdirSync(folder)
    expect(names.length).toBeGreaterThan(1)
    for (const name of names) {
      const bytes = readFileSync(join(folder, name), 'latin1')
      expect(bytes).toContain('seed-')
      for (const secret of [seed, other]) expect(bytes).not.toContain(secret.slice(0, 12))
    }
    expect(fold((await readAll(path)).items)).toEqual(hub.snapshot())
  })

  test('of anything with a log and snapshots is possible', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(5)
    const snapshot = hub.snapshot()
    const part = {snapshot: () => ({...snapshot, seq: 0, entries: []}), log: () => hub.log({gt: 0})}
    await recordLog(part, path).close()
    expect(foldOf(path)).toEqual(snapshot)
  })

  test('of a log that repeats its checkpoint has lost nothing', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(5)
    const present = hub.checkpoint()
    const lost = vi.fn()
    const again = {snapshot: () => hub.snapshot(), log: () => pull.values([present]) as Source<LogItem>}
    const recording = recordLog(again, path).on('lost', lost)
    await recording.close()
    expect(lost).not.toHaveBeenCalled()
    expect(recording.lost).toBe(0)
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('of a replay is possible, too', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(30)
    const replay = new ReplayHub(logOf(hub))
    replay.stepTo(10)
    const recording = recordLog(replay, path)
    replay.stepTo(30)
    await recording.close()
    expect(itemsOf(path).map(({seq}) => seq)).toEqual(Array.from({length: 21}, (_, i) => i + 10))
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('of a log that ends with an error, or whose events do not follow, ends with that error', async () => {
    const {hub, work} = busyHub()
    const {folder} = tempLog()
    const broken = new Error('a broken log')
    const ends = {
      snapshot: () => hub.snapshot(),
      log: (): Source<LogItem> => (_, cb) => cb(broken),
    }
    await expect(recordLog(ends, join(folder, 'ends')).close()).rejects.toBe(broken)
    const skips = {snapshot: () => hub.snapshot(), log: () => hub.log({gt: 3})}
    work(5)
    const empty = {...hub.snapshot(), seq: 0, entries: []}
    const recording = recordLog({...skips, snapshot: () => empty}, join(folder, 'skips'))
    await expect(recording.close()).rejects.toMatchObject({code: 'ERR_LOG_ORDER', seq: 4})
    expect(openIn(folder)).toEqual([])
  })
})

test('an event that is longer than a line of a log can be ends the recording, and is not written', async () => {
  const {hub, stack} = setup()
  const {folder, path} = tempLog()
  hub.connect(bob).catch(() => {})
  stack.lastDial.succeed()
  const before = hub.snapshot()
  const long: LogItem = {
    type: 'updated',
    seq: before.seq + 1,
    time: before.time,
    address: bob,
    cause: 'caller',
    data: {text: 'x'.repeat(2 ** 27)},
  }
  const recording = recordLog(
    {snapshot: () => before, log: () => pull.values([long]) as Source<LogItem>},
    path,
  )
  await expect(recording.close()).rejects.toMatchObject({
    code: 'ERR_LOG_FORMAT',
    message: expect.stringContaining('at most 134217728 can be read'),
  })
  expect(foldOf(path)).toEqual(before)
  expect(openIn(folder)).toEqual([])
}, 60_000)

describe('a file that is there already', () => {
  test('is rotated away, neither overwritten nor appended to', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    writeFileSync(path, 'precious')
    writeFileSync(`${path}.1`, 'older')
    const recording = recordLog(hub, path)
    const rotated = new Promise((resolve) => recording.once('rotate', resolve))
    work(5)
    await recording.close()
    expect(await rotated).toBe(`${path}.2`)
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('older')
    expect(readFileSync(`${path}.2`, 'utf8')).toBe('precious')
    expect(foldOf(path)).toEqual(hub.snapshot())
    expect(readdirSync(folder).length).toBe(3)
  })

  test('and is empty is removed: there is nothing to keep', async () => {
    const {hub} = busyHub()
    const {folder, path} = tempLog()
    writeFileSync(path, '')
    const rotated = vi.fn()
    await recordLog(hub, path).on('rotate', rotated).close()
    expect(readdirSync(folder)).toEqual(['hub.jsonl'])
    expect(rotated).not.toHaveBeenCalled()
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('and was recorded by an earlier hub is read before the new one', async () => {
    const {path} = tempLog()
    const hubs = [busyHub(), busyHub()]
    for (const {hub, work} of hubs) {
      const recording = recordLog(hub, path)
      work(10)
      await recording.close()
    }
    const {items} = await readAll(path)
    expect(eventsOf(items)).toEqual(hubs.flatMap(({hub}) => logOf(hub)))
    expect(items.map(({type}) => type).indexOf('checkpoint', 1)).toBe(11)
  })
})

describe('close()', () => {
  test('resolves when all events up to the call are in the file, and it is synced and closed', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    const sync = spyOnFs('fsync')
    work(5000)
    const {seq} = hub.snapshot()
    const closed = recording.close()
    work(5)
    await closed
    expect(sync).toHaveBeenCalledOnce()
    expect(itemsOf(path).at(-1)?.seq).toBe(seq)
    expect(recording.seq).toBe(seq)
    expect(recording.lost).toBe(0)
    expect(recording.error).toBeUndefined()
    expect(openIn(folder)).toEqual([])
  })

  test('may come again, and before anything was written', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(10)
    const recording = recordLog(hub, path)
    expect(recording.path).toBe(path)
    expect(recording.seq).toBeUndefined()
    const present = hub.checkpoint()
    const closed = recording.close()
    work(10)
    await Promise.all([recording.close(), closed])
    await recording.close()
    expect(itemsOf(path)).toEqual([present])
  })

  test('of a busy hub does not wait for the events that come after it', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    let isClosed = false
    work(10)
    void recording.close().then(() => {
      isClosed = true
    })
    for (let turns = 0; turns < 5000 && !isClosed; turns++) {
      work(10)
      await settled()
    }
    expect(isClosed).toBe(true)
    expect(itemsOf(path).at(-1)?.seq).toBe(10)
  })

  test('of the hub ends the recording, with all that happened', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    const recording = recordLog(hub, path)
    work(50)
    await caughtUp(recording, hub)
    hub.close()
    while (openIn(folder).length > 0) await settled()
    expect(itemsOf(path)).toEqual([expect.objectContaining({type: 'checkpoint'}), ...logOf(hub)])
    expect(itemsOf(path).at(-1)).toMatchObject({type: 'closed'})
    await recording.close()
  })

  test('of the hub that came first leaves what is left to record', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    work(10)
    hub.close()
    await recordLog(hub, path).close()
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('inside of a reader covers the events that are not told yet', async () => {
    const {hub} = setup()
    const {path} = tempLog()
    const recording = recordLog(hub, path)
    await caughtUp(recording, hub)
    hub.listen()(null, () => {
      for (let a = 1; a <= 5; a++) hub.update(bob, {a})
      void recording.close()
    })
    hub.connect(bob).catch(() => {})
    await recording.close()
    expect(itemsOf(path).at(-1)).toMatchObject({seq: 6, data: {a: 5}})
  })

  test('lets go of the hub', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    const asks: unknown[] = []
    const watched = {
      snapshot: () => hub.snapshot(),
      log: (options: LogOptions) => {
        const read = hub.log(options)
        return (...[abort, callback]: Parameters<typeof read>) => {
          asks.push(options.live ? `live${abort ? ' aborted' : ''}` : 'old')
          read(abort, callback)
        }
      },
    }
    const recording = recordLog(watched, path)
    work(10)
    await caughtUp(recording, hub)
    await recording.close()
    work(10)
    await settled()
    expect(asks.slice(-2)).toEqual(['live aborted', 'old'])
  })
})

describe('a listener', () => {
  test('that throws harms neither the recording nor the hub', async () => {
    const {hub, work} = busyHub()
    const {path} = tempLog()
    writeFileSync(path, 'something')
    const caught = await uncaught(async () => {
      const recording = recordLog(hub, path)
      recording.on('rotate', () => {
        throw new Error('of the listener')
      })
      work(10)
      expect(await outcome(recording.close().then(() => 'closed'))).not.toHaveProperty('rejected')
      await recording.close()
    })
    expect(caught).toEqual([new Error('of the listener')])
    expect(foldOf(path)).toEqual(hub.snapshot())
  })

  test('that was taken off hears nothing', async () => {
    const {hub} = busyHub()
    const {path} = tempLog()
    writeFileSync(path, 'something')
    const listener = vi.fn()
    const recording = recordLog(hub, path).on('rotate', listener).off('rotate', listener)
    await recording.close()
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('options', () => {
  test.each([
    {maxBytes: 0},
    {maxBytes: Number.NaN},
    {maxBytes: '1000'},
    {maxAge: 0},
    {maxAge: -1},
    {maxAge: null},
    {keep: -1},
    {keep: 1.5},
    {keep: '3'},
  ])('that make no sense are refused, and nothing is written: %o', async (options) => {
    const {hub} = setup()
    const {folder, path} = tempLog()
    const [name] = Object.keys(options)
    const expected = {
      maxBytes: 'a number of bytes, more than 0',
      maxAge: 'ms, more than 0',
      keep: 'a number of files: a whole number, 0 or more',
    }[name as 'keep']
    expect(() => recordLog(hub, path, options as object)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringMatching(new RegExp(`: ${name} is .+, expected ${expected}$`)),
      }),
    )
    await settled()
    expect(readdirSync(folder)).toEqual([])
  })

  test('that are undefined or infinite mean no limit', async () => {
    const {hub, work} = busyHub()
    const {folder, path} = tempLog()
    const none = {maxBytes: Number.POSITIVE_INFINITY, maxAge: Number.POSITIVE_INFINITY, keep: undefined}
    const recording = recordLog(hub, path, none as object)
    work(500)
    await recording.close()
    expect(readdirSync(folder).length).toBe(1)
  })

  test('a path that is no string is refused', () => {
    const {hub} = setup()
    expect(() => recordLog(hub, undefined as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringMatching(/: path is .+, expected the path of a file, as a string$/),
      }),
    )
  })
})

test('the text of a recording is what encode() makes of the same items', async () => {
  const {hub, work} = busyHub()
  const {path} = tempLog()
  const recording = recordLog(hub, path)
  work(20)
  await recording.close()
  const text = readFileSync(path, 'utf8')
  expect(encode(decode(text).events, decode(text))).toBe(text)
})
