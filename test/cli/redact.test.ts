import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {Pseudonyms} from '../../src/cli/pseudonyms'
import {decode, snapshots} from '../../src/replay'
import {keyOf} from '../../src/values/address'
import {temporaryFolder} from '../kit/folder'
import {cli} from './run'

const fixtures = join(__dirname, '../fixtures')
const logs = readdirSync(fixtures, {recursive: true, encoding: 'utf8'}).filter((name) =>
  name.endsWith('.jsonl'),
)

test.each(logs)('%s folds as before, and tells nobody’s key, address or metadata', async (name) => {
  const path = join(fixtures, name)
  const output = join(temporaryFolder(), 'out.jsonl')
  expect(await cli(['redact', path, '-o', output])).toEqual({code: 0, stdout: '', stderr: ''})
  const redacted = readFileSync(output, 'utf8')
  const {events, torn} = decode(redacted)
  expect(torn).toBeUndefined()
  const original = decode(readFileSync(path)).events
  const own = events.slice(-original.length)
  const shape = (items: typeof own) =>
    [...snapshots(items)].map(({seq, time, entries}) => [
      seq,
      time,
      entries.map(([, {state, inbound}]) => [state, inbound]),
    ])
  expect(shape(own)).toEqual(shape(original))
  const secrets = JSON.stringify(original).match(/[A-Za-z0-9+/]{43}=|127\.0\.0\.1|Zoë|佐伊|the bee/g) ?? []
  for (const secret of new Set(secrets)) expect(redacted.includes(secret), secret).toBe(false)
  for (const item of own) {
    if ('address' in item && item.key !== undefined) expect(keyOf(item.address) ?? item.key).toBe(item.key)
  }
})

test('the same has the same pseudonym by the same salt, and another by another', () => {
  const [one, same, other] = ['a', 'a', 'b'].map((salt) => new Pseudonyms(salt))
  const address = `net:203.0.113.5:8008~shs:${'k'.repeat(43)}=`
  expect(one?.address(address)).toBe(same?.address(address))
  expect(one?.address(address)).not.toBe(other?.address(address))
  const ports = Array.from({length: 3000}, (_, i) => one?.address(`net:203.0.113.5:${40_000 + i}`))
  expect(new Set(ports).size).toBe(3000)
  expect(
    one?.address(`tunnel:@${'r'.repeat(43)}=.ed25519:@${'k'.repeat(43)}=.ed25519~shs:${'k'.repeat(43)}=`),
  ).toMatch(/^tunnel:@.{43}=\.ed25519:@.{43}=\.ed25519~shs:.{43}=$/)
})
