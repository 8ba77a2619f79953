import type {Page} from 'playwright-core'
import {expect, test, vi} from 'vitest'
import {decode, fold} from '../../src/replay'
import {fixture, simulated} from './logs'
import {drawn, hashOf, htmlOf, press, shown, shownEntry, tableOf, useBrowser} from './pages'

const {open} = useBrowser()

vi.setConfig({testTimeout: 60_000})

/** The names of the peers, as a screen reader reads them: in the order of the lanes. */
const peersOf = (page: Page): Promise<string[]> =>
  page.getByRole('table', {name: 'Peers'}).getByRole('rowheader').allTextContents()

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id')

async function demo(): Promise<Page> {
  return open(await htmlOf([shown(fixture('2.1.0/demo.jsonl'), 'demo.jsonl')]))
}

test('all that the page can do is reached by keyboard alone', async () => {
  const page = await demo()
  expect(await focused(page)).toBe('stage')
  const reached = new Set<string>()
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab')
    reached.add(await focused(page))
  }
  const buttons: string[] = await page.evaluate(
    `Array.from(document.querySelectorAll('header button:not([hidden]), nav button, header input:not([hidden]), header select'), ({id}) => id)`,
  )
  expect(buttons.length).toBeGreaterThan(9)
  for (const id of [...buttons, 'stage']) expect(reached, id).toContain(id)
})

test('what is typed filters the peers, and keys go back to the lanes', async () => {
  const page = await demo()
  const all = await peersOf(page)
  await press(page, '/')
  expect(await focused(page)).toBe('filter')
  await page.keyboard.type('is:failed')
  await drawn(page)
  const failed = await peersOf(page)
  expect(failed.length).toBeGreaterThan(0)
  expect(failed.length).toBeLessThan(all.length)
  expect(await page.textContent('#about')).toContain(`${failed.length} of ${all.length} peers`)
  await press(page, 'Enter')
  expect(await focused(page)).toBe('stage')
  expect((await hashOf(page)).get('filter')).toBe('is:failed')
  await press(page, '/')
  await page.keyboard.type(' is:nonsense')
  await drawn(page)
  expect(await page.getAttribute('#filter', 'aria-invalid')).toBe('true')
  expect(await page.getAttribute('#filter', 'title')).toContain('is:inbound')
})

test('a peer is chosen by arrows, and the cursor goes through its events alone', async () => {
  const items = await simulated({peers: 10})
  const page = await open(await htmlOf([{name: 'simulated', items}]))
  await press(page, 'Home', 'ArrowDown', 'ArrowDown')
  const addresses = new Set<string>()
  for (let i = 0; i < 5; i++) {
    await press(page, '.')
    addresses.add(JSON.parse((await page.textContent('#event pre')) ?? '').address)
  }
  expect(addresses.size).toBe(1)
  const {seq} = JSON.parse((await page.textContent('#event pre')) ?? '')
  await press(page, ',', '.')
  expect(JSON.parse((await page.textContent('#event pre')) ?? '').seq).toBe(seq)
})

test('the failures are gone through by n and p, and each is the one that is told', async () => {
  const items = decode(fixture('2.1.0/demo.jsonl')).events
  const failures = items.filter(({type}) => type.endsWith('-failed'))
  const page = await demo()
  await press(page, 'Home')
  for (const failure of failures) {
    await press(page, 'n')
    expect(JSON.parse((await page.textContent('#event pre')) ?? '')).toEqual(failure)
    expect(await tableOf(page)).toEqual(
      fold(items.slice(0, items.indexOf(failure) + 1)).entries.map(shownEntry),
    )
  }
  for (const failure of failures.reverse().slice(1)) {
    await press(page, 'p')
    expect(JSON.parse((await page.textContent('#event pre')) ?? '')).toEqual(failure)
  }
})

test('lanes are sorted anew by s, for the eye and for screen readers, and the URL tells it', async () => {
  const items = await simulated()
  const page = await open(await htmlOf([{name: 'simulated', items}]))
  const seen = await peersOf(page)
  await press(page, 's')
  expect((await hashOf(page)).get('sort')).toBe('uptime')
  await press(page, 's')
  const byFailures = await peersOf(page)
  expect(byFailures).not.toEqual(seen)
  expect([...byFailures].sort()).toEqual([...seen].sort())
  const failures = await page.locator('#peers tbody td:last-child').allTextContents()
  const counts = failures.map((text) => Number.parseInt(text, 10))
  expect(counts).toEqual([...counts].sort((a, b) => b - a))
  await press(page, 's')
  expect(await peersOf(page)).toEqual(seen)
})

test('the help tells every key, opens and closes by keyboard, and keeps keys from what is behind it', async () => {
  const page = await demo()
  const before = await page.textContent('#moment')
  await press(page, '?')
  expect(await page.getByRole('dialog').isVisible()).toBe(true)
  expect(await page.locator('#keys kbd').allTextContents()).toEqual(
    expect.arrayContaining(['→', 'n', '/', 'o', '?']),
  )
  await press(page, 'Home')
  await press(page, 'Escape')
  expect(await page.getByRole('dialog').isVisible()).toBe(false)
  expect(await page.textContent('#moment')).toBe(before)
})

test('what a screen reader is told names every part, and the event at the cursor is read aloud', async () => {
  const page = await demo()
  for (const name of ['The event at the cursor', 'The table at the cursor', 'Timeline']) {
    expect(await page.getByRole('region', {name}).count(), name).toBe(1)
  }
  expect(await page.getByRole('img', {name: /The whole log/}).count()).toBe(1)
  expect(await page.getByRole('application', {name: 'Lanes of the peers'}).count()).toBe(1)
  expect(await page.locator('#moment').getAttribute('role')).toBe('status')
  expect(await page.getByRole('table', {name: /^Then: .* entr/}).count()).toBe(1)
})

test.each([
  'light',
  'dark',
] as const)('it can be read in %s: text stands out from what is behind it', async (colorScheme) => {
  const page = await open(await htmlOf([shown(fixture('2.1.0/demo.jsonl'))]), '', {colorScheme})
  const colours: Record<string, string> = await page.evaluate(`Object.fromEntries(
    ['page', 'raised', 'text', 'quiet', 'accent', 'failed', 'reset'].map((name) =>
      [name, getComputedStyle(document.body).getPropertyValue('--' + name).trim()]))`)
  for (const behind of ['page', 'raised']) {
    for (const text of ['text', 'quiet', 'accent', 'failed', 'reset']) {
      expect(contrast(colours[text] ?? '', colours[behind] ?? ''), `${text} on ${behind}`).toBeGreaterThan(
        4.5,
      )
    }
  }
})

test('it turns dark while it is open, canvas and all', async () => {
  const page = await demo()
  const look = (): Promise<string[]> =>
    page.evaluate(
      `[getComputedStyle(document.body).backgroundColor, document.querySelector('#lanes').toDataURL()]`,
    )
  const [page1, lanes1] = await look()
  await page.emulateMedia({colorScheme: 'dark'})
  await drawn(page)
  const [page2, lanes2] = await look()
  expect(page2).not.toBe(page1)
  expect(lanes2).not.toBe(lanes1)
})

/** How far two colours stand apart, as WCAG has it: 1 to 21. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
