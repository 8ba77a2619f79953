import type {Page} from 'playwright-core'
import {expect, onTestFinished, test, vi} from 'vitest'
import ConnHub from '../../src/index'
import {decode, ReplayHub} from '../../src/replay'
import {addressOf, FakeStack} from '../kit/fake-stack'
import {VirtualClock} from '../kit/virtual-clock'
import {busyHub} from '../log-file/kit'
import {fixture} from './logs'
import {drawn, shownEntry, tableOf, timeline, useBrowser} from './pages'

const {newPage} = useBrowser()

vi.setConfig({testTimeout: 60_000})

type Server = Awaited<ReturnType<typeof timeline.serveTimeline>>

async function serve(...args: Parameters<typeof timeline.serveTimeline>): Promise<Server> {
  const server = await timeline.serveTimeline(...args)
  onTestFinished(() => server.close())
  return server
}

/** Waits until the page shows the event with this number as the latest. */
async function untilShown(page: Page, seq: number): Promise<void> {
  await page.locator('#moment', {hasText: new RegExp(`event ${seq.toLocaleString('en')}$`)}).waitFor()
  await drawn(page)
}

async function untilTold(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('#notes', {hasText: text}).waitFor()
}

const entriesOf = (hub: {snapshot: () => {entries: readonly Parameters<typeof shownEntry>[0][]}}) =>
  hub.snapshot().entries.map(shownEntry)

test('a page shows what the hub remembers, and then what happens, as it happens', async () => {
  const {hub, work} = busyHub()
  work(100)
  const {url} = await serve(hub)
  const page = await newPage()
  await page.goto(url)
  await untilShown(page, 100)
  expect(await tableOf(page)).toEqual(entriesOf(hub))
  await untilTold(page, 'live')
  for (const events of [1, 30, 400]) {
    work(events)
    await untilShown(page, hub.snapshot().seq)
    expect(await tableOf(page)).toEqual(entriesOf(hub))
  }
  expect(await page.textContent('#event')).toContain(`"seq": ${hub.snapshot().seq}`)
  // Who looks at an earlier event stays there.
  await page.keyboard.press('Home')
  await untilShown(page, 0)
  work(20)
  await page.locator('#about', {hasText: '551 events'}).waitFor()
  await untilShown(page, 0)
  hub.close()
  await untilTold(page, 'the hub was closed')
})

test('no event is lost where a thousand happen in a second, in pieces as they come', async () => {
  const {hub, work} = busyHub()
  const {url} = await serve(hub)
  const page = await newPage()
  await page.goto(url)
  await untilTold(page, 'live')
  for (let i = 0; i < 500; i++) {
    work(10)
    await new Promise(setImmediate)
  }
  await untilShown(page, 5000)
  expect(await page.textContent('#about')).toContain('5,000 events')
  expect(await page.textContent('#notes')).toBe('live')
  expect(await tableOf(page)).toEqual(entriesOf(hub))
})

test('the token is taken out of the URL, and kept for when the page is loaded again', async () => {
  const {hub, work} = busyHub()
  work(10)
  const {url} = await serve(hub)
  const page = await newPage()
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(url)
  await untilShown(page, 10)
  expect(page.url()).not.toContain('token')
  await page.reload()
  await untilShown(page, 10)
  const {origin} = new URL(url)
  expect([...new Set(requests)]).toEqual([`${origin}/`, `${origin}/log`])
})

test('after a crash of the server, a page goes on where it was: nothing is lost, and nothing comes twice', async () => {
  const {hub, work} = busyHub()
  work(50)
  const page = await newPage({}, [/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)/])
  const first = await serve(hub)
  await page.goto(first.url)
  await untilShown(page, 50)
  const {port, hash} = new URL(first.url)
  await first.close()
  await untilTold(page, 'not connected')
  work(75)
  await serve(hub, {port: Number(port), token: hash.replace('#token=', '')})
  await untilShown(page, 125)
  expect(await page.textContent('#about')).toContain('125 events')
  expect(await page.textContent('#notes')).toBe('live')
  expect(await tableOf(page)).toEqual(entriesOf(hub))
})

test('a program that begins anew is another run on the same page', async () => {
  const first = busyHub()
  first.work(50)
  const page = await newPage({}, [/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)/])
  const server = await serve(first.hub)
  await page.goto(server.url)
  await untilShown(page, 50)
  const {port, hash} = new URL(server.url)
  await server.close()
  const clock = new VirtualClock(first.clock.now() + 3_600_000)
  const hub = new ConnHub(new FakeStack(), {clock})
  for (let i = 1; i <= 20; i++) hub.connect(addressOf(`peer-${i}`)).catch(() => {})
  await serve(hub, {port: Number(port), token: hash.replace('#token=', '')})
  await untilShown(page, 20)
  expect(await tableOf(page)).toEqual(entriesOf(hub))
  // What the first one had ended with it.
  expect(await page.textContent('#about')).toContain('70 events')
})

test('a page without the right token is shown nothing, and says what to do', async () => {
  const {hub, work} = busyHub()
  work(10)
  const server = await serve(hub)
  const unauthorized = [/status of 401/]
  const page = await newPage({}, unauthorized)
  await page.goto(server.url.replace(/#.*/, ''))
  await untilTold(page, 'open the whole address')
  expect(await tableOf(page)).toEqual([])
  await page.goto(`${server.url}x`)
  await untilTold(page, 'open the whole address')
  // The right one, in the same tab.
  await page.goto(server.url)
  await untilShown(page, 10)
})

test('another name of this machine is not answered: a page of somebody else could have it', async () => {
  const {hub, work} = busyHub()
  work(10)
  const {url} = await serve(hub)
  const page = await newPage({}, [/status of 403/])
  const answer = await page.goto(url.replace('127.0.0.1', 'localhost'))
  expect(answer?.status()).toBe(403)
  expect(await page.textContent('body')).not.toContain('peer-')
})

test('a replayed hub that goes back begins anew on the page', async () => {
  const hub = new ReplayHub(decode(fixture('2.1.0/demo.jsonl')).events)
  hub.stepTo(20)
  const {url} = await serve(hub)
  const page = await newPage()
  await page.goto(url)
  await untilShown(page, 20)
  hub.seek(5)
  hub.step()
  await untilShown(page, 6)
  expect(await tableOf(page)).toEqual(entriesOf(hub))
})
