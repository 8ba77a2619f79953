import {writeFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {foldLog, LogOrderError, readLog, recordLog} from '../../src/log-file'
import {encode, fold} from '../../src/replay'
import type {LogItem, Recorded, Snapshot} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {busyHub, eventsOf, logOf, tempLog} from './kit'

const start = 1_700_000_000_000
const bob = addressOf('bob')

async function read(path: string, options: {since?: number; until?: number}): Promise<LogItem[]> {
  const items: LogItem[] = []
  for await (const item of readLog(path, options)) items.push(item)
  return items
}

/** A log of several files, of events that are a ms apart, or told at once. */
async function recorded(events = 100) {
  const {hub, clock, work} = busyHub()
  const {path} = tempLog()
  const recording = recordLog(hub, path, {maxBytes: 4000})
  work(events)
  hub.reset()
  clock.advance(10)
  work(5)
  await recording.close()
  const log = eventsOf(logOf(hub))
  return {hub, path, log}
}

/** The state at a time, by another way. */
const stateAt = (log: readonly Recorded[], until: number) => fold(log.filter(({time}) => time <= until))

/** Bob connects at this time, and is updated each ms, so often. */
function life(begin: number, updates: number): Recorded[] {
  const about = {address: bob, cause: 'caller'} as const
  return [
    {...about, seq: 1, time: begin, type: 'connecting', attempt: 1},
    ...Array.from({length: updates}, (_, n): Recorded => {
      return {...about, seq: n + 2, time: begin + n + 1, type: 'updated', data: {n}}
    }),
  ]
}

/** What a recorder of version 1 begins with. */
const fresh: LogItem = {type: 'checkpoint', seq: 0, time: 0, entries: []}

describe('readLog() of a range of time', () => {
  test('gives a checkpoint of the state before it, and its events, which fold to the state at its end', async () => {
    const {path, log} = await recorded()
    const times = [...new Set(log.map(({time}) => time))]
    const anyTime = fc.constantFrom(...times, ...times.map((time) => time + 0.5), 0, 2 * start)
    await fc.assert(
      fc.asyncProperty(anyTime, anyTime, async (a, b) => {
        const [since, until] = a < b ? [a, b] : [b, a]
        const items = await read(path, {since, until})
        const within = log.filter(({time}) => time >= since && time <= until)
        expect(eventsOf(items)).toEqual(within)
        expect(fold(items)).toEqual(stateAt(log, until))
        if (log.some(({time}) => time <= until)) {
          expect(items[0]).toEqual({
            type: 'checkpoint',
            since: start,
            ...fold(log.filter(({time}) => time < since)),
          })
        }
      }),
      {numRuns: 60},
    )
  })

  test('has both of its ends in it', async () => {
    const {path, log} = await recorded()
    const [first, last] = [log[10], log[20]]
    const items = await read(path, {since: first?.time ?? 0, until: last?.time ?? 0})
    expect(eventsOf(items)).toEqual(log.slice(10, 21))
  })

  test('may be open at one end, or at both', async () => {
    const {path, log, hub} = await recorded()
    const {time = 0} = log[50] ?? {}
    expect(eventsOf(await read(path, {since: time}))).toEqual(log.slice(50))
    expect(fold(await read(path, {since: time}))).toEqual(hub.snapshot())
    expect(eventsOf(await read(path, {until: time}))).toEqual(log.slice(0, 51))
    const all = await read(path, {})
    for (const options of [{since: undefined, until: undefined}, {since: -Infinity}, {until: Infinity}])
      expect(await read(path, options as object)).toEqual(all)
  })

  test('after the end of the log is the state there', async () => {
    const {path, hub} = await recorded()
    expect(await read(path, {since: 2 * start})).toEqual([hub.checkpoint()])
  })

  test('before the beginning of the log is nothing', async () => {
    const {path} = tempLog()
    const present: Snapshot = {seq: 7, time: start, entries: []}
    writeFileSync(
      path,
      encode([
        {type: 'checkpoint', ...present},
        {seq: 8, time: start + 5, type: 'reset', cause: 'caller'},
      ]),
    )
    expect(await read(path, {since: 1, until: start - 1})).toEqual([])
    expect(await read(path, {until: start - 1})).toEqual([])
    expect(await read(path, {until: start})).toEqual([{type: 'checkpoint', ...present}])
    expect(await read(path, {since: start - 1, until: start + 4})).toEqual([{type: 'checkpoint', ...present}])
  })

  test('has one checkpoint for all that was left out at a place', async () => {
    const {path} = tempLog()
    writeFileSync(path, encode([fresh, ...life(start, 5), {type: 'checkpoint', ...fold(life(start, 3))}]))
    const items = await read(path, {since: start + 2})
    expect(items.map(({type, seq}) => [type, seq])).toEqual([
      ['checkpoint', 2],
      ['updated', 3],
      ['updated', 4],
      ['updated', 5],
      ['updated', 6],
      // Of what was lost at the end.
      ['checkpoint', 4],
    ])
  })

  test('does not end with the beginning of a later recording', async () => {
    const {path} = tempLog()
    const first = life(start, 3)
    const second = life(start + 1000, 3)
    writeFileSync(`${path}.1`, encode([fresh, ...first]))
    for (const later of [second, []]) {
      writeFileSync(path, encode([fresh, ...later]))
      const items = await read(path, {until: start + 500})
      expect(items).toEqual([fresh, ...first])
      expect(await foldLog(path, {until: start + 500})).toEqual(fold(first))
    }
    // To the end of the log, it is there.
    expect(await read(path, {since: start + 1})).toEqual([
      {type: 'checkpoint', ...fold(first.slice(0, 1))},
      ...first.slice(1),
      fresh,
    ])
  })

  test('knows of a later recording that tells when its hub was made whether it had begun by then', async () => {
    const {path} = tempLog()
    const first = life(start, 3)
    writeFileSync(`${path}.1`, encode([fresh, ...first]))
    for (const later of [life(start + 1000, 3), []]) {
      writeFileSync(path, encode([{...fresh, since: start + 400}, ...later]))
      expect(await foldLog(path, {until: start + 500})).toEqual(fold([]))
      expect(await read(path, {until: start + 400})).toEqual([
        fresh,
        ...first,
        {...fresh, since: start + 400},
      ])
      expect(await read(path, {until: start + 399})).toEqual([fresh, ...first])
    }
  })

  test('takes each event by its own time, also where a clock was a year ahead for one recording', async () => {
    const {path} = tempLog()
    const year = 365 * 86_400_000
    const [first, ahead, last] = [life(start, 3), life(start + year, 3), life(start + 100, 3)]
    for (const [name, events] of [
      [`${path}.1`, first],
      [`${path}.2`, ahead],
      [path, last],
    ] as const)
      writeFileSync(name, encode([fresh, ...events]))
    expect(await read(path, {until: start + 200})).toEqual([fresh, ...first, fresh, ...last])
    expect(await read(path, {since: start + 102})).toEqual([
      fresh,
      ...ahead,
      {type: 'checkpoint', ...fold(last.slice(0, 2))},
      ...last.slice(2),
    ])
    const items = await read(path, {since: start + 300})
    expect(items).toEqual([fresh, ...ahead, {type: 'checkpoint', ...fold(last)}])
  })

  test('begins with a checkpoint where `since` is given, also where the log does not', async () => {
    const {path} = tempLog()
    const events = life(start, 3)
    writeFileSync(path, encode(events))
    expect(await read(path, {since: start})).toEqual([fresh, ...events])
    expect(await read(path, {until: start + 1})).toEqual(events.slice(0, 2))
  })

  test('has a checkpoint in place of events after it that come before others in it', async () => {
    const {path} = tempLog()
    const events = life(start, 4).map((event) => (event.seq === 3 ? {...event, time: start + 1000} : event))
    writeFileSync(path, encode(events))
    expect(await read(path, {until: start + 100})).toEqual([
      ...events.slice(0, 2),
      {type: 'checkpoint', ...fold(events.slice(0, 3))},
      ...events.slice(3),
    ])
  })

  test('rejects where the events do not follow from each other', async () => {
    const {path} = tempLog()
    writeFileSync(path, encode(life(start, 3).filter(({seq}) => seq !== 2)))
    await expect(read(path, {until: start})).rejects.toThrow(LogOrderError)
    expect((await read(path, {})).length).toBe(3)
  })
})

test('foldLog() gives the state at the end of the range, whatever its beginning', async () => {
  const {path, log, hub} = await recorded()
  for (const {time} of log.slice(0, 20)) {
    const state = stateAt(log, time)
    expect(await foldLog(path, {until: time})).toEqual(state)
    expect(await foldLog(path, {since: time, until: time})).toEqual(state)
  }
  expect(await foldLog(path, {since: 2 * start})).toEqual(hub.snapshot())
})

test.each([
  [{since: '2024-01-01'}, 'since is "2024-01-01", expected ms since the epoch'],
  [{until: Number.NaN}, 'until is NaN, expected ms since the epoch'],
  [{until: null}, 'until is null, expected ms since the epoch'],
  [{since: new Date()}, 'since is an object without fields, expected ms since the epoch'],
  [{since: 2, until: 1}, 'until is 1, expected a time that is not before since, 2'],
])('a range of %o is refused', async (options, message) => {
  const {path} = tempLog()
  const error = expect.objectContaining({
    code: 'ERR_INVALID_OPTION',
    message: expect.stringContaining(message),
  })
  expect(() => readLog(path, options as object)).toThrow(error)
  await expect(foldLog(path, options as object)).rejects.toEqual(error)
})

test('a range of one moment is none of these', async () => {
  const {path, log} = await recorded()
  const {time = 0} = log[3] ?? {}
  expect(eventsOf(await read(path, {since: time, until: time}))).toEqual([log[3]])
})
