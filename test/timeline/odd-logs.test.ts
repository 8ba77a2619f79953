import type {Page} from 'playwright-core'
import {expect, test, vi} from 'vitest'
import {fold} from '../../src/replay'
import type {Entry, LogItem, Recorded} from '../../src/types'
import {htmlOf, press, shownEntry, tableOf, useBrowser} from './pages'

const {open} = useBrowser()

vi.setConfig({testTimeout: 60_000})

const show = async (items: readonly LogItem[]): Promise<Page> => open(await htmlOf([{name: 'odd', items}]))

const peer = (state: 'connected' | 'connecting'): Entry[1] => ({state, hubBirth: 1000, hubUpdated: 2000})

/** A dial that fails, as two events. */
function failure(seq: number, time: number, address: string, data?: Record<string, string>): Recorded[] {
  const error = {message: 'refused', code: 'ECONNREFUSED'}
  return [
    {type: 'connecting', seq, time, address, cause: 'caller', attempt: seq, ...(data && {data})},
    {type: 'connecting-failed', seq: seq + 1, time: time + 50, address, cause: 'stack', attempt: seq, error},
  ]
}

test('a log without an event says so, and whatever key is pressed does no harm', async () => {
  const page = await show([])
  expect(await page.textContent('#moment')).toBe('Nothing happened in this log')
  const keys = [
    'ArrowLeft',
    'ArrowRight',
    'ArrowDown',
    'n',
    'p',
    '.',
    ',',
    'Home',
    'End',
    '+',
    '-',
    '0',
    'l',
    'z',
    'f',
    's',
    'c',
  ]
  await press(page, ...keys)
  expect(await tableOf(page)).toEqual([])
})

test('a log of a checkpoint alone shows the entries that were there', async () => {
  const entries: Entry[] = [
    ['net:a.example:1', peer('connected')],
    ['net:b.example:1', peer('connecting')],
  ]
  const page = await show([{type: 'checkpoint', seq: 40, time: 5000, since: 500, entries}])
  expect(await tableOf(page)).toEqual(entries.map(shownEntry))
  expect(await page.textContent('#moment')).toMatch(/^checkpoint .*event 40$/)
  expect(await page.textContent('#about')).toContain('0 events · 2 peers')
})

test('where the clock was set back between two runs, the events stay in their order, and the step is told', async () => {
  const made = (since: number): LogItem => ({type: 'checkpoint', seq: 0, time: 0, since, entries: []})
  const day = Date.UTC(2026, 2, 14)
  const first = [
    made(day),
    ...failure(1, day + 1000, 'net:a.example:1'),
    ...failure(3, day + 60_000, 'net:a.example:1'),
  ]
  const again = day - 3_600_000
  const second = [made(again), ...failure(1, again + 10, 'net:b.example:1')]
  const items = [...first, ...second]
  const page = await show(items)
  await press(page, 'Home')
  for (const item of items) {
    const {seq} = item
    const {type} = JSON.parse((await page.textContent('#event pre')) ?? '')
    expect([type, await page.textContent('#moment')]).toEqual([
      item.type,
      expect.stringMatching(new RegExp(`event ${seq}$`)),
    ])
    const run = items.indexOf(item) < first.length ? first : second
    expect(await tableOf(page)).toEqual(fold(run.slice(0, run.indexOf(item) + 1)).entries.map(shownEntry))
    await press(page, 'ArrowRight')
  }
})

test('an hour in which the clock leapt ahead can be folded away, and every event still be reached', async () => {
  const year = 365 * 86_400_000
  const items = [...failure(1, 1000, 'net:a.example:1'), ...failure(3, year, 'net:a.example:1')]
  const page = await show(items)
  await press(page, 'f', 'Home')
  for (const {seq} of items) {
    expect(await page.textContent('#moment')).toMatch(new RegExp(`event ${seq}$`))
    await press(page, 'ArrowRight')
  }
})

const hostile = [
  '</script><script>document.body.dataset.harm = 1</script>',
  '<img src=x onerror="document.body.dataset.harm = 1">',
  '<!--',
  '-->',
  '$1',
  '$&',
  '\'"`',
  '\u202egnp.exe',
  '\u2066\u2067\u0000\u0007\u2028\u2029',
  'x'.repeat(4096),
  '\ud800',
  '__proto__',
  '🦀'.repeat(500),
]

test('metadata, addresses and errors that are hostile are text and nothing else', async () => {
  const items = hostile.flatMap((text, i) => {
    const [dial, failed] = failure(2 * i + 1, 1000 * i + 1000, `net:${text.slice(0, 4000)}:1`, {
      name: text,
      [text]: text,
    })
    const error = {message: text, code: text, name: text}
    return [dial, {...failed, error}] as LogItem[]
  })
  const connected: LogItem = {
    ...{type: 'connected', seq: items.length + 1, time: 99_000, address: hostile[0] ?? '', cause: 'remote'},
    ...{link: 1, inbound: true, data: {name: hostile[7] ?? ''}},
  }
  const name = hostile.slice(0, 4).join('')
  const page = await open(await htmlOf([{name, items: [...items, connected]}]))
  expect(await page.textContent('#about')).toContain('</script><script>')
  await press(page, 'z', 'Home')
  for (const [i, text] of hostile.entries()) {
    await press(page, 'ArrowRight')
    const shown = JSON.parse((await page.textContent('#event pre')) ?? '')
    expect([shown.seq, shown.error.code]).toEqual([2 * i + 2, JSON.parse(JSON.stringify(text))])
    await press(page, 'ArrowRight')
  }
  await press(page, 'End', 'c')
  const harm: unknown = await page.evaluate(
    `[document.body.dataset.harm, document.querySelectorAll('img, body script:not([type])').length]`,
  )
  // The script is the page's own.
  expect(harm).toEqual([undefined, 1])
  // What turns the direction of writing stands in elements of its own, or is taken out.
  const names: string[] = await page.evaluate(
    `Array.from(document.querySelectorAll('#table bdi, #peers bdi'), (e) => e.textContent)`,
  )
  expect(names.filter((name) => /[\p{Cc}\p{Cf}]/u.test(name))).toEqual([])
  expect(names.every((name) => name.length < 250)).toBe(true)
})
