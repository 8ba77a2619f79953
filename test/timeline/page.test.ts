import type {Page} from 'playwright-core'
import {expect, test, vi} from 'vitest'
import {decode, fold, snapshots} from '../../src/replay'
import {spans} from '../../src/spans'
import {kinds, placeOf} from '../../src/timeline/digest'
import {digestOf} from '../../src/timeline/digest-of'
import type {LogItem} from '../../src/types'
import {fixture, simulated} from './logs'
import {drawn, hashOf, htmlOf, press, shown, shownEntry, tableOf, useBrowser} from './pages'

const {open} = useBrowser()

// A busy machine takes long for each of hundreds of frames.
vi.setConfig({testTimeout: 120_000})

/** Where the names end and the lanes begin, in pixels of CSS. */
const [left, top, laneHeight] = [190, 22, 18]

test('shows the peers of a log, and the table at the cursor beside them', async () => {
  const text = fixture('2.1.0/demo.jsonl')
  const tables = [...snapshots(decode(text).events)].map(({entries}) => entries.map(shownEntry))
  const page = await open(await htmlOf([shown(text, 'demo.jsonl')]))
  expect(await page.textContent('#about')).toContain('demo.jsonl')
  expect(await tableOf(page)).toEqual(tables.at(-1))
  await press(page, 'Home')
  for (const table of tables) {
    expect(await tableOf(page)).toEqual(table)
    await press(page, 'ArrowRight')
  }
})

test('the table at 200 random cursors is the one that the events fold to', async () => {
  const items = await simulated()
  const [run = {start: 0, first: 0}] = digestOf(spans(items)).runs
  const states = new Map([...snapshots(items)].map(({seq, entries}) => [seq, entries]))
  const seqs = Array.from({length: 200}, (_, i) => 1 + ((i * 7919 + 13) % (items.length - 2)))
  const page = await open(await htmlOf([{name: 'simulated', items}]), '', {
    viewport: {width: 700, height: 300},
  })
  for (const seq of seqs) {
    await page.evaluate(`location.hash = '#at=${placeOf(run, seq)}'`)
    await page.locator('#moment', {hasText: new RegExp(`event ${seq.toLocaleString('en')}$`)}).waitFor()
    expect(await tableOf(page), `after event ${seq}`).toEqual(states.get(seq)?.map(shownEntry))
  }
})

/** Which of these pixels of the lanes are of the colour of failures, and how large their canvas is. */
async function lookAt(page: Page, points: readonly (readonly [share: number, y: number])[]) {
  await drawn(page)
  const seen: {red: boolean[]; width: number; height: number} = await page.evaluate(`(() => {
    const canvas = document.querySelector('#lanes')
    const {width, height} = canvas
    const {data} = canvas.getContext('2d').getImageData(0, 0, width, height)
    const failed = getComputedStyle(document.body).getPropertyValue('--failed').trim().slice(1)
    const rgb = [0, 2, 4].map((i) => parseInt(failed.slice(i, i + 2), 16))
    const isRed = (x, y) => rgb.every((value, i) => data[(y * width + x) * 4 + i] === value)
    // The hash has whole ms, so a mark may be beside.
    const red = ${JSON.stringify(points)}.map(([share, y]) =>
      [-1, 0, 1].some((by) => isRed(Math.floor(share * width) + by, y)))
    return {red, width, height}
  })()`)
  return seen
}

/** Expects a red pixel for every failure of the log that is in view. Returns how many there are. */
async function expectFailuresRed(page: Page, items: readonly LogItem[], isFitted = false): Promise<number> {
  const {bars, lives, lanes, from, to} = digestOf(spans(items))
  const hash = await hashOf(page)
  const view = {from: Number(hash.get('from') ?? from), to: Number(hash.get('to') ?? to)}
  const {height} = await lookAt(page, [])
  const step = isFitted ? Math.min(laneHeight, height / lanes.length) : laneHeight
  const points: [number, number][] = []
  for (const [row, kind] of bars.kind.entries()) {
    const time = bars.endTime[row] ?? 0
    if (!kinds.isFailed(kind) || time < view.from + 2 || time > view.to - 2) continue
    const y = Math.floor((lives.lane[bars.life[row] ?? 0] ?? 0) * step)
    if (y < height) points.push([(time - view.from) / (view.to - view.from), y])
  }
  const {red} = await lookAt(page, points)
  expect(points.filter((_, i) => !red[i])).toEqual([])
  return points.length
}

test('every failure has a red pixel, whatever the zoom and however high the lanes are', async () => {
  const items = await simulated({peers: 60})
  const page = await open(await htmlOf([{name: 'simulated', items}]), '', {
    viewport: {width: 1000, height: 400},
  })
  expect(await expectFailuresRed(page, items)).toBeGreaterThan(50)
  for (const keys of [
    ['+', '+'],
    ['+', '+', '+', '+'],
    ['-', '-', '-'],
    ['l', 'l'],
  ]) {
    await press(page, ...keys)
    await expectFailuresRed(page, items)
  }
  await press(page, '0', 'z')
  expect(await expectFailuresRed(page, items, true)).toBeGreaterThan(100)
  // Now lanes are lower than a pixel.
  await page.setViewportSize({width: 1000, height: 140})
  const {height} = await lookAt(page, [])
  expect(height).toBeLessThan(digestOf(spans(items)).lanes.length)
  expect(await expectFailuresRed(page, items, true)).toBeGreaterThan(100)
})

test('the wheel zooms at the pointer, dragging moves, and a click sets the cursor', async () => {
  const items = await simulated()
  const page = await open(await htmlOf([{name: 'simulated', items}]))
  const {from, to} = digestOf(spans(items))
  const box = await page.locator('#stage').boundingBox()
  if (!box) throw new Error('there is no stage')
  const across = box.width - left
  const at = (share: number) => box.x + left + share * across
  const y = box.y + top + 3.5 * laneHeight

  await page.mouse.move(at(0.25), y)
  await page.mouse.wheel(0, -400)
  const zoomed = await hashOf(page)
  const [start, end] = [Number(zoomed.get('from')), Number(zoomed.get('to'))]
  expect(end - start).toBeLessThan((to - from) / 2)
  // What was below the pointer still is.
  expect(Math.abs(start + 0.25 * (end - start) - (from + 0.25 * (to - from)))).toBeLessThan(
    (to - from) / across,
  )

  await page.mouse.down()
  await page.mouse.move(at(0.5), y, {steps: 4})
  await page.mouse.up()
  const moved = await hashOf(page)
  expect(Math.abs(Number(moved.get('from')) - (start - 0.25 * (end - start)))).toBeLessThan(
    (end - start) / across + 2,
  )
  expect(moved.get('at')).toBeNull()

  await page.mouse.click(at(0.5), y)
  const place = Number((await hashOf(page)).get('at'))
  const middle = (Number(moved.get('from')) + Number(moved.get('to'))) / 2
  const event = items.find(({seq, type}) => seq === place && type !== 'checkpoint')
  expect(Math.abs((event?.time ?? 0) - middle)).toBeLessThan(60_000)
  expect(await page.textContent('#moment')).toContain(`${event?.type} `)
  expect(await tableOf(page)).toEqual(fold(items.filter(({seq}) => seq <= place)).entries.map(shownEntry))

  await press(page, '0')
  expect((await hashOf(page)).get('from')).toBeNull()
})
