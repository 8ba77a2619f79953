import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {expect, test, vi} from 'vitest'
import {decode} from '../../src/replay'
import {temporaryFolder} from '../kit/folder'
import {hashOf, htmlOf, press, useBrowser} from './pages'

const {open} = useBrowser()

vi.setConfig({testTimeout: 60_000})

const examples = join(__dirname, '../../examples/logs')
const paths = ['nothing-new.jsonl', 'nothing-new-pub.jsonl'].map((name) => join(examples, name))

/** The page that the command writes of a phone and a pub, whose clock is ahead. */
function viewed(): string {
  const file = join(temporaryFolder(), 'page.html')
  execFileSync(process.execPath, [join(__dirname, '../../lib/cli.js'), 'view', ...paths, '-o', file])
  return readFileSync(file, 'utf8')
}

/** Where something is painted in a lane, as columns of pixels. */
async function columnsOf(page: Page, row: number): Promise<number[]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#lanes')
    const {data} = canvas.getContext('2d').getImageData(0, ${row} * 18 + 12, canvas.width, 1)
    return Array.from({length: canvas.width}, (_, x) => x).filter((x) => data[4 * x + 3] > 0)
  })()`)
}

test('two logs are drawn by their own clocks, until the clocks are aligned: then what both saw stands in one place', async () => {
  const page = await open(viewed(), '', {viewport: {width: 1400, height: 500}})
  // The rows: the phone's log, the pub; the pub's log, two other peers, the phone.
  const lanes = async () => [await columnsOf(page, 1), await columnsOf(page, 5)] as const
  expect(await page.textContent('#notes')).toBe(
    'the clock of nothing-new-pub.jsonl is ahead of that of nothing-new.jsonl by 3 min 0 s: it is drawn by its own (a aligns them)',
  )
  const [phone, pub] = await lanes()
  expect(pub.filter((x) => phone.includes(x)).length / pub.length).toBeLessThan(0.95)
  await press(page, 'a')
  expect((await hashOf(page)).has('align')).toBe(true)
  expect(await page.getAttribute('#align', 'aria-pressed')).toBe('true')
  expect(await page.textContent('#notes')).toContain('it is drawn by that of the other')
  const [phoneThen, pubThen] = await lanes()
  const apart = pubThen.filter((x) => !phoneThen.some((other) => Math.abs(other - x) <= 1))
  expect(apart).toEqual([])
  await press(page, 'a')
  expect(await lanes()).toEqual([phone, pub])
})

test('an event tells its time by the clock of its log, wherever it is drawn', async () => {
  const page = await open(viewed(), '#log=1&align')
  const {events} = decode(readFileSync(paths[1] ?? '', 'utf8'))
  const time = new Date(events.at(-1)?.time ?? 0).toISOString()
  expect(await page.textContent('#moment')).toContain(time.slice(11, 23))
  expect(await page.textContent('#event pre')).toContain(`"seq": ${events.at(-1)?.seq}`)
})

test('logs of which nobody knows how far their clocks lie apart are drawn by their own, and nothing is offered', async () => {
  const logs = paths.map((path) => ({name: path, items: decode(readFileSync(path)).events}))
  const page = await open(await htmlOf(logs))
  expect(await page.textContent('#notes')).toBe('')
  expect(await page.locator('#align').isVisible()).toBe(false)
})
