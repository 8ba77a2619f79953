import {existsSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {type Browser, chromium, type Page} from 'playwright-core'
import {afterAll, beforeAll, onTestFinished} from 'vitest'

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'

const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** Starts a browser, with an empty profile, for the tests of a file, and returns how to open an empty page of localhost in it. */
export function useChromium(): () => Promise<Page> {
  let browser: Browser
  // Secure contexts and WebSockets want a page with an origin.
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>a page</title>')
  })

  beforeAll(async () => {
    if (!existsSync(executablePath)) throw new Error(missing)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({executablePath, args})
  }, 30_000)

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  return async () => {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return page
  }
}

const missing = `There is no Chromium at ${executablePath}.
Install it (apt-get install -y --no-install-recommends chromium), or set CHROMIUM to the path of yours.`
