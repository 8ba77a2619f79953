import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, onTestFinished} from 'vitest'
import {skipForLackOf} from '../machine/lack'
import {startChromium} from './start-chromium'

/** Starts a browser, with an empty profile, for the tests of a file, and returns how to open an empty page of localhost in it. */
export function useChromium(): () => Promise<Page> {
  let found: Browser | string = 'not looked for'
  // Secure contexts and WebSockets want a page with an origin.
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>a page</title>')
  })

  // A browser may have to be fetched.
  beforeAll(async () => {
    found = await startChromium()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }, 300_000)

  skipForLackOf(() => (typeof found === 'string' ? found : undefined))

  afterAll(async () => {
    if (typeof found !== 'string') await found.close()
    server.close()
  })

  return async () => {
    if (typeof found === 'string') throw new Error(found)
    const page = await found.newPage()
    onTestFinished(() => page.close())
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return page
  }
}
