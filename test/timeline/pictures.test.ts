import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test, vi} from 'vitest'
import {simulated} from './logs'
import {htmlOf, press, shown, useBrowser} from './pages'
import {smallPng} from './small-png'

// The pictures of the page in the docs. `npm run pictures` makes them anew.

const {open} = useBrowser()

vi.setConfig({testTimeout: 60_000})

const isAsked = process.env.PICTURES === 'write'
const example = (name: string) => readFileSync(join(__dirname, '../../examples/logs', name), 'utf8')

const views = {
  timeline: {
    logs: async () => [{name: 'conn.jsonl', items: await simulated({peers: 16, hours: 1, seed: 7})}],
    keys: ['n', 'n', 'p', 'ArrowDown'],
  },
  'dead-pubs': {
    logs: async () => [shown(example('dead-pubs.jsonl'), 'dead-pubs.jsonl')],
    keys: ['n', '+', '+'],
  },
  'two-logs': {
    logs: async () =>
      ['phone', 'pub'].map((name) =>
        shown(example(name === 'pub' ? 'nothing-new-pub.jsonl' : 'nothing-new.jsonl'), name),
      ),
    keys: ['+', '+'],
  },
}

const pictures = Object.entries(views).flatMap(([name, view]) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...view,
    colorScheme,
    file: `${name}-${colorScheme}.png`,
  })),
)

test.each(pictures)('the picture $file is there, small enough to be looked at', async ({
  logs,
  keys,
  colorScheme,
  file,
}) => {
  const path = join(__dirname, '../../docs', file)
  if (isAsked) {
    const page = await open(await htmlOf(await logs()), '', {
      colorScheme,
      viewport: {width: 960, height: 440},
    })
    await press(page, ...keys)
    writeFileSync(path, smallPng(await page.screenshot({caret: 'hide'})))
  }
  expect(existsSync(path)).toBe(true)
  const png = readFileSync(path)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 440])
  expect(png.length).toBeLessThan(60_000)
})
