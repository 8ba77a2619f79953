import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {readLog} from '../../src/log-file'
import {snapshots} from '../../src/replay'
import {spans} from '../../src/spans'
import type {LogItem, Snapshot} from '../../src/types'
import {temporaryFolder} from '../kit/folder'
import {Run, runs, type Step, steps} from '../kit/random'
import {logOf} from '../kit/reading'
import {settled} from '../kit/setup'
import {Simulation} from '../simulator/simulation'

// The table that the spans give after each event is the one that the events fold to.

const folder = join(__dirname, '../fixtures')

async function itemsOf(path: string): Promise<LogItem[]> {
  const items: LogItem[] = []
  for await (const item of readLog(path)) items.push(item)
  return items
}

/** The states after each `seq`: of an event and a checkpoint after it, that of the checkpoint. */
function statesOf(items: readonly LogItem[]): Map<number, Snapshot> {
  return new Map([...snapshots(items)].map((state) => [state.seq, state]))
}

function compare(items: readonly LogItem[], seqs?: readonly number[]): void {
  const all = spans(items, {tables: true})
  const states = statesOf(items)
  for (const seq of seqs ?? states.keys()) expect(all.tableAt(seq)).toEqual(states.get(seq)?.entries)
}

const logs = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) =>
  name.endsWith('.jsonl'),
)

test.each(logs)('of the fixture %s', async (name) => {
  compare(await itemsOf(join(folder, name)))
})

test('of random runs, from their start and from any checkpoint on', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(3, 1000), async (all: Step[], logLimit) => {
      const run = new Run(logLimit)
      for (const step of all) await run.step(step)
      const items = logOf(run.hub)
      compare(items)
      expect(spans(items).connected).toBeGreaterThanOrEqual(0)
      if (logLimit === 3) return
      const {counts, peers} = spans(items)
      const {attempts, calledOff, failures, connections, reserve} = run.hub.stats()
      expect(counts).toEqual({attempts, calledOff, failures, connections, reserve})
      const sum = (of: (peer: (typeof peers)[number]) => number) => peers.reduce((n, peer) => n + of(peer), 0)
      const total = (names: ReadonlyMap<string, number>) =>
        [...names.values()].reduce((n, each) => n + each, 0)
      expect(sum((peer) => peer.attempts)).toBe(attempts)
      expect(sum((peer) => peer.inbound)).toBe(connections.inbound)
      expect(sum((peer) => peer.outbound)).toBe(connections.outbound)
      expect(sum((peer) => total(peer.calledOff))).toBe(calledOff)
      expect(sum((peer) => total(peer.failures))).toBe(total(new Map(Object.entries(failures))))
      await settled()
    }),
    {...runs, numRuns: Math.min(200, runs.numRuns)},
  )
})

test('of a day of a busy peer', async () => {
  const log = join(temporaryFolder(), 'day.jsonl')
  await new Simulation({peers: 100, hours: 0.5, seed: 3, scheduler: 'own', log}).run()
  const items = await itemsOf(log)
  expect(items.length).toBeGreaterThan(1000)
  compare(items, [0, 1, items.length - 1, ...Array.from({length: 100}, (_, i) => (i * 7919) % items.length)])
})
