/** What folding a log costs, beside a mutable fold of the same events. */
import assert from 'node:assert/strict'
import {createReadStream, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inTurns, median, ratio} from './in-turns.mjs'
import {churn, linesOf, updates} from './logs.mjs'
import {MutableFold, mutableFold} from './mutable-fold.mjs'
import {decode, fold, foldLog, readLog} from './packages.mjs'

const header = `${JSON.stringify({format: 'ssb-conn-hub log', version: 1})}\n`

export async function replay({turns, events}) {
  const rows = []
  for (const log of [updates, churn]) {
    const recorded = log(events)
    assert.deepEqual(fold(recorded), mutableFold(recorded))
    const text = header + linesOf(recorded).join('')
    const measure = async (from, tasks) => {
      const taken = await inTurns(tasks, {turns, time: 0, before: globalThis.gc})
      rows.push({
        log: log.name,
        from,
        events,
        ours: median(taken.ours) / events,
        mutable: median(taken.mutable) / events,
        speed: ratio(taken.mutable, taken.ours),
      })
    }
    await measure('memory', {ours: () => fold(recorded), mutable: () => mutableFold(recorded)})
    recorded.length = 0
    await measure('text', {
      ours: () => fold(decode(text).events),
      mutable: () => mutableFold(parseLines(text)),
    })
    await inFile(text, async (path) => {
      const mutable = async () => foldFileByHand(path)
      await measure('file', {ours: async () => foldLog(path), mutable})
      await measure('file, item by item', {ours: async () => foldItems(path), mutable})
    })
  }
  return rows
}

/** JSON.parse of every line but the first. */
function parseLines(text) {
  const events = []
  let start = text.indexOf('\n') + 1
  for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
    events.push(JSON.parse(text.slice(start, end)))
    start = end + 1
  }
  return events
}

async function inFile(text, work) {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-bench-'))
  try {
    const path = join(folder, 'log.jsonl')
    writeFileSync(path, text)
    await work(path)
  } finally {
    rmSync(folder, {recursive: true})
  }
}

/** By the same fold as by hand, as the items come: what differs is the reading. */
async function foldItems(path) {
  const fold = new MutableFold()
  for await (const event of readLog(path)) fold.apply(event)
  return fold.snapshot()
}

/** Buffer by buffer, each cut at its last newline, JSON.parse of every line but the first. */
async function foldFileByHand(path) {
  const fold = new MutableFold()
  let rest = header.length
  let torn = ''
  for await (const piece of createReadStream(path, 'utf8')) {
    const text = torn + piece
    let start = rest
    rest = 0
    for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
      fold.apply(JSON.parse(text.slice(start, end)))
      start = end + 1
    }
    torn = text.slice(start)
  }
  return fold.snapshot()
}
