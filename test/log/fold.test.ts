import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {PeerEvent} from '../../src/events'
import {decode, encode, fold, snapshots} from '../../src/replay'
import type {LogItem, Recorded} from '../../src/types'
import {Run, steps} from '../kit/random'
import {logOf} from '../kit/reading'
import {checkpointOf, partsOf, samples} from './items'
import {record} from './reading'

const runs = {numRuns: 100}
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value))

describe('the fold of a log is the state', () => {
  test('after every event, folded in one go or through encode and decode', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const {events, states, run} = await record(all)
        const decoded = decode(encode(events)).events
        for (let n = 1; n <= events.length; n++) {
          expect(fold(events.slice(0, n))).toEqual(states[n - 1])
          expect(fold(decoded.slice(0, n))).toEqual(states[n - 1])
        }
        expect([...snapshots(events)]).toEqual(states)
        expect([...snapshots(decoded)]).toEqual(states)
        if (events.length > 0) expect(states.at(-1)).toEqual(run.hub.snapshot())
      }),
      runs,
    )
  })

  test('from any checkpoint on, and with checkpoints anywhere between the events', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat({max: 4})), async (all, dice) => {
        const {events, states} = await record(all)
        const items: LogItem[] = []
        for (const [i, event] of events.entries()) {
          items.push(event)
          const state = states[i]
          if (state && dice.next().value === 0) items.push(checkpointOf(state))
          // Events that a checkpoint stands for may be missing.
          if (state && dice.next().value === 0) items.splice(0, items.length, checkpointOf(state))
          if (state && dice.next().value === 0) items.splice(-1, 1, checkpointOf(state))
        }
        for (const log of [items, decode(encode(items)).events]) {
          let n = 0
          for (const snapshot of snapshots(log)) {
            expect(snapshot).toEqual(states[snapshot.seq - 1])
            expect(fold(log.slice(0, ++n))).toEqual(snapshot)
          }
          expect(n).toBe(items.length)
        }
      }),
      runs,
    )
  })

  test('with the checkpoints of a hub with little memory', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({max: 5}), async (all, logLimit) => {
        const {states} = await record(all)
        const run = new Run(logLimit)
        for (const step of all) {
          await run.step(step)
          const items = logOf(run.hub)
          expect(fold(items)).toEqual(run.hub.snapshot())
          for (const snapshot of snapshots(items)) expect(snapshot).toEqual(states[snapshot.seq - 1])
        }
      }),
      runs,
    )
  })

  test('of no events is the empty one', () => {
    expect(fold([])).toEqual({seq: 0, time: 0, entries: []})
    expect([...snapshots([])]).toEqual([])
  })

  test('keeps the order of insertion, however many entries came and went', () => {
    const items: LogItem[] = []
    const add = (event: Omit<PeerEvent, 'cause'>) =>
      items.push({cause: 'caller', ...event, seq: items.length + 1, time: 1} as Recorded)
    for (let n = 0; n < 5000; n++) {
      add({type: 'connecting', address: `net:h${n}:1`, attempt: n} as PeerEvent)
      if (n % 100 !== 0) add({type: 'disconnecting', address: `net:h${n}:1`})
      if (n % 100 !== 0) add({type: 'disconnected', address: `net:h${n}:1`})
    }
    add({type: 'disconnecting', address: 'net:h100:1'})
    add({type: 'disconnected', address: 'net:h100:1'})
    add({type: 'connecting', address: 'net:h100:1', attempt: 1} as PeerEvent)
    const left = Array.from({length: 50}, (_, n) => `net:h${n * 100}:1`).filter(
      (address) => address !== 'net:h100:1',
    )
    const {entries} = fold(items)
    expect(entries.map(([address]) => address)).toEqual([...left, 'net:h100:1'])
    expect([...snapshots(items)].at(-1)?.entries).toEqual(entries)
  })
})

describe('what is folded', () => {
  const log: LogItem[] = [samples.checkpoint, {...samples.updated, seq: 13}, {...samples.reset, seq: 14}]

  test('is neither changed nor frozen', () => {
    const mine = json(log)
    fold(mine)
    for (const {entries} of snapshots(mine)) JSON.stringify(entries)
    expect(mine).toEqual(log)
    for (const part of partsOf(mine)) expect(Object.isFrozen(part)).toBe(false)
  })

  test('may be frozen to the bottom', () => {
    const frozen = json(log)
    for (const part of partsOf(frozen)) Object.freeze(part)
    expect(fold(frozen)).toEqual(fold(log))
    expect([...snapshots(frozen)]).toEqual([...snapshots(log)])
  })

  test('may be any iterable, and is read once', () => {
    expect(fold(new Set(log))).toEqual(fold(log))
    expect(fold(log.values())).toEqual(fold(log))
  })
})
