import {describe, expect, test} from 'vitest'
import {decode, fold, LogFormatError, snapshots} from '../../src/replay'
import {bob, header, partsOf, samples, textOf} from './items'

const seed = Buffer.alloc(32, 's').toString('base64')
const secret = `${bob}:${seed}`

function refusal(work: () => unknown): LogFormatError {
  try {
    work()
  } catch (error) {
    if (error instanceof LogFormatError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('the error of a line that cannot be read', () => {
  const lines: [string, string][] = [
    ['that is no JSON', `"${secret}`],
    ['of an unknown type', JSON.stringify({type: secret})],
    ['with an unknown field', JSON.stringify({...samples.reset, [secret]: 1})],
    [
      'with an unknown field of an error',
      JSON.stringify({...samples['connecting-failed'], error: {[secret]: 1}}),
    ],
    ['with a wrong field', JSON.stringify({...samples.updated, address: [secret]})],
    [
      'with two entries of one address',
      JSON.stringify({...samples.checkpoint, entries: [[secret], [secret]]}),
    ],
  ]

  test.each(lines)('%s shows no seed', (_name, line) => {
    // Wherever the line is cut, to be short.
    const shifted = Array.from({length: 200}, (_, i) => `${header}${' '.repeat(i)}${line}\n`)
    for (const text of [`${line}\n`, line, ...shifted]) {
      const error = refusal(() => decode(text))
      for (const part of [error.message, error.found, error.expected, error.stack, JSON.stringify(error)]) {
        expect(part).not.toContain(seed.slice(0, 8))
      }
    }
  })

  test.each([
    ['that is no JSON', 'x'.repeat(1e6)],
    ['of an unknown type', JSON.stringify({type: 'x'.repeat(1e6)})],
    ['with an unknown field', JSON.stringify({...samples.reset, ['x'.repeat(1e6)]: 1})],
    [
      'with a million unknown fields',
      JSON.stringify({
        ...samples.reset,
        ...Object.fromEntries(
          Array(1e5)
            .fill(0)
            .map((_, i) => [`x${i}`, i]),
        ),
      }),
    ],
    ['with a wrong field', JSON.stringify({...samples.updated, seq: 'x'.repeat(1e6)})],
    ['of many seeds', `${secret} `.repeat(1e4)],
    ['of emoji', '😀'.repeat(3e5)],
  ])('%s is short, however long the line', (_name, line) => {
    for (const text of [`${line}\n`, `${header}${line}\n`, line]) {
      const error = refusal(() => decode(text))
      expect(error.message.length).toBeLessThan(1000)
      expect(error.found.length).toBeLessThan(500)
    }
  })
})

describe('a log from somebody who means harm', () => {
  const deep = (open: string, close: string, levels = 100_000) =>
    open.repeat(levels) + 1 + close.repeat(levels)
  const lines = [deep('[', ']'), deep('{"a":', '}'), deep('[{"a":', '}]')]

  test.each(
    lines.map((line) => [line.slice(0, 6), line]),
  )('that is nested too deep, as in %s…, is refused as any other', (_name, line) => {
    const event = JSON.stringify(samples.updated)
    const checkpoint = JSON.stringify(samples.checkpoint)
    for (const text of [
      `${line}\n`,
      `{"format":"ssb-conn-hub log","version":${line}}\n`,
      `{"format":"ssb-conn-hub log","version":2,"id":${line}}\n`,
      `${header}${line}\n`,
      `${header}${event.replace(/"data":.*/, `"data":{"a":${line}}}`)}\n`,
      `${header}${event.replace(/"data":.*/, `"data":{"a":${line},"__proto__":${line}}}`)}\n`,
      `${header}${checkpoint.replace('"hubBirth"', `"deep":${line},"hubBirth"`)}\n`,
      `${header}${event.replace('"time"', `"deep":${line},"time"`)}\n`,
    ]) {
      const error = refusal(() => decode(text))
      expect(error.line).toBe(text.startsWith(header) ? 2 : 1)
      expect(error.message.length).toBeLessThan(600)
    }
  })

  test('may be nested as deep as a hub takes metadata in', () => {
    const data = {a: JSON.parse(deep('[', ']', 198))}
    const {hubBirth, hubUpdated} = {hubBirth: 1, hubUpdated: 1}
    const entry = [bob, {state: 'connected', hubBirth, hubUpdated, ...data}]
    const items = [
      {...samples.updated, data},
      {...samples.checkpoint, entries: [entry]},
    ]
    expect(decode(textOf(...items)).events).toEqual(items)
  })

  test('of a line of megabytes is read, or refused', () => {
    const long = {...samples.updated, data: {note: 'x'.repeat(4e6), list: Array(1e5).fill({a: 1})}}
    expect(decode(textOf(long)).events).toEqual([long])
    expect(refusal(() => decode(`${header}${'['.repeat(4e6)}\n`)).line).toBe(2)
  })

  test('sets no prototype, by whatever spelling of its name', () => {
    const spellings = ['__proto__', '\\u005f_proto__', '__prot\\u006f__', '__pr\\u006Fto__']
    for (const name of spellings) {
      const pollution = `"${name}":{"polluted":true}`
      const {time} = samples.reset
      const text = `${header}${[
        `{"seq":1,"time":${time},"type":"connecting","address":"${bob}","cause":"caller","attempt":1,"data":{"a":{${pollution}},${pollution}}}`,
        `{"seq":2,"time":${time},"type":"updated","address":"${bob}","cause":"caller","data":{"b":[{${pollution}}],${pollution}},${pollution}}`,
        `{"seq":2,"time":${time},"type":"checkpoint","entries":[["${bob}",{"state":"connecting","hubBirth":1,"hubUpdated":1,${pollution}}]],${pollution}}`,
        `{"seq":3,"time":${time},"type":"updated","address":"${bob}","cause":"caller","data":{${pollution}}}`,
        '',
      ].join('\n')}`
      const {events} = decode(text)
      expect(events.length).toBe(4)
      const all = [events, fold(events), ...[...snapshots(events)].map(({entries}) => entries)]
      for (const part of all.flatMap(partsOf)) {
        expect(Object.hasOwn(part, '__proto__')).toBe(false)
        expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(part))
        expect(part).not.toHaveProperty('polluted')
      }
      expect(events[0]).toMatchObject({data: {a: {}}})
    }
  })

  test('may use the names of what every object has', () => {
    const data = {constructor: 1, toString: 'x', hasOwnProperty: {valueOf: []}, prototype: null}
    const items = [
      {...samples.connecting, seq: 1, address: 'constructor', data},
      {...samples.updated, seq: 2, address: 'constructor', data},
    ]
    const {events} = decode(textOf(...items))
    expect(events).toEqual(items)
    expect(fold(events).entries).toMatchObject([['constructor', data]])
    expect([...snapshots(events)].at(-1)).toEqual(fold(events))
  })
})
