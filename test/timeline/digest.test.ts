import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {churn} from '../../bench/logs.mjs'
import {decode, fold, snapshots} from '../../src/replay'
import {Spans, spans} from '../../src/spans'
import type {Block} from '../../src/timeline/blocks'
import {BlockCutter} from '../../src/timeline/blocks'
import {eventAt, placeOf} from '../../src/timeline/digest'
import {decodeDigest} from '../../src/timeline/digest-decode'
import {encodeDigest} from '../../src/timeline/digest-encode'
import {digestOf} from '../../src/timeline/digest-of'
import {tableAt} from '../../src/timeline/page/table-at'
import {PageLog} from '../../src/timeline/page-log'
import type {LogItem} from '../../src/types'
import {fixture, simulated} from './logs'

const names = readdirSync(join(__dirname, '../fixtures'), {recursive: true, encoding: 'utf8'}).filter(
  (name) => name.endsWith('.jsonl'),
)
const logs: [string, () => Promise<LogItem[]> | LogItem[]][] = [
  ...names.map((name): [string, () => LogItem[]] => [name, () => decode(fixture(name)).events]),
  ['a simulated hub', () => simulated({hours: 0.5})],
]

describe.each(logs)('the digest of %s', (_, load) => {
  test('is the same after it was written as bytes', async () => {
    const digest = digestOf(spans(await load()), '@us')
    expect(decodeDigest(encodeDigest(digest))).toEqual(JSON.parse(JSON.stringify(digest)))
  })

  test('gives the table after each event, as the events fold to it', async () => {
    const items = await load()
    const digest = digestOf(spans(items))
    const [run = {start: 0, first: 0}] = digest.runs
    // Of an event and a checkpoint after it, that of the checkpoint.
    const states = new Map([...snapshots(items)].map(({seq, entries}) => [seq, entries]))
    let i = 0
    for (const [seq, entries] of states) {
      // Each of so many takes long.
      if (states.size > 500 && i++ % 37 > 0) continue
      const table = tableAt(digest, placeOf(run, seq)).map(
        ({address, state, inbound, inferredType, birth}) => ({
          ...{address, state, inbound, inferredType, birth},
        }),
      )
      expect(table, `${seq}`).toEqual(
        entries.map(([address, {state, inbound, inferredType, hubBirth: birth}]) => ({
          ...{address, state, inbound, inferredType, birth},
        })),
      )
    }
  })
})

test.each<[string, LogItem[]]>([
  ['with many addresses, which come and go at random', churn(10_000)],
  [
    'with an address at which one peer follows another',
    ['@a', '@b', '@a'].flatMap((key, i): LogItem[] => [
      {...linked(2 * i + 1), type: 'connected', key, link: i + 1, inbound: true, isClient: false},
      {...linked(2 * i + 2), type: 'disconnected', key},
    ]),
  ],
])('a digest %s is the same after it was written as bytes', (_, items) => {
  const digest = digestOf(spans(items))
  expect(decodeDigest(encodeDigest(digest))).toEqual(JSON.parse(JSON.stringify(digest)))
})

function linked(seq: number) {
  return {seq, time: 1000 + 3 * seq, address: 'net:10.0.0.1:8008', cause: 'remote'} as const
}

describe('a digest, gzipped, takes for a bar no more than', () => {
  const perBar = (items: readonly LogItem[]) => {
    const digest = digestOf(spans(items))
    return gzipSync(encodeDigest(digest)).length / (digest.bars.life.length + digest.reserves.lane.length)
  }

  test('8 bytes of a short log, of which names and addresses are a third', async () => {
    expect(perBar(await simulated({peers: 100, hours: 2}))).toBeLessThan(8)
  })

  test('3 bytes of one in which 1,000 peers come and go at random', () => {
    expect(perBar(churn(100_000))).toBeLessThan(3)
  })
})

test('a log of several hubs has a place for each event of each, and a mark where one begins', () => {
  const first = decode(fixture('2.1.0/demo.jsonl')).events
  const second = decode(fixture('2.1.0/given-up-8.jsonl')).events
  const all = new Spans()
  for (const item of [...first, ...second]) all.apply(item)
  const digest = digestOf(all)
  expect(digest.runs.length).toBe(2)
  const [, run = {start: 0, first: 0}] = digest.runs
  const last = second.at(-1)?.seq ?? 0
  expect(eventAt(digest, placeOf(run, last))).toEqual({run: 1, seq: last})
  expect(digest.count).toBe(placeOf(run, last) + 1)
  expect(eventAt(digest, run.start - 1)).toEqual({run: 0, seq: first.at(-1)?.seq})
  expect(digest.marks.map(({what}) => what)).toContain(
    (second[1]?.time ?? 0) < (first.at(-1)?.time ?? 0) ? 'set back' : 'new hub',
  )
  expect(tableAt(digest, digest.count - 1).map(({address}) => address)).toEqual(
    fold(second).entries.map(([address]) => address),
  )
})

test('a clock that was set back between two hubs is told, and by how much', () => {
  const all = new Spans()
  const made = (since: number): LogItem[] => [
    {type: 'checkpoint', seq: 0, time: 0, since, entries: []},
    {type: 'reset', seq: 1, time: since + 5, cause: 'caller'},
  ]
  for (const item of [...made(10_000), ...made(4000)]) all.apply(item)
  expect(digestOf(all).marks).toContainEqual({what: 'set back', at: 2, time: 4000, by: 6005})
})

describe('blocks', () => {
  test('are the log, cut where a hub begins and where one is full, and each folds alone', async () => {
    const items = [...(await simulated()), ...decode(fixture('2.1.0/demo.jsonl')).events]
    expect(items.length).toBeGreaterThan(1000)
    const all = new Spans()
    const cutter = new BlockCutter(500)
    const blocks = new Map<Block, LogItem[]>()
    for (const item of items) {
      all.apply(item)
      const block = cutter.push(item, all.run, 100)
      const read = blocks.get(block) ?? (block.start ? [block.start] : [])
      blocks.set(block, [...read, item])
    }
    expect(blocks.size).toBeGreaterThan(2)
    expect(Array.from(blocks.keys(), ({run}) => run)).toEqual([...Array(blocks.size - 1).fill(0), 1])
    const read = Array.from(blocks.values()).flat()
    const events = (all: readonly LogItem[]) => all.filter(({type}) => type !== 'checkpoint')
    expect(events(read)).toEqual(events(items))
    const firstRun = items.slice(
      0,
      items.findIndex(({seq}, i) => i > 0 && seq === 0),
    )
    for (const [{after, run}, block] of blocks) {
      expect(block[0]).toMatchObject({type: 'checkpoint', seq: after})
      const last = block.at(-1)?.seq ?? after
      const before = run === 0 ? firstRun.filter(({seq}) => seq <= last) : block
      expect(fold(block)).toEqual(fold(before))
    }
  })

  test('end where their JSON is long, however few items they have', () => {
    const cutter = new BlockCutter()
    const reset = (seq: number): LogItem => ({type: 'reset', seq, time: seq, cause: 'caller'})
    const blocks = [1, 2, 3, 4].map((seq) => cutter.push(reset(seq), 0, 3_000_000))
    expect(blocks.map((block) => blocks.indexOf(block))).toEqual([0, 0, 2, 2])
  })

  test('have marks in place of seeds on a page, and so has the digest', () => {
    const seed = 's'.repeat(43)
    const address = `net:x.example:1~shs:${'k'.repeat(43)}=:${seed}=`
    const item: LogItem = {type: 'connecting', seq: 1, time: 1, address, cause: 'caller', attempt: 1}
    const log = new PageLog('a log', true)
    log.push(item)
    const [element = ''] = log.blocks(0)
    const [, packed = ''] = />(.*)</.exec(element) ?? []
    const text = gunzipSync(Buffer.from(packed, 'base64')).toString()
    const bytes = Buffer.from(encodeDigest(digestOf(spans([item])))).toString('latin1')
    for (const shown of [text, bytes]) {
      expect(shown).toMatch(/:seed-[0-9a-f]{16}/)
      expect(shown).not.toContain(seed)
    }
  })
})
