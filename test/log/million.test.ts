import {expect, test} from 'vitest'
import {snapshots} from '../../src/replay'
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

test('a million events over a thousand peers take seconds, though every thousandth snapshot is held', {
  timeout: 60_000,
}, () => {
  const heapBefore = process.memoryUsage().heapUsed
  const started = performance.now()
  const held: Snapshot[] = []
  for (const snapshot of snapshots(busy(1000, 1_000_000))) if (snapshot.seq % 1000 === 0) held.push(snapshot)
  expect(held.length).toBe(1000)
  for (const i of [999, 998, 500, 1, 0]) {
    const {seq, entries} = held[i] as Snapshot
    expect(entries.length).toBe(1000)
    // The peers take turns: each was last updated by one of the latest thousand events.
    expect(entries.every(([, {hubUpdated}]) => hubUpdated > seq - 1000 && hubUpdated <= seq)).toBe(true)
    expect(entries[0]?.[1].seq).toBe(seq === 1000 ? undefined : seq - 999)
  }
  // Some 3 seconds and 0.6 GB where nothing else runs.
  expect(performance.now() - started).toBeLessThan(40_000)
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(1.5e9)
})
