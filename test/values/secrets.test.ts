import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isAddress, keyOf} from '../../src/values/address'
import {toErrorRecord} from '../../src/values/errors'
import {isMarked, mark, redact} from '../../src/values/secrets'

const base64 = fc.uint8Array({minLength: 32, maxLength: 32}).map((key) => Buffer.from(key).toString('base64'))
const key = Buffer.alloc(32, 'k').toString('base64')
const seed = Buffer.alloc(32, 's').toString('base64')
const other = Buffer.alloc(32, 'o').toString('base64')

describe('mark()', () => {
  const carriers: [string, (secret: string) => string][] = [
    ['an address', (secret) => `net:example.com:8008~shs:${key}:${secret}`],
    ['an address of several', (secret) => `ws://a.com~shs:${key}:${secret};net:a.com:1~shs:${key}:${secret}`],
    ['an old invite', (secret) => `example.com:8008:@${key}.ed25519~${secret}`],
    ['an old invite with a redirect', (secret) => `example.com:8008:@${key}.ed25519~${secret}#https://a.com`],
    ['text around it', (secret) => `could not connect to:"net:a.com:1~shs:${key}:${secret}", only know:net`],
    ['a link', (secret) => `https://a.com/#${encodeURIComponent(`net:a.com:1~shs:${key}:${secret}`)}`],
    ['an escaped address', (secret) => `net:!~shs!:${key}!:${secret}`],
    ['a key with its ending', (secret) => `net:a.com:1~shs:${key}.ed25519:${secret}`],
    ['a key as an id', (secret) => `net:a.com:1~shs:@${key}.ed25519:${secret}`],
    [
      'a link with a key as an id',
      (secret) => encodeURIComponent(`net:a.com:1~shs:@${key}.ed25519:${secret}`),
    ],
  ]

  test.each(carriers)('puts a mark in place of the seed in %s', (_name, carry) => {
    const marked = mark(carry(seed))
    expect(marked).not.toContain(seed.slice(0, 10))
    expect(marked).not.toContain(encodeURIComponent(seed).slice(0, 10))
    expect(isMarked(marked)).toBe(true)
    expect(mark(marked)).toBe(marked)
    expect(mark(carry(other))).not.toBe(marked)
  })

  test.each([
    `net:example.com:8008~shs:${key}`,
    `net:example.com:8008~shs:${key};ws://a.com~shs:${key}`,
    `tunnel:@${key}.ed25519:@${key}.ed25519~shs:${key}`,
    `net:a.com:8008:@${key}.ed25519~shs:${key}`,
    'just text with shs: in it',
    '',
  ])('leaves what has no seed as it is: %s', (text) => {
    expect(mark(text)).toBe(text)
    expect(isMarked(text)).toBe(false)
  })

  test('gives the same seed the same mark, wherever it stands', () => {
    const marks = carriers.map(([, carry]) => /seed-[0-9a-f]+/.exec(mark(carry(seed)))?.[0])
    expect(new Set(marks).size).toBe(1)
  })

  test('keeps an address an address with its key, though not one to connect to', () => {
    const marked = mark(`net:example.com:8008~shs:${key}:${seed}`)
    expect(keyOf(marked)).toBe(`@${key}.ed25519`)
    expect(isAddress(marked)).toBe(false)
  })

  test('tells any two seeds apart, and shows nothing of any', () => {
    fc.assert(
      fc.property(base64, base64, (a, b) => {
        const [x, y] = [a, b].map((each) => mark(`~shs:${key}:${each}`))
        expect(x === y).toBe(a === b)
        expect(x).not.toContain(a.slice(0, 8))
      }),
    )
  })

  test.each([
    'shs:',
    'shs',
    '.ed25519~',
    `~shs:${key}:`,
    `~shs:${key}:${seed}`,
    '%',
    '!',
    'shs:a!',
  ])('takes time in proportion to the length of the text: %s, again and again', (part) => {
    const fastest = (length: number) => {
      const text = part.repeat(length / part.length)
      const times = [1, 2, 3].map(() => {
        const started = performance.now()
        mark(text)
        return performance.now() - started
      })
      return Math.min(...times)
    }
    fastest(20_000)
    // Ten times the length; a quadratic time would be a hundred times as long.
    expect(fastest(400_000)).toBeLessThan(40 * Math.max(fastest(40_000), 0.5))
  })
})

describe('redact()', () => {
  test('marks strings and field names at every depth, and nothing else', () => {
    const secret = `net:a.com:1~shs:${key}:${seed}`
    const value = {[secret]: [secret, {a: {[secret]: 1}}], plain: 'text', n: 1, no: null}
    const redacted = redact(value)
    expect(JSON.stringify(redacted)).not.toContain(seed)
    expect(redacted).toEqual({
      [mark(secret)]: [mark(secret), {a: {[mark(secret)]: 1}}],
      plain: 'text',
      n: 1,
      no: null,
    })
  })

  test('marks text whole as it marks each string', () => {
    fc.assert(
      fc.property(
        fc.string({unit: 'binary'}),
        base64,
        fc.string({unit: 'binary'}),
        (before, secret, after) => {
          const text = `${before}~shs:${key}:${secret}${after}`
          expect(redact([text])).toEqual([mark(text)])
        },
      ),
    )
  })

  test('returns what has no seed as it is', () => {
    const value = {a: [1, 'text']}
    expect(redact(value)).toBe(value)
  })
})

describe('toErrorRecord()', () => {
  test('keeps message, name and code of an error, marked', () => {
    const error = Object.assign(new TypeError(`could not connect to ~shs:${key}:${seed}`), {
      code: 'ECONNREFUSED',
    })
    expect(toErrorRecord(error)).toEqual({
      message: mark(error.message),
      name: 'TypeError',
      code: 'ECONNREFUSED',
    })
  })

  test.each([
    ['text', {message: 'text'}],
    [42, {message: '42'}],
    [undefined, {message: 'undefined'}],
    [null, {message: 'null'}],
    [
      {message: 'm', code: -0},
      {message: 'm', code: 0},
    ],
    [{code: 7}, {message: '[object Object]', code: 7}],
    [Object.create(null), {message: 'an error that cannot be printed'}],
    [{message: 7, name: {}, code: Number.NaN}, {message: '[object Object]'}],
  ])('takes anything that is thrown: %o', (thrown, record) => {
    expect(toErrorRecord(thrown)).toEqual(record)
  })

  test('survives an error that throws', () => {
    const error = {
      get message(): string {
        throw new Error('hostile')
      },
    }
    expect(() => toErrorRecord(error)).not.toThrow()
  })
})
