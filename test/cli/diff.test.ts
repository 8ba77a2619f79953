import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Link} from '../../src/cli/links'
import {offsetOf, pairsOf} from '../../src/cli/offset'
import {encode} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {logOf} from '../kit/reading'
import {silenceStack, startPeer, withHub} from '../real/peers'
import {until} from '../real/until'
import {cli, fileOf} from './run'

test('two real peers that recorded each other: all is matched, and the clock that was set off is found', async () => {
  silenceStack()
  const ahead = 3_600_000
  const [a, b] = [await startPeer('secret-stack'), await startPeer('secret-stack')]
  const clock = {
    now: () => Date.now() + ahead,
    setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  }
  const [one, other] = [withHub(a), withHub(b, {clock})]
  for (const [from, to] of [
    [one, other],
    [other, one],
    [one, other],
  ] as const) {
    await from.hub.connect(to.address)
    await until(() => [...to.hub.entries()].some(([, {state}]) => state === 'connected'))
    await from.hub.disconnect(to.address)
    await until(() => [...to.hub.entries()].length === 0)
  }
  const file = (log: LogItem[], id: string) => fileOf(encode(log, {id}))
  const paths = [file(logOf(one.hub), a.id), file(logOf(other.hub), b.id)]
  const {code, stdout} = await cli(['diff', ...paths, '--json'])
  const {offset, both, onlyA, onlyB} = JSON.parse(stdout)
  expect([code, both.length, onlyA, onlyB]).toEqual([0, 3, [], []])
  expect(offset.isSteady).toBe(true)
  expect(offset.least).toBeLessThanOrEqual(ahead)
  expect(offset.most).toBeGreaterThanOrEqual(ahead)
})

test('whatever the delays, the bounds hold the offset, and connections that both saw are matched', () => {
  const connection = fc.record({
    gap: fc.integer({min: 5000, max: 400_000}),
    there: fc.integer({min: 1, max: 300}),
    back: fc.integer({min: 1, max: 300}),
    lasts: fc.integer({min: 1000, max: 4000}),
    isOurs: fc.boolean(),
    isClosedByUs: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(connection, {minLength: 4, maxLength: 20}),
      fc.integer({min: -1e8, max: 1e8}),
      (all, offset) => {
        const [a, b]: [Link[], Link[]] = [[], []]
        let now = 1e12
        for (const [i, {gap, there, back, lasts, isOurs, isClosedByUs}] of all.entries()) {
          now += gap
          const accepted = now + there
          const known = accepted + back
          const closed = known + lasts
          const dialler = {run: 0, link: i, inbound: false, dialled: now, from: known, how: ''}
          const other = {run: 0, link: i, inbound: true, dialled: undefined, from: accepted, how: ''}
          const closing = {closing: closed, to: closed}
          const noting = {closing: undefined, to: closed + back}
          const ours = {...(isOurs ? dialler : other), ...(isClosedByUs ? closing : noting)}
          const theirs = {...(isOurs ? other : dialler), ...(isClosedByUs ? noting : closing)}
          a.push(ours)
          const shifted = (time: number | undefined) => (time === undefined ? undefined : time + offset)
          b.push({
            ...theirs,
            dialled: shifted(theirs.dialled),
            from: theirs.from + offset,
            to: shifted(theirs.to),
            closing: shifted(theirs.closing),
          })
        }
        const pairs = a.map((one, i) => ({a: one, b: b[i] as Link}))
        const bounds = offsetOf(pairs)
        expect(bounds?.isSteady).toBe(true)
        expect(bounds?.least).toBeLessThanOrEqual(offset)
        expect(bounds?.most).toBeGreaterThanOrEqual(offset)
        expect(pairsOf(a, b).length).toBe(a.length)
      },
    ),
    {numRuns: 100},
  )
})

test('a clock that was set in between has no single offset, which is said', () => {
  const link = (from: number, dialled?: number): Link => {
    return {
      run: 0,
      link: from,
      inbound: dialled === undefined,
      dialled,
      from,
      to: undefined,
      closing: undefined,
      how: '',
    }
  }
  const pairs = [
    {a: link(1100, 1000), b: link(6050)},
    {a: link(9100, 9000), b: link(74_050)},
  ]
  expect(offsetOf(pairs)).toEqual({least: 4950, most: 65_050, isSteady: false})
})

test('a log’s path stands there whole, however much it looks like a key', async () => {
  const id = (letter: string) => `@${letter.repeat(43)}=.ed25519`
  const [a, b] = ['A', 'B'].map((letter) => fileOf(encode([], {id: id(letter)}), `${'path'.repeat(10)}-to`))
  const {stdout} = await cli(['diff', `${a}`, `${b}`])
  expect(stdout).toContain(`A  @AAAAAAAA…  ${a}`)
  expect(stdout).toContain(`B  @BBBBBBBB…  ${b}`)
})
