import {expect, test} from 'vitest'
import {fold, snapshots} from '../../src/replay'
import type {Recorded, Snapshot} from '../../src/types'

/** So many peers that connect, and are then updated in turn. */
function* busy(peers: number, events: number): Generator<Recorded> {
  const about = (seq: number) =>
    ({seq, time: seq, address: `net:h${seq % peers}:1`, cause: 'caller'}) as const
  for (let seq = 1; seq <= events; seq++) {
    if (seq <= peers) yield {...about(seq), type: 'connecting', attempt: seq}
    else yield {...about(seq), type: 'updated', data: {seq}}
  }
}

/** How much CPU time it takes, in µs: the same whether or not the machine does other things meanwhile. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const {user, system} = process.cpuUsage(before)
  return user + system
}

test('the snapshots of a million events over a thousand peers cost a few folds, though every thousandth is held', {
  timeout: 300_000,
}, () => {
  const ofThreeFolds = cpuTime(() => {
    for (let i = 0; i < 3; i++) fold(busy(1000, 100_000))
  })
  const heapBefore = process.memoryUsage().heapUsed
  const held: Snapshot[] = []
  const ofSnapshots = cpuTime(() => {
    for (const snapshot of snapshots(busy(1000, 1_000_000)))
      if (snapshot.seq % 1000 === 0) held.push(snapshot)
    expect(held.length).toBe(1000)
    for (const i of [999, 998, 500, 1, 0]) {
      const {seq, entries} = held[i] as Snapshot
      expect(entries.length).toBe(1000)
      // The peers take turns: each was last updated by one of the latest thousand events.
      expect(entries.every(([, {hubUpdated}]) => hubUpdated > seq - 1000 && hubUpdated <= seq)).toBe(true)
      expect(entries[0]?.[1].seq).toBe(seq === 1000 ? undefined : seq - 999)
    }
  })
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(1.5e9)
  // Of as many events: some twice the time of a fold, where a copy of the table an event would take a hundred times it.
  expect(ofSnapshots / 10).toBeLessThan(8 * (ofThreeFolds / 3))
})
