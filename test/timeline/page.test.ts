import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {decode, snapshots} from '../../src/replay'
import {drawn, htmlOf, shown, shownEntry, tableOf, useBrowser} from './pages'

const {open} = useBrowser()

const folder = join(__dirname, '../fixtures/2.0.0')
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8')

test('shows the peers of a log, and the table at the cursor beside them', async () => {
  const text = textOf('demo.jsonl')
  const tables = [...snapshots(decode(text).events)].map(({entries}) => entries.map(shownEntry))
  const page = await open(await htmlOf([shown(text, 'demo.jsonl')]))
  expect(await page.textContent('#about')).toContain('demo.jsonl')
  expect(await tableOf(page)).toEqual(tables.at(-1))
  await page.keyboard.press('Home')
  await drawn(page)
  expect(await tableOf(page)).toEqual(tables[0])
})
