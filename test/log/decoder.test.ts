import fc from 'fast-check'
import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {LogDecoder, maxLine} from '../../src/log/codec'
import {expectedHeader, isStartOfLog} from '../../src/log/header'
import {decode, decoder, encode, LogFormatError} from '../../src/replay'
import type {LogItem, Source} from '../../src/types'
import {anyItem} from './arbitrary'
import {header, samples} from './items'
import {pushed, Reading, values} from './reading'

const items = Object.values(samples)
const text = encode(items)

/** All that decoder() makes of these pieces. */
function through(pieces: readonly (string | Uint8Array)[]) {
  const torn: string[] = []
  const {items, end} = new Reading(decoder((each) => torn.push(each))(values(pieces)))
  return {items, end, torn}
}

/** Cuts into pieces at these places. */
function cut<T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] {
  const sorted = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return sorted.slice(1).map((place, i) => whole.slice(sorted[i], place) as T)
}

describe('decoder()', () => {
  const pieces = fc.array(fc.nat(), {maxLength: 20})

  test('gives what decode() gives, however text or bytes are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(anyItem, {maxLength: 5}), pieces, fc.nat(), (all, places, tear) => {
        const whole = encode(all)
        const bytes = new TextEncoder().encode(whole)
        const torn = bytes.slice(0, header.length + (tear % (bytes.length - header.length + 1)))
        for (const input of [whole, bytes, torn]) {
          const expected = decode(input)
          const got = through(cut(input, places))
          expect(got).toEqual({
            items: expected.events,
            end: true,
            torn: expected.torn === undefined ? [] : [expected.torn],
          })
        }
      }),
      {numRuns: 200},
    )
  })

  test('gives what decode() gives, a byte at a time', () => {
    const bytes = new TextEncoder().encode(encode([{...samples.updated, data: {note: '😀 \u2028 ü'}}]))
    expect(through([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual({
      items: decode(bytes).events,
      end: true,
      torn: [],
    })
  })

  test('gives the events before a line that cannot be read, and then its error, however it is cut', () => {
    const bad = `${encode(items.slice(0, 3))}{"type":"moved"}\n${JSON.stringify(samples.reset)}\n`
    fc.assert(
      fc.property(pieces, (places) => {
        const {items: got, end, torn} = through(cut(bad, places))
        expect(got).toEqual(items.slice(0, 3))
        expect(end).toBeInstanceOf(LogFormatError)
        expect(end).toMatchObject({line: 5, found: '{"type":"moved"}'})
        expect(() => decode(bad)).toThrow((end as Error).message)
        expect(torn).toEqual([])
      }),
    )
  })

  test.each([
    '',
    header.trim(),
    'garbage',
    '\n',
  ])('ends with an error where the first line is %j', (first) => {
    const {items: got, end, torn} = through([first])
    expect([got, torn]).toEqual([[], []])
    expect(end).toBeInstanceOf(LogFormatError)
    expect(end).toMatchObject({line: 1, expected: expectedHeader})
  })

  test('of a source that gives nothing at all ends with an error', () => {
    expect(through([]).end).toBeInstanceOf(LogFormatError)
  })

  test('gives events as their lines come, and aborts its source at a line that cannot be read', () => {
    const {source, push, aborts, asks} = pushed<string>()
    const reading = new Reading(decoder()(source))
    push(header + text.slice(header.length, header.length + 10))
    expect(reading.items).toEqual([])
    push(text.slice(header.length + 10))
    expect(reading.items).toEqual(items)
    const before = asks()
    push(`${JSON.stringify(samples.reset)}\ngarbage\n`)
    expect(reading.items.at(-1)).toEqual(samples.reset)
    expect(reading.end).toBeInstanceOf(LogFormatError)
    expect(aborts).toEqual([reading.end])
    expect(asks()).toBe(before)
  })

  test('passes an error of its source on, and reports nothing torn', () => {
    const torn: string[] = []
    const {source, push, end} = pushed<string>()
    const reading = new Reading(decoder((each) => torn.push(each))(source))
    push(`${text}{"seq"`)
    const error = new Error('the disk is gone')
    end(error)
    expect(reading).toMatchObject({items, end: error})
    expect(torn).toEqual([])
  })

  test('passes an abort on before its first piece, while it waits, and between events', () => {
    for (const [asks, before] of [
      [0, []],
      [1, []],
      [1, [text]],
      [3, [text]],
    ] as const) {
      const torn: string[] = []
      const {source, push, aborts} = pushed<string>()
      const read = decoder((each) => torn.push(each))(source)
      const ends: unknown[] = []
      for (let i = 0; i < asks; i++) {
        read(null, (end) => end && ends.push(end))
        if (i === 0) for (const piece of before) push(piece)
      }
      read(true, (end) => ends.push(end))
      expect(aborts).toEqual([true])
      expect(ends).toEqual(before.length === 0 && asks > 0 ? [true, true] : [true])
      expect(torn).toEqual([])
    }
  })

  test('ends with the error that the callback for what is torn throws', () => {
    const error = new Error('nobody wants it')
    const reading = new Reading(
      decoder(() => {
        throw error
      })(values([`${text}torn`])),
    )
    expect(reading).toMatchObject({items, end: error})
  })

  test('takes a long line in very many pieces, at once or not, in no time', async () => {
    const long = encode([{...samples.updated, data: {note: 'x'.repeat(2e6)}}])
    const all = cut(
      long,
      Array.from({length: 200_000}, (_, i) => i * 10),
    )
    const started = performance.now()
    expect(through(all).items).toEqual(decode(long).events)
    let given = 0
    const later: Source<string> = (abort, callback) => {
      const piece = all[given++]
      if (abort || piece === undefined) return callback(true)
      if (given % 1000 === 0) setImmediate(() => callback(null, piece))
      else callback(null, piece)
    }
    const got = await new Promise<LogItem[]>((resolve) => {
      pull(
        decoder()(later),
        pull.collect((_end, items) => resolve(items)),
      )
    })
    expect(got).toEqual(decode(long).events)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('serves one stream after the other', () => {
    const decode = decoder()
    for (let i = 0; i < 2; i++) expect(new Reading(decode(values([text]))).items).toEqual(items)
  })
})

describe('a line without an end', () => {
  const piece = 'x'.repeat(2 ** 20)

  test('is an error once it is longer than a line can be, and nothing of it is kept', () => {
    const decoder = new LogDecoder()
    decoder.push(encode(items.slice(0, 1)))
    let pieces = 0
    for (; !decoder.error; pieces++) expect(decoder.push(piece)).toEqual([])
    expect(pieces).toBe(maxLine / piece.length + 1)
    expect(decoder.error).toMatchObject({
      code: 'ERR_LOG_FORMAT',
      line: 3,
      found: `${'x'.repeat(200)}…`,
      expected: 'a line of at most 134217728 characters',
    })
    expect(decoder.push(`${JSON.stringify(samples.reset)}\n`)).toEqual([])
    expect(() => decoder.end()).toThrow(decoder.error)
  })

  test('is no log after a few thousand characters, where it is the first', () => {
    const decoder = new LogDecoder()
    expect(decoder.push(' '.repeat(4097))).toEqual([])
    expect(decoder.error).toMatchObject({line: 1, expected: expectedHeader})
  })

  test.each([
    [0, 1],
    [1, 0],
  ])('that comes whole is measured by the same length: %i characters more are %i event', (more, events) => {
    const decoder = new LogDecoder()
    decoder.push(header)
    const line = JSON.stringify(samples.updated)
    expect(decoder.push(`${line.padEnd(maxLine + more)}\n`).length).toBe(events)
    expect(decoder.error?.expected).toBe(events ? undefined : 'a line of at most 134217728 characters')
  })
})

test('the start of a log is told from other text, however short it is', () => {
  for (let length = 1; length <= header.length; length++)
    expect(isStartOfLog(header.slice(0, length))).toBe(true)
  expect(isStartOfLog(text)).toBe(true)
  expect(isStartOfLog(header.replace('2', '99'))).toBe(true)
  for (const other of ['', ' ', '{}', 'Dear diary', '{"format":"ssb-conn-hub logs"}', ` ${header}`])
    expect(isStartOfLog(other), other).toBe(false)
})
