import {describe, expect, test} from 'vitest'
import {duration, moment, momentOf} from '../../src/cli/times'

const now = Date.UTC(2026, 10, 25, 4)

describe('a time', () => {
  test.each([
    ['-10m', now - 600_000],
    [' -1.5h', now - 5_400_000],
    ['-2d', now - 172_800_000],
    ['-1w', now - 604_800_000],
    ['-30s', now - 30_000],
    ['2026-11-25', Date.UTC(2026, 10, 25)],
    ['2026-11-25 03:00', Date.UTC(2026, 10, 25, 3)],
    ['2026-11-25T03:00:01.250Z', Date.UTC(2026, 10, 25, 3, 0, 1, 250)],
    ['2026-11-25T03:00+02:00', Date.UTC(2026, 10, 25, 1)],
    ['1795574449841', 1_795_574_449_841],
  ])('%j is understood', (text, time) => {
    expect(momentOf(text, now)).toBe(time)
  })

  test.each([
    '',
    'noon',
    '-10',
    '-10x',
    '2026',
    '2026-13-01',
    '2026-11-25T25:00',
    '25.11.2026',
  ])('%j is none', (text) => {
    expect(() => momentOf(text, now)).toThrow('is no time')
  })

  test('is printed so that it is understood', () => {
    expect(moment(now + 1)).toBe('2026-11-25 04:00:00.001')
    expect(momentOf(moment(now + 1), 0)).toBe(now + 1)
    expect([moment(undefined), moment(1e300)]).toEqual(['-', '1e+300'])
  })
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1234, '1.2 s'],
  [9980, '10 s'],
  [60_000, '60 s'],
  [119_400, '119 s'],
  [330_000, '5 min 30 s'],
  [3_599_600, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_399_999, '1 d'],
  [273_600_000, '3 d 4 h'],
  [-1500, '-1.5 s'],
])('%d ms are “%s”', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
