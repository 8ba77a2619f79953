import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fold, snapshots} from '../../src/replay'
import type {Entry, LogItem, Recorded, Snapshot} from '../../src/types'
import {steps} from '../kit/random'
import {bob, carol, checkpointOf} from './items'
import {record} from './reading'

/** A connecting, an updated, a connecting, a reset, an updated and a disconnecting. */
const few: Recorded[] = [
  {seq: 1, time: 1, type: 'connecting', address: bob, cause: 'caller', attempt: 1},
  {seq: 2, time: 2, type: 'connecting', address: carol, cause: 'caller', attempt: 2},
  {seq: 3, time: 3, type: 'updated', address: bob, cause: 'caller', data: {n: 3}},
  {seq: 4, time: 4, type: 'reset', cause: 'caller'},
  {seq: 5, time: 5, type: 'disconnecting', address: bob, cause: 'hub', attempt: 1},
  {seq: 6, time: 6, type: 'disconnected', address: bob, cause: 'hub'},
]

function entryOf(snapshot: Snapshot | undefined, address: string): Entry | undefined {
  return snapshot?.entries.find((entry) => entry[0] === address)
}

describe('snapshots()', () => {
  test('are right whenever and in whatever order their entries are read', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat({max: 1000})), async (all, dice) => {
        const {events, states} = await record(all)
        const items: LogItem[] = events.flatMap((event, i) => {
          const state = states[i]
          return state && dice.next().value % 6 === 0 ? [event, checkpointOf(state)] : [event]
        })
        const held: Snapshot[] = []
        const read = (i: number) => {
          const snapshot = held.splice(i % held.length, 1)[0]
          if (snapshot) expect(snapshot).toEqual(states[snapshot.seq - 1])
        }
        for (const snapshot of snapshots(items)) {
          held.push(snapshot)
          if (dice.next().value % 3 === 0) read(dice.next().value)
        }
        while (held.length > 0) read(dice.next().value)
      }),
      {numRuns: 100},
    )
  })

  test('share the entries that did not change', () => {
    const all = [...snapshots(few)]
    expect(entryOf(all[2], carol)).toBe(entryOf(all[1], carol))
    expect(entryOf(all[5], carol)).toBe(entryOf(all[1], carol))
    expect(entryOf(all[3], bob)).toBe(entryOf(all[2], bob))
    expect(entryOf(all[2], bob)).not.toBe(entryOf(all[1], bob))
    expect(entryOf(all[1], bob)).toBe(entryOf(all[0], bob))
  })

  test('share the entries of a checkpoint that did not change', () => {
    const [, , state] = [...snapshots(few)]
    if (!state) throw new Error('there is none')
    const all = [...snapshots([checkpointOf(state), ...few.slice(3)])]
    for (const snapshot of all) expect(entryOf(snapshot, carol)).toBe(entryOf(state, carol))
    expect(entryOf(all[1], bob)).toBe(entryOf(state, bob))
    expect(entryOf(all[2], bob)?.[1].state).toBe('disconnecting')
  })

  test('share the metadata that an event does not replace', () => {
    const data = {nested: {list: [1]}}
    const all = [
      ...snapshots([
        {seq: 1, time: 1, type: 'connecting', address: bob, cause: 'caller', attempt: 1, data},
        {seq: 2, time: 2, type: 'updated', address: bob, cause: 'caller', data: {n: 2}},
      ]),
    ]
    expect(entryOf(all[1], bob)?.[1].nested).toBe(entryOf(all[0], bob)?.[1].nested)
  })

  test('are made one at a time, as they are asked for', () => {
    let given = 0
    function* items() {
      for (const event of few) {
        given++
        yield event
      }
    }
    const iterator = snapshots(items())
    expect(given).toBe(0)
    iterator.next()
    expect(given).toBe(1)
    iterator.next()
    expect(given).toBe(2)
  })

  test('stay right when the reader stops before the end, and let go of the events', () => {
    let ended = false
    function* items() {
      try {
        yield* few
      } finally {
        ended = true
      }
    }
    const held: Snapshot[] = []
    for (const snapshot of snapshots(items())) {
      held.push(snapshot)
      if (snapshot.seq === 4) break
    }
    expect(ended).toBe(true)
    for (const snapshot of held) expect(snapshot).toEqual(fold(few.slice(0, snapshot.seq)))
  })

  test('of one log do not meddle with those of another', () => {
    const [one, two] = [snapshots(few), snapshots(few)]
    for (let n = 1; n <= few.length; n++) {
      const [a, b] = [one.next().value, n % 2 === 0 ? two.next().value : undefined]
      expect(a).toEqual(fold(few.slice(0, n)))
      if (b) expect(b).toEqual(fold(few.slice(0, n / 2)))
    }
  })

  test('are JSON that cannot be changed, and read the same twice', () => {
    for (const [i, snapshot] of [...snapshots(few)].entries()) {
      expect(JSON.parse(JSON.stringify(snapshot))).toEqual(fold(few.slice(0, i + 1)))
      expect(snapshot.entries).toBe(snapshot.entries)
      for (const part of [snapshot, snapshot.entries, ...snapshot.entries.flat()]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
    }
  })
})
