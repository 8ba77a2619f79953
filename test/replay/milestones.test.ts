import fc from 'fast-check'
import {expect, test} from 'vitest'
import {fold, ReplayHub} from '../../src/replay'
import {Milestones} from '../../src/replay/milestones'
import {Recording} from '../../src/replay/recording'
import type {LogItem} from '../../src/types'
import {logItems} from './long'

/** The items, and how many of them were looked at. */
function counted(items: readonly LogItem[]) {
  const counter = {count: 0}
  const proxy = new Proxy(items, {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) counter.count++
      return Reflect.get(target, name, receiver)
    },
  })
  return {counter, items: proxy}
}

test('any state is as the log folds to it', () => {
  const items = logItems(2_000, 30)
  const milestones = new Milestones(items)
  for (let count = 0; count <= items.length; count += 37) {
    expect(milestones.at(count).state).toEqual(fold(items.slice(0, count)))
  }
})

test('a state is a short fold away, however long the log is', () => {
  for (const length of [1_000, 10_000, 40_000]) {
    const {counter, items} = counted(logItems(length, 20))
    const milestones = new Milestones(items)
    const longest = [0.1, 0.5, 0.77, 1].map((part) => {
      counter.count = 0
      milestones.at(Math.floor(length * part))
      return counter.count
    })
    expect(Math.max(...longest)).toBeLessThanOrEqual(4 * Math.ceil(Math.sqrt(length)))
  }
})

test.each([
  5, 300,
])('so few states are kept of %i peers that they take no more memory than the events', (peers) => {
  const length = 400
  const {counter, items} = counted(logItems(length, peers))
  const milestones = new Milestones(items)
  const kept = Array.from({length}, (_, i) => i + 1).flatMap((count) => {
    counter.count = 0
    const {entries} = milestones.at(count).state
    return counter.count === 0 ? [entries.length] : []
  })
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(Math.sqrt(length))
  expect(kept.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(length)
})

test('a recording finds the next command and the next event of an address without a look at those between', () => {
  let looks = 0
  const items = logItems(5_000, 5).map((item) =>
    Object.defineProperty({...item}, 'type', {
      enumerable: true,
      get: () => {
        looks++
        return item.type
      },
    }),
  )
  const last: LogItem = {seq: 5_001, time: 9, type: 'connecting', address: 'a', cause: 'caller', attempt: 1}
  const recording = new Recording([...items, last])
  looks = 0
  expect([recording.nextCommand()?.seq, recording.nextOf('a')?.seq]).toEqual([5_001, 5_001])
  expect(recording.latestConnected('net:host-1.example:8008')).toBeUndefined()
  expect(looks).toBe(0)
  recording.seek(5)
  expect(recording.latestConnected('net:host-1.example:8008')?.seq).toBe(2)
})

test('logs of several hubs, one after the other, are gone through as one', () => {
  const first = logItems(10, 3)
  const second: LogItem[] = [
    {type: 'checkpoint', seq: 0, time: 50, since: 50, entries: []},
    ...logItems(20, 5),
  ]
  const hub = new ReplayHub([...first, ...second])
  for (let seq = 0; seq <= 10; seq++) {
    hub.seek(seq)
    // The first of the second log comes right behind the end of the first.
    expect(hub.snapshot()).toEqual(fold(seq < 10 ? first.slice(0, seq) : second.slice(0, 11)))
  }
  hub.seek(15)
  expect(hub.snapshot()).toEqual(fold(second.slice(0, 16)))
  expect([hub.stats().since, hub.checkpoint().since]).toEqual([50, 50])
  hub.seek(99)
  expect(hub.snapshot()).toEqual(fold(second))
})

test('the log of a replay is the recording, up to where it was told', () => {
  const items = logItems(200, 10)
  fc.assert(
    fc.property(fc.nat({max: 200}), fc.nat({max: 220}), (told, seq) => {
      const recording = new Recording(items)
      recording.seek(told)
      expect(recording.seq).toBe(told)
      expect(recording.get(seq)).toEqual(seq > 0 && seq <= told ? items[seq - 1] : undefined)
    }),
  )
})

test('the log of a replay has nothing of what a checkpoint stands for', () => {
  const items = logItems(10, 3)
  const state = fold(items.slice(0, 5))
  const recording = new Recording([...items, {type: 'checkpoint', ...state}, ...items.slice(5)])
  recording.seek(10)
  const seqs = items.map(({seq}) => seq)
  expect(seqs.map((seq) => recording.get(seq)?.seq)).toEqual(seqs.map((seq) => (seq <= 5 ? undefined : seq)))
})
