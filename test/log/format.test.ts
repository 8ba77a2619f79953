import {describe, expect, test} from 'vitest'
import {expectedHeader} from '../../src/log/header'
import {decode, encode, LogFormatError} from '../../src/replay'
import {ConnHubError, type LogItem} from '../../src/types'
import {ownFields} from '../../src/values/metadata'
import {mark} from '../../src/values/secrets'
import {bob, header, headerOf1, linesOf, newIn2, samples, samplesOf1, textOf, without} from './items'

/** Which fields of an item may be missing. */
const optional: {readonly [T in LogItem['type']]: readonly string[]} = {
  connecting: ['key', 'data'],
  'connecting-failed': ['key'],
  connected: ['key', 'data', 'isClient', 'attempt', 'inferredType'],
  disconnecting: ['key', 'attempt', 'reason', 'error'],
  'disconnecting-failed': ['key'],
  disconnected: ['key', 'error'],
  updated: ['key', 'data'],
  reserved: ['key'],
  released: ['key', 'error'],
  reset: [],
  closed: [],
  checkpoint: ['since', 'reserve'],
}

const peer = {state: 'connected', key: '@k', inferredType: 'lan', inbound: true, hubBirth: 1, hubUpdated: 2}
const waiting = {address: bob, link: 1, inbound: true, key: '@k'}
const notText = [1, null, true, [], {}, ['text']]
const notCount = ['1', -1, 1.5, 2 ** 53, null, true, [], [1], {}]
const notFlag = ['true', 0, 1, null, [], {}]
const notTime = ['1', null, true, [], {}, '2024-01-01']
const notType = ['moon', 'LAN', 1, null, [], {}]

/** What no field of this name can be. */
const wrong: Record<string, readonly unknown[]> = {
  seq: notCount,
  time: notTime,
  address: notText,
  key: notText,
  cause: ['nobody', 'Caller', ...notText],
  attempt: notCount,
  reason: ['Signal', 'abort', ...notText],
  since: notTime,
  reserve: [
    null,
    {},
    'text',
    [null],
    [[]],
    [{}],
    ...['address', 'link', 'inbound'].map((name) => [{...waiting, [name]: undefined}]),
    ...notText.map((address) => [{...waiting, address}]),
    ...notCount.map((link) => [{...waiting, link}]),
    ...notFlag.map((inbound) => [{...waiting, inbound}]),
    ...notText.map((key) => [{...waiting, key}]),
    [{...waiting, isClient: true}],
    [waiting, waiting],
  ],
  link: notCount,
  inbound: notFlag,
  isClient: notFlag,
  inferredType: notType,
  data: ['text', 1, null, true, [], [{}], ...[...ownFields].map((name) => ({note: 'hi', [name]: 1}))],
  error: [
    'text',
    null,
    [],
    {},
    {message: 1},
    {name: 'Error'},
    {message: '', name: 1},
    {message: '', code: {}},
    {message: '', code: null},
    {message: '', stack: 'at'},
  ],
  entries: [
    null,
    {},
    'text',
    [1],
    [{}],
    [[]],
    [[bob]],
    [[bob, null]],
    [[bob, []]],
    [[bob, peer, 1]],
    [[1, peer]],
    [[bob, {}]],
    ...['state', 'hubBirth', 'hubUpdated'].map((name) => [[bob, {...peer, [name]: undefined}]]),
    ...[...notText, 'absent'].map((state) => [[bob, {...peer, state}]]),
    ...notText.map((key) => [[bob, {...peer, key}]]),
    ...notType.map((inferredType) => [[bob, {...peer, inferredType}]]),
    ...notFlag.map((inbound) => [[bob, {...peer, inbound}]]),
    ...notTime.map((time) => [[bob, {...peer, hubBirth: time}]]),
    ...notTime.map((time) => [[bob, {...peer, hubUpdated: time}]]),
    [
      [bob, peer],
      [bob, peer],
    ],
  ],
}

function refusal(text: string | Uint8Array): LogFormatError {
  try {
    decode(text)
  } catch (error) {
    expect(error).toBeInstanceOf(ConnHubError)
    if (error instanceof LogFormatError) return error
  }
  throw new Error(`it was not refused: ${text}`)
}

/** Refuses the second line, because of this field. */
function expectRefused(line: unknown, expected: string, first = header): void {
  const error = refusal(first + linesOf(line))
  expect(error).toMatchObject({code: 'ERR_LOG_FORMAT', line: 2})
  expect(error.expected).toContain(expected)
  expect(JSON.stringify(line).startsWith(error.found.replace(/…$/, ''))).toBe(true)
  expect(error.message).toContain(`line 2: found ${error.found}, expected ${error.expected}`)
}

describe.each(Object.values(samples))('version 2 of the format, of an event $type', (item) => {
  const fields = Object.keys(item).filter((name) => name !== 'type')

  test('takes it with all its fields, and without those that are optional', () => {
    const events = [item, without(item, optional[item.type])]
    expect(decode(textOf(...events)).events).toEqual(events)
    for (const name of optional[item.type]) {
      expect(decode(textOf({...item, [name]: undefined})).events).toEqual([{...item, [name]: undefined}])
    }
  })

  test.each(fields.filter((name) => !optional[item.type].includes(name)))('refuses it without %s', (name) => {
    expectRefused({...item, [name]: undefined}, name)
  })

  test.each(fields)('refuses it with a wrong %s', (name) => {
    expect(wrong[name]?.length).toBeGreaterThan(3)
    for (const value of wrong[name] ?? []) expectRefused({...item, [name]: value}, name)
  })

  test('refuses it with a field that it does not know', () => {
    const others = ['note', 'rpc', 'details', '', 'constructor', 'toString', 'address ']
    const foreign = Object.keys(wrong).filter((name) => !fields.includes(name))
    for (const name of [...others, ...foreign]) expectRefused({...item, [name]: null}, JSON.stringify(name))
  })
})

describe.each(samplesOf1)('version 1 of the format, of an event $type', (item) => {
  test('takes it with all the fields that it had then', () => {
    expect(decode(headerOf1 + linesOf(item)).events).toEqual([item])
  })

  test('refuses it with any field that came later', () => {
    const latest: Record<string, unknown> = {...samples[item.type]}
    for (const name of newIn2[item.type] ?? []) {
      expectRefused({...item, [name]: latest[name]}, JSON.stringify(name), headerOf1)
    }
  })
})

describe('the lines of a plugin that was recorded beside the log', () => {
  const lines = ['{"plugin":"turn","given":[1]}', '{"plugin":"', '{"plugin":"a","seq":1,"type":"closed"}']

  test.each(lines)('%s: version 2 passes it over, wherever it stands, and counts it', (line) => {
    const [first = '', second = ''] = [samples.connecting, samples.updated].map((item) => linesOf(item))
    const text = `${header}${line}\n${first}${line}\n${line}\n${second}${line}\n`
    expect(decode(text)).toEqual({
      events: [samples.connecting, samples.updated],
      torn: undefined,
      id: undefined,
    })
    expect(refusal(`${text}garbage\n`)).toMatchObject({line: 8, found: 'garbage'})
    expect(decode(`${text}${line}`).torn).toBe(line)
    expect(decode(`${header}${line}\n`).events).toEqual([])
  })

  test.each(lines)('%s: version 1 refuses it', (line) => {
    expect(refusal(`${headerOf1}${line}\n`)).toMatchObject({line: 2, found: line})
  })

  test.each([
    ' {"plugin":"turn"}',
    '{ "plugin":"turn"}',
    '{"plugin":1}',
    '{"plugins":"turn"}',
  ])('refuses %s, which does not begin as they do', (line) => {
    expect(refusal(`${header}${line}\n`)).toMatchObject({line: 2, found: line})
  })
})

describe('the first line', () => {
  test('has our own key, where it is known', () => {
    const text = encode([samples.reset], {id: '@me.ed25519'})
    expect(text.startsWith('{"format":"ssb-conn-hub log","version":2,"id":"@me.ed25519"}\n')).toBe(true)
    expect(decode(text)).toEqual({events: [samples.reset], torn: undefined, id: '@me.ed25519'})
    expect(encode(decode(text).events, decode(text))).toBe(text)
  })

  test('has no seed, and no key that would make it longer than anybody reads', () => {
    const id = `${bob}:${'A'.repeat(43)}=`
    expect(decode(encode([], {id})).id).toBe(mark(id))
    expect(mark(id)).not.toBe(id)
    expect(encode([], {id: '@'.repeat(5000)})).toBe(header)
  })

  test('of version 1 has none', () => {
    expect(decode(headerOf1)).toEqual({events: [], torn: undefined, id: undefined})
  })
})

describe('version 2 of the format', () => {
  test.each([
    'moved',
    '',
    'Connected',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
    null,
    1,
    undefined,
    ['reset'],
  ])('refuses an event of the type %j', (type) => {
    expectRefused({...samples.reset, type}, 'connecting, connecting-failed, connected, disconnecting')
  })

  test.each([null, 1, 'text', true, [], [samples.reset], {}])('refuses %j in place of an event', (line) => {
    expectRefused(line, '')
  })

  test.each([
    ['nothing', ''],
    ['spaces', '  '],
    ['garbage', 'garbage'],
    ['zeros', '\0\0\0\0'],
    ['half of an event', JSON.stringify(samples.connected).slice(0, 50)],
    ['two events', JSON.stringify(samples.reset).repeat(2)],
    ['an event and a comma', `${JSON.stringify(samples.reset)},`],
    ['a second first line', header.trim()],
    ['an event as JavaScript has it', "{type: 'reset', cause: 'caller', seq: 1, time: 1}"],
    ['a number that JSON has not', '{"type":"reset","cause":"caller","seq":1,"time":NaN}'],
    ['a number that is too great', '{"type":"reset","cause":"caller","seq":1,"time":1e999}'],
  ])('refuses a line of %s', (_name, line) => {
    const before = textOf(samples.connecting, samples.updated)
    const error = refusal(`${before}${line}\n${JSON.stringify(samples.reset)}\n`)
    expect(error).toMatchObject({line: 4, found: line.replaceAll('\0', '\\u0000')})
    expect(error.message).toContain(
      `line 4: found ${line.replaceAll('\0', '\\u0000') || 'nothing'}, expected `,
    )
  })

  const {format} = JSON.parse(header)
  test.each([
    ['another format', {format: 'ssb-conn log', version: 2}],
    ['another version', {format, version: 3}],
    ['a version as text', {format, version: '2'}],
    ['no version', {format}],
    ['no format', {version: 2}],
    ['more than that', {format, version: 2, features: []}],
    ['an id in version 1', {format, version: 1, id: '@me'}],
    ['a number as id', {format, version: 2, id: 1}],
    ['null as id', {format, version: 2, id: null}],
    ['an object as id', {format, version: 2, id: {}}],
    ['the id first', {id: '@me', format, version: 2}],
    ['an event', samples.reset],
    ['an array', [format, 1]],
    ['null', null],
  ])('refuses a first line that names %s', (_name, line) => {
    const error = refusal(`${JSON.stringify(line)}\n${JSON.stringify(samples.reset)}\n`)
    expect(error).toMatchObject({line: 1, found: JSON.stringify(line), expected: expectedHeader})
  })

  test.each([
    '',
    '\n',
    'garbage\n',
    `\n${header}`,
    ` \n${header}`,
    header.trim(),
    header.slice(0, 20),
  ])('refuses the text %j', (text) => {
    expect(refusal(text)).toMatchObject({line: 1, found: text.split('\n')[0], expected: expectedHeader})
    expect(refusal(new TextEncoder().encode(text))).toEqual(refusal(text))
  })
})
