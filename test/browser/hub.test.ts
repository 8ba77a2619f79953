import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import type {Snapshot} from '../../src/types'
import {uncaught} from '../kit/setup'
import {bundle} from './bundle'
import {useChromium} from './chromium'
import * as here from './page/index'

const open = useChromium()
let script = ''

beforeAll(async () => {
  script = await bundle('index.ts')
})

/** A page that has the bundle, and what was uncaught in it. */
async function load() {
  const page = await open()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.addScriptTag({content: script})
  const run = (code: string) => page.evaluate(code)
  await run(`globalThis.uncaught = []
    addEventListener('error', ({error}) => uncaught.push(error.message))
    addEventListener('unhandledrejection', ({reason}) => uncaught.push(reason))`)
  return {run, errors}
}

test('a page has nothing of Node’s', async () => {
  const {run} = await load()
  const globals = '[typeof process, typeof Buffer, typeof global, typeof require, typeof setImmediate]'
  expect(await run(globals)).toEqual(Array(5).fill('undefined'))
})

describe('a hub in a page', () => {
  test('lives the life that it lives in Node', async () => {
    const {run, errors} = await load()
    const there = (await run('page.life()')) as Awaited<ReturnType<typeof here.life>>
    expect(there).toEqual(JSON.parse(JSON.stringify(await here.life())))
    expect(there.answers).toEqual([
      ...[expect.stringMatching(/^@a+A=\.ed25519$/), true, 'connected', 'connection refused'],
      ...[expect.stringMatching(/^@d+A=\.ed25519$/), 'ERR_INVALID_ADDRESS', true],
      ...['ERR_CLOSE_TIMEOUT', 'ERR_CLOSED'],
    ])
    expect(there).toMatchObject({ends: 2, listenerCount: 0, isIterable: true})
    expect(await run('uncaught')).toEqual([])
    expect(errors).toEqual([])
  })

  test('gives up a link that does not close, by the timers of the page', async () => {
    const {run} = await load()
    expect(await run('page.timeout()')).toEqual({code: 'ERR_CLOSE_TIMEOUT', hasTime: true})
  })

  test('throws what a reader threw as an error event of the window, and not at the caller', async () => {
    const {run, errors} = await load()
    const there = await run('page.throwingReader()')
    expect(there).toEqual({told: ['connecting', 'connected'], connected: true})
    expect(await run('uncaught')).toEqual(['thrown at connecting'])
    expect(errors).toEqual(['thrown at connecting'])
    await uncaught(async () => expect(await here.throwingReader()).toEqual(there))
  })

  test('is tested in a page as in Node', async () => {
    const {run} = await load()
    const there = await run('page.scene()')
    expect(there).toEqual(await here.scene())
    expect(there).toMatchObject({name: 'ExpectationError'})
  })

  test('prints with debug where localStorage asks for it', async () => {
    const page = await open()
    const printed: string[] = []
    page.on('console', (message) => printed.push(message.text()))
    await page.evaluate(`localStorage.setItem('debug', 'ssb:conn-hub')`)
    await page.addScriptTag({content: script})
    await page.evaluate('page.life()')
    expect(printed.join('\n')).toMatch(/connecting to .*ws:\/\/alice\.example\.com:8989~shs:/)
    expect(printed.join('\n')).toMatch(/connected to .*ws:\/\/dave.*:seed-[0-9a-f]{16}/)
    expect(printed.join('\n')).not.toContain('s'.repeat(43))
  })
})

describe('a log that Node recorded', () => {
  const folder = join(__dirname, '../fixtures/2.0.0')
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  const bytesOf = (name: string) => readFileSync(join(folder, name))
  // Its first line names the version of the format, and what is written is of the latest.
  const withoutHeader = (text: string) => text.slice(text.indexOf('\n'))

  test('replays in a page to the tables that it replays to in Node', async () => {
    const {run} = await load()
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) {
      const text = bytesOf(name).toString()
      const there = (await run(`page.replay(${JSON.stringify(text)})`)) as ReturnType<typeof here.replay>
      expect(there, name).toEqual(here.replay(text))
      expect(withoutHeader(there.text), name).toBe(withoutHeader(text))
      expect(there.folded, name).toEqual(there.tables.at(-1))
    }
  })

  test('replays in a page to the tables that the hub had when it was recorded', async () => {
    const {run} = await load()
    const text = bytesOf('demo.jsonl').toString()
    const expected: Snapshot[] = JSON.parse(readFileSync(join(folder, 'demo.expected.json'), 'utf8'))
    const {tables} = (await run(`page.replay(${JSON.stringify(text)})`)) as ReturnType<typeof here.replay>
    for (const table of expected) expect(tables).toContainEqual(table)
  })

  test('is read in a page from bytes, whole or in pieces', async () => {
    const {run} = await load()
    // Not every character is one byte.
    const name = names.find((name) => bytesOf(name).length > bytesOf(name).toString().length) ?? ''
    const bytes = `Uint8Array.from(atob('${bytesOf(name).toString('base64')}'), (char) => char.charCodeAt(0))`
    const expected = here.replay(bytesOf(name))
    expect(await run(`page.replay(${bytes})`)).toEqual(expected)
    expect(await run(`page.replayPieces(${bytes})`)).toBe(expected.text)
  })
})
