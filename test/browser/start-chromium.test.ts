import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test, vi} from 'vitest'
import {startChromium} from './start-chromium'

const {launch} = vi.hoisted(() => ({launch: vi.fn()}))
vi.mock('playwright-core', () => ({chromium: {launch}}))

const {fetchChromium} = vi.hoisted(() => ({fetchChromium: vi.fn()}))
vi.mock('./fetch-chromium', () => ({fetchChromium}))

/** A machine on which only some browsers start; `path` is a program of its PATH. Tells what was tried. */
function machine(starts: (tried: string) => boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-'))
  const path = join(folder, 'chromium')
  writeFileSync(path, '')
  chmodSync(path, 0o700)
  const tried: string[] = []
  launch.mockImplementation(async ({channel, executablePath}) => {
    tried.push(channel ?? executablePath)
    if (starts(channel ?? executablePath)) return 'a browser'
    throw new Error('no display\nCall log:')
  })
  fetchChromium.mockResolvedValue({executablePath: 'the fetched one'})
  vi.stubEnv('PATH', folder)
  vi.stubEnv('CHROMIUM', '')
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.resetAllMocks()
    rmSync(folder, {recursive: true})
  })
  return {path, tried}
}

test('a browser that is named is the one, and an error where it does not start', async () => {
  const {tried} = machine((name) => name === '/opt/mine')
  vi.stubEnv('CHROMIUM', '/opt/mine')
  expect(await startChromium()).toBe('a browser')
  vi.stubEnv('CHROMIUM', '/opt/other')
  await expect(startChromium()).rejects.toThrow('no display')
  expect(tried).toEqual(['/opt/mine', '/opt/other'])
})

test('the first that starts is taken: known to Playwright, then in the usual places, then fetched', async () => {
  const {path, tried} = machine((name) => name === 'the fetched one')
  expect(await startChromium()).toBe('a browser')
  expect(tried.slice(0, 4)).toEqual(['chrome', 'msedge', 'chromium', path])
  expect(tried.at(-1)).toBe('the fetched one')
})

test('nothing is fetched where one starts', async () => {
  const {path, tried} = machine((name) => name.endsWith('/chromium'))
  expect(await startChromium()).toBe('a browser')
  expect(tried.at(-1)).toBe(path)
  expect(fetchChromium).not.toHaveBeenCalled()
})

test('where none starts, it is said which was tried, and what to do', async () => {
  const {path} = machine(() => false)
  fetchChromium.mockRejectedValue(new Error('the npm registry cannot be reached (EAI_AGAIN)'))
  const reason = await startChromium()
  expect(reason).toContain(`there is no Chromium: ${path} does not start (no display)`)
  expect(reason).toContain('none could be fetched (the npm registry cannot be reached (EAI_AGAIN))')
  expect(reason).toContain('set CHROMIUM to the path of yours')
})
