import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {delimiter, join} from 'node:path'
import {type Browser, chromium, type LaunchOptions} from 'playwright-core'
import {fetchChromium} from './fetch-chromium'

const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** What playwright-core finds by itself: browsers where their installers put them, and its own. */
const channels = ['chrome', 'msedge', 'chromium']

const names = [
  ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
  ...['microsoft-edge-stable', 'microsoft-edge', 'brave-browser'],
]

const folders = () => [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/bin', '/usr/local/bin', '/usr/lib/chromium', '/usr/lib64/chromium-browser', '/snap/bin'],
  '/var/lib/flatpak/exports/bin',
]

const applications = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Brave Browser']

/**
 * The first browser that starts: CHROMIUM, what playwright-core knows, the usual places of Linux and macOS, and
 * in the end one that is fetched. Where there is none, returns why, and what to do.
 */
export async function startChromium(): Promise<Browser | string> {
  const {CHROMIUM} = process.env
  // Whoever names a browser means this one.
  if (CHROMIUM) return chromium.launch({args, executablePath: CHROMIUM})
  const faults: string[] = []
  for await (const options of candidates(faults)) {
    try {
      return await chromium.launch({args, ...options})
    } catch (error) {
      if (options.executablePath)
        faults.push(`${options.executablePath} does not start (${firstLine(error)})`)
    }
  }
  const tried = faults.length > 0 ? `: ${faults.join(', ')}` : ''
  return `there is no Chromium${tried}.\nInstall Chromium or Chrome, or set CHROMIUM to the path of yours.`
}

/** Where a browser may be; what it takes to run it. Adds to `faults` why none could be fetched. */
async function* candidates(faults: string[]): AsyncGenerator<LaunchOptions> {
  yield* channels.map((channel) => ({channel}))
  yield* installed().map((executablePath) => ({executablePath}))
  try {
    yield await fetchChromium()
  } catch (error) {
    faults.push(`none could be fetched (${firstLine(error)})`)
  }
}

function installed(): string[] {
  const places = folders().flatMap((folder) => names.map((name) => join(folder, name)))
  for (const root of ['/', homedir()]) {
    places.push(...applications.map((name) => join(root, `Applications/${name}.app/Contents/MacOS/${name}`)))
  }
  return [...new Set(places)].filter((path) => existsSync(path))
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
}
