import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {encodeStart, LogDecoder} from '../../src/log/codec'
import {expectedHeader} from '../../src/log/header'
import {decode, encode, fold, LogFormatError} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {steps} from '../kit/random'
import {logOf} from '../kit/reading'
import {setup} from '../kit/setup'
import {anyItem} from './arbitrary'
import {bob, header, samples} from './items'
import {record} from './reading'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Text that is hard on whoever writes it down. */
const hard = [
  '😀 ünïcödé 漢字',
  'a line\nand another\r\nand a tab\t',
  '\u2028 and \u2029',
  'half of a pair: \ud83d, and the other: \ude00',
  '"quoted", back\\slashed, \\n, \\u0000',
  '\0\u0001\u001f\u007f\ufeff\ufffd',
  '{"format":"ssb-conn-hub log","version":2}',
  '{"plugin":"',
  '',
]
const hardData = {list: hard, fields: Object.fromEntries(hard.map((text) => [text, text]))}
const hardItems: LogItem[] = [
  {...samples.connecting, seq: 1, data: hardData},
  {...samples.updated, seq: 2, data: {n: [0, -1.5, 1e300, 1e-7, null, true, false, {}, []]}},
]

describe('encode() and decode()', () => {
  test('give back every kind of item, as it was', () => {
    const items = Object.values(samples)
    expect(decode(encode(items))).toEqual({events: items, torn: undefined, id: undefined})
  })

  test('give back anything that an item can be', () => {
    fc.assert(
      fc.property(fc.array(anyItem, {maxLength: 8}), (items) => {
        const text = encode(items)
        expect(decode(text)).toEqual({events: items, torn: undefined, id: undefined})
        expect(decode(bytesOf(text))).toEqual({events: items, torn: undefined, id: undefined})
        expect(encode(decode(text).events)).toBe(text)
      }),
      {numRuns: 300},
    )
  })

  test('give back the log of a random run', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const {events} = await record(all)
        expect(decode(encode(events))).toEqual({events, torn: undefined, id: undefined})
      }),
      {numRuns: 50},
    )
  })

  test('give back text that is hard to write down, from text and from bytes', () => {
    const text = encode(hardItems)
    expect(text.split('\n').length).toBe(hardItems.length + 2)
    for (const input of [text, bytesOf(text), Buffer.from(text)]) {
      expect(decode(input)).toEqual({events: hardItems, torn: undefined, id: undefined})
    }
  })

  test('give back what a hub took in', () => {
    const {hub} = setup()
    hub.connect(bob, {...hardData, date: new Date(0), nan: Number.NaN, none: undefined}).catch(() => {})
    const {events} = decode(bytesOf(encode(logOf(hub))))
    expect(events).toEqual(logOf(hub))
    expect(fold(events)).toEqual(hub.snapshot())
  })

  test('give back nothing of nothing', () => {
    expect(encode([])).toBe(header)
    expect(decode(header)).toEqual({events: [], torn: undefined, id: undefined})
  })
})

describe('encode()', () => {
  test('writes a line for the format, and one for each item', () => {
    const {reset, closed} = samples
    expect(encode([reset, closed])).toBe(`${header}${JSON.stringify(reset)}\n${JSON.stringify(closed)}\n`)
  })

  test('writes the same bytes for the same events, frozen or not, from any iterable', () => {
    const items = Object.values(samples)
    const text = encode(items)
    expect(encode(new Set(items))).toBe(text)
    expect(encode(decode(text).events)).toBe(text)
    expect(encode(items.map((item) => Object.freeze({...item})))).toBe(text)
  })

  test('writes no field that is undefined', () => {
    expect(encode([{...samples.updated, key: undefined, data: undefined}])).not.toContain('key')
  })

  test('marks the seeds that an item was given with', () => {
    const seed = Buffer.alloc(32, 's').toString('base64')
    const secret = `net:h:1~shs:${Buffer.alloc(32, 'k').toString('base64')}:${seed}`
    const text = encode([{...samples.updated, address: secret, data: {[secret]: [secret]}}])
    expect(text).not.toContain(seed.slice(0, 8))
    expect(encode(decode(text).events)).toBe(text)
  })
})

describe('decode() of a log that was torn', () => {
  const seed = Buffer.alloc(32, 's').toString('base64')
  const text = encode([
    ...hardItems,
    {...samples.disconnecting, address: `${bob}:${seed}`},
    samples.checkpoint,
  ])
  const items = decode(text).events
  const bytes = bytesOf(text)

  /** What is to come of the first part of the text. */
  function expectTorn(decoded: () => ReturnType<typeof decode>, part: string): void {
    const whole = part.split('\n').length - 1
    if (whole === 0) {
      const found = part || 'nothing'
      expect(decoded).toThrow(LogFormatError)
      expect(decoded).toThrow(`line 1: found ${found}, expected ${expectedHeader}`)
      return
    }
    const torn = part.slice(part.lastIndexOf('\n') + 1)
    expect(decoded()).toEqual({events: items.slice(0, whole - 1), torn: torn === '' ? undefined : torn})
  }

  test('gives the whole lines, and what follows the last newline, wherever the text was cut', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const part = text.slice(0, cut)
      expectTorn(() => decode(part), part)
    }
  })

  test('gives the whole lines, and what follows the last newline, wherever the bytes were cut', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const part = bytes.slice(0, cut)
      expectTorn(() => decode(part), Buffer.from(part).toString())
    }
  })

  test('does not ask whether what was torn is JSON', () => {
    for (const torn of ['{"seq":1}', JSON.stringify(samples.reset), 'garbage', ' ', '\0\0\0']) {
      expect(decode(text + torn)).toEqual({events: items, torn})
    }
  })

  test('shows no seed in what was torn', () => {
    const torn = JSON.stringify({address: `${bob}:${seed}`})
    for (let cut = 1; cut <= torn.length; cut++) {
      expect(decode(text + torn.slice(0, cut)).torn).not.toContain(seed.slice(0, 4))
    }
  })
})

test('an error shows a line of 200 characters whole, and of a longer one the beginning', () => {
  const shown = (length: number) => new LogFormatError(1, 'x'.repeat(length), 'y').found
  expect(shown(200)).toBe('x'.repeat(200))
  expect(shown(201)).toBe(`${'x'.repeat(200)}…`)
})

test('a line that is no JSON is told from one of another form', () => {
  const expected = (line: string) => {
    const decoder = new LogDecoder()
    decoder.push(`${encode([])}${line}\n`)
    return decoder.error?.expected
  }
  expect(expected('{')).toBe('a line of JSON, no deeper than 250 levels')
  expect(expected('[]')).toBe('an object')
})

test('the beginning of a log and its first item, written together, are the log of that item', () => {
  for (const first of Object.values(samples)) expect(encodeStart(first)).toBe(encode([first]))
})
