import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, onTestFinished} from 'vitest'
import {decode} from '../../src/replay'
import type {Entry} from '../../src/types'
import {startChromium} from '../browser/start-chromium'
import {skipForLackOf} from '../machine/lack'

/** The timeline as it is built, with its page in it. */
export const timeline: typeof import('../../src/timeline') = require('../../lib/timeline')

type Logs = Parameters<typeof timeline.timelinePage>[0]

export async function htmlOf(
  logs: Logs,
  options?: Parameters<typeof timeline.timelinePage>[1],
): Promise<string> {
  let html = ''
  for await (const piece of timeline.timelinePage(logs, options)) html += piece
  return html
}

/** A log in text, as it is to be shown. */
export function shown(text: string | Uint8Array, name = 'a log'): Logs[number] {
  const {events, id} = decode(text)
  return {name, id, items: events}
}

/**
 * Starts a browser for the tests of a file, and returns how to open a page of text in it: from a file, with no network.
 * What the page throws, and what its policy forbids, fails the test.
 */
export function useBrowser() {
  let found: Browser | string = 'not looked for'
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-timeline-'))

  beforeAll(async () => {
    found = await startChromium()
  }, 300_000)
  skipForLackOf(() => (typeof found === 'string' ? found : undefined))
  afterAll(async () => {
    if (typeof found !== 'string') await found.close()
    rmSync(folder, {recursive: true})
  })

  /** @param expected the errors of the console that are meant to be there */
  async function newPage(
    options: BrowserContextOptions = {},
    expected: readonly RegExp[] = [],
  ): Promise<Page> {
    if (typeof found === 'string') throw new Error(found)
    const context = await found.newContext({
      viewport: {width: 1000, height: 420},
      timezoneId: 'UTC',
      ...options,
    })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    onTestFinished(async () => {
      await context.close()
      expect(errors.filter((error) => !expected.some((known) => known.test(error)))).toEqual([])
    })
    return page
  }

  let pages = 0
  async function open(html: string, hash = '', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await newPage({offline: true, ...options})
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    const file = join(folder, `${pages++}.html`)
    writeFileSync(file, html)
    const url = pathToFileURL(file).href
    onTestFinished(() => expect(requests.filter((request) => !/^(file|blob):/.test(request))).toEqual([]))
    await page.goto(url + hash)
    await drawn(page)
    return page
  }
  return {open, newPage}
}

/** Waits until the page has drawn what it was told last. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForSelector('body[data-drawn]')
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
}

/** What the hash of the URL tells of the view. */
export async function hashOf(page: Page): Promise<URLSearchParams> {
  await drawn(page)
  return new URLSearchParams(new URL(page.url()).hash.slice(1))
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
  await drawn(page)
}

/** A row of the table at the cursor. */
export interface Shown {
  readonly address: string
  readonly state: string
  readonly direction: string
  readonly type: string
}

export async function tableOf(page: Page): Promise<Shown[]> {
  const rows: [string, string[]][] = await page.evaluate(
    `Array.from(document.querySelectorAll('#table tr'), (row) =>
      [row.dataset.address, Array.from(row.children, ({textContent}) => textContent)])`,
  )
  return rows.map(([address, [, state = '', direction = '', type = '']]) => ({
    address,
    state,
    direction,
    type,
  }))
}

/** An entry, as the table at the cursor should show it. */
export function shownEntry([address, {state, inbound, inferredType}]: Entry): Shown {
  return {
    address,
    state,
    direction: inbound === undefined ? '' : inbound ? 'them' : 'us',
    type: inferredType ?? '',
  }
}
