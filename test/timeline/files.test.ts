import {gzipSync} from 'node:zlib'
import type {Page} from 'playwright-core'
import {expect, test, vi} from 'vitest'
import {decode, encode, fold} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {fixture} from './logs'
import {drawn, htmlOf, press, shownEntry, tableOf, useBrowser} from './pages'

const {open} = useBrowser()

vi.setConfig({testTimeout: 60_000})

interface Dropped {
  readonly name: string
  readonly content: string | Uint8Array
}

/** Drops files on the page, and waits until they are read. */
async function drop(page: Page, ...files: Dropped[]): Promise<void> {
  const all = files.map(({name, content}) => ({name, base64: Buffer.from(content).toString('base64')}))
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer()
    for (const {name, base64} of ${JSON.stringify(all)}) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      dataTransfer.items.add(new File([bytes], name))
    }
    for (const type of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}))
    }
  })()`)
  await untilRead(page)
}

async function untilRead(page: Page): Promise<void> {
  await page.waitForSelector('body[aria-busy=false]')
  await drawn(page)
}

/** A page that has no log yet. */
const empty = async () => open(await htmlOf([]))

/** As many events as are asked for, and one, of a few peers that cannot be reached. */
function failing(events: number): LogItem[] {
  return Array.from({length: events}, (_, i): LogItem => {
    const attempt = Math.floor(i / 2) + 1
    const about = {
      seq: i + 1,
      time: 1_700_000_000_000 + i * 1000,
      address: `net:p${attempt % 7}.example:1`,
      attempt,
    }
    return i % 2 === 0
      ? {...about, type: 'connecting', cause: 'caller'}
      : {
          ...about,
          type: 'connecting-failed',
          cause: 'stack',
          error: {message: 'refused', code: 'ECONNREFUSED'},
        }
  })
}

async function shownItem(page: Page): Promise<LogItem> {
  return JSON.parse((await page.textContent('#event pre')) ?? '')
}

test.each([
  ['as it is', 'demo.jsonl', (text: string) => text],
  ['gzipped', 'demo.jsonl.3.gz', (text: string) => gzipSync(text)],
])('a log that is dropped on the page is shown, %s', async (_, name, pack) => {
  const text = fixture('2.1.0/demo.jsonl')
  const page = await empty()
  expect(await page.textContent('#moment')).toBe('Open a log: drop a file here')
  await drop(page, {name, content: pack(text)})
  const {events} = decode(text)
  expect(await page.textContent('#about')).toContain('demo.jsonl ·')
  expect(await page.textContent('#notes')).toBe('')
  expect(await tableOf(page)).toEqual(fold(events).entries.map(shownEntry))
  expect(await shownItem(page)).toEqual(events.at(-1))
})

test('two logs are stacked, each with its name, and a log with its rotated files is one', async () => {
  const page = await empty()
  const [one, two] = [fixture('2.1.0/both-sides-6.jsonl'), fixture('2.1.0/both-sides-8.jsonl')]
  await drop(page, {name: 'six.jsonl', content: one}, {name: 'eight.jsonl', content: two})
  expect(await page.textContent('#about')).toMatch(/^(six|eight)\.jsonl · (six|eight)\.jsonl ·/)
  const all = failing(30)
  const part = (from: number, to: number) => encode(all.slice(from, to))
  await drop(
    page,
    {name: 'conn.jsonl', content: part(20, 30)},
    {name: 'conn.jsonl.10.gz', content: gzipSync(part(12, 20))},
    {name: 'conn.jsonl.9', content: part(0, 12)},
  )
  expect(await page.textContent('#about')).toMatch(/^conn\.jsonl · .* · 30 events · 7 peers$/)
  expect(await page.textContent('#notes')).toBe('')
})

test('files can be chosen by keyboard, too, and the same one again', async () => {
  const page = await empty()
  for (const events of [10, 20]) {
    const asked = page.waitForEvent('filechooser')
    // Until then, the browser does not know that it is to be asked.
    await drawn(page)
    await page.keyboard.press('o')
    const buffer = Buffer.from(encode(failing(events)))
    await (await asked).setFiles({name: 'conn.jsonl', mimeType: '', buffer})
    await page.locator('#about', {hasText: `${events} events`}).waitFor()
  }
})

test.each([
  ['as it is', (text: string) => text],
  ['gzipped', (text: string) => gzipSync(text)],
])('every event of a long log can be opened, %s', async (_, pack) => {
  const items = failing(25_001)
  const page = await empty()
  await drop(page, {name: 'long.jsonl', content: pack(encode(items))})
  for (const at of [0, 9998, 10_000, 10_001, 17_000, 25_000]) {
    await page.evaluate(`location.hash = '#at=${at}'`)
    await page.locator('#event pre', {hasText: `"seq": ${at + 1},`}).waitFor()
    expect(await shownItem(page)).toEqual(items[at])
  }
  await press(page, 'Home', 'n')
  expect(await shownItem(page)).toEqual(items[1])
})

const log = encode(failing(10))
const lines = log.split('\n')

test.each([
  [
    'a torn end',
    `${log}{"seq":11,"ti`,
    10,
    'the end is torn (13 characters), as where a recorder was killed',
  ],
  ['a gzipped file that is cut off', gzipSync(log).subarray(0, -20), 0, 'it cannot be unzipped any further'],
  [
    'a line that is damaged',
    [...lines.slice(0, 6), '{"seq":6', ...lines.slice(6)].join('\n'),
    5,
    'line 7: found {"seq":6',
  ],
  [
    'an event that does not follow',
    [...lines.slice(0, 4), ...lines.slice(5)].join('\n'),
    3,
    'The rest is not shown',
  ],
  ['no log at all', 'hello\n', 0, 'line 1: found hello'],
  ['nothing', '', 0, 'line 1: found nothing'],
])('of %s the page shows what can be read, and tells the rest', async (_, content, events, told) => {
  const page = await empty()
  await drop(page, {name: 'a <b>log</b>.jsonl', content})
  const notes = await page.textContent('#notes')
  expect(notes).toContain(told)
  expect(notes).toMatch(/^a <b>log<\/b>\.jsonl: /)
  if (events > 0) expect(await page.textContent('#about')).toContain(`${events} events`)
})

test('events that are missing are told, and how many', async () => {
  const page = await empty()
  const later: LogItem[] = [
    {type: 'checkpoint', seq: 10 + 1234, time: 1_700_000_100_000, entries: []},
    {type: 'reset', seq: 11 + 1234, time: 1_700_000_100_001, cause: 'caller'},
  ]
  await drop(page, {name: 'lost.jsonl', content: encode([...failing(10), ...later])})
  expect(await page.textContent('#notes')).toBe('lost.jsonl: 1,234 events missing, where a line says so')
})

test('a line without an end is not gathered: no text gets longer than 64 MB', async () => {
  const page = await empty()
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer()
    const endless = new Array(40).fill('x'.repeat(2 ** 20))
    dataTransfer.items.add(new File([${JSON.stringify(lines.slice(0, 4).join('\n'))} + '\\n', ...endless], 'endless.jsonl'))
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true}))
  })()`)
  await page.locator('#notes', {hasText: 'a line of at most 30000000 characters'}).waitFor()
  await untilRead(page)
  expect(await page.textContent('#about')).toContain('3 events')
})
