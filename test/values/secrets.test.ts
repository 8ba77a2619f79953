import fc from 'fast-check'
import {describe, expect, test, vi} from 'vitest'
import {isAddress, keyOf} from '../../src/values/address'
import {toErrorRecord} from '../../src/values/errors'
import {isMarked, mark, redact, withoutMarks} from '../../src/values/secrets'
import {addressOf} from '../kit/fake-stack'

const base64 = fc.uint8Array({minLength: 32, maxLength: 32}).map((key) => Buffer.from(key).toString('base64'))
const key = Buffer.alloc(32, 'k').toString('base64')
const seed = Buffer.alloc(32, 's').toString('base64')
const other = Buffer.alloc(32, 'o').toString('base64')
/** Has all that is escaped: slashes, plus signs, and the equals sign at its end. */
const hard = 'abcdef/ghijkl+mnopqr/stuvwx+yzABCD/EFGHIJKL='

const twice = (once: (text: string) => string, text: string) => once(once(text))
/** JSON as PHP writes it. */
const slashed = (value: unknown) => JSON.stringify(value).replaceAll('/', '\\/')

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
    ['an invite for the DHT', (secret) => `dht:${secret}:@${key}.ed25519~shs:${key}`],
    ['an invite for the DHT alone', (secret) => `dht:${secret}`],
    ['an escaped invite for the DHT', (secret) => `net:!~dht!:${secret}!:x`],
    ['a link to the DHT', (secret) => `https://a.com/?x=${encodeURIComponent(`;dht:${secret}:${key}`)}`],
    ['a link in a link', (secret) => twice(encodeURIComponent, `net:a.com:1~shs:${key}:${secret}`)],
    ['a link in a link in a link', (secret) => twice(encodeURIComponent, `a%3A@${key}.ed25519~${secret}`)],
    ['a link to the DHT in a link', (secret) => twice(encodeURIComponent, `dht:${secret}:${key}`)],
    ['JSON', (secret) => JSON.stringify({a: `net:a.com:1~shs:${key}:${secret}`})],
    ['JSON whose slashes are escaped', (secret) => slashed({a: `net:a.com:1~shs:${key}:${secret}`})],
    ['JSON in JSON', (secret) => JSON.stringify([slashed({a: `dht:${secret}:${key}`})])],
    ['JSON in JSON in JSON', (secret) => slashed([slashed([slashed([`~shs:${key}:${secret}`])])])],
    ['JSON in a link', (secret) => encodeURIComponent(slashed([`@${key}.ed25519~${secret}`]))],
    [
      'a link in JSON in a link',
      (secret) => encodeURIComponent(slashed([encodeURIComponent(`dht:${secret}`)])),
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

  test.each(carriers)('leaves nothing of a seed that has slashes and plus signs in %s', (_name, carry) => {
    const marked = mark(carry(hard))
    for (const piece of hard.split(/[/+=]/).filter(Boolean)) expect(marked).not.toContain(piece)
    expect(/seed-[0-9a-f]{16}/.exec(marked)?.[0]).toBe(/seed-[0-9a-f]{16}/.exec(mark(`dht:${hard}`))?.[0])
    expect(mark(marked)).toBe(marked)
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
    'shs:%25',
    '%25',
    'dht:',
    'dht:a%25',
    '\\',
    'shs:a\\',
  ])('takes time in proportion to the length of the text: %s, again and again', (part) => {
    const fastest = (length: number) => {
      const text = part.repeat(length / part.length)
      const times = [1, 2, 3].map(() => {
        // Of this process: others have the machine, too.
        const started = process.cpuUsage()
        mark(text)
        return process.cpuUsage(started).user / 1000
      })
      return Math.min(...times)
    }
    fastest(10_000)
    // Ten times the length; a quadratic time would be a hundred times as long.
    expect(fastest(100_000)).toBeLessThan(40 * Math.max(fastest(10_000), 0.5))
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

  test('misses nothing that is marked in the JSON text as a whole', () => {
    const pieces = [
      ...'shs: shs2!: ~shs: dht: .ed25519~ @ : ~ %3A %253a %2F A / , {'.split(' '),
      ...[seed, mark(`dht:${seed}`), '\\', '"', '\n', '\u0000', '\ud83d', ' '],
    ]
    const text = fc.array(fc.constantFrom(...pieces), {maxLength: 8}).map((parts) => parts.join(''))
    const {tree} = fc.letrec((tie) => ({
      tree: fc.oneof(
        {depthSize: 'small'},
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('tree'), {maxLength: 3}),
        fc.dictionary(text, tie('tree'), {maxKeys: 3, noNullPrototype: true}),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(redact(value)).toEqual(JSON.parse(mark(JSON.stringify(value))))
      }),
      {numRuns: 2000},
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
    ['', {message: ''}],
    [new Error(''), {message: 'Error', name: 'Error'}],
    [
      {message: '', code: 'ENOENT'},
      {message: 'ENOENT', code: 'ENOENT'},
    ],
    [
      {message: '', code: 7, errors: []},
      {message: '7', code: 7},
    ],
    [{message: '', errors: 'none'}, {message: '[object Object]'}],
    [{message: 'said', errors: [new Error('part')]}, {message: 'said'}],
    [Object.create(null), {message: 'an error that cannot be printed'}],
    [{message: 7, name: {}, code: Number.NaN}, {message: '[object Object]'}],
  ])('takes anything that is thrown: %o', (thrown, record) => {
    expect(toErrorRecord(thrown)).toEqual(record)
  })

  test('tells the code and the parts of an error that has no message, as Node.js makes them', () => {
    const parts = ['::1', '127.0.0.1'].map((ip) => new Error(`connect ECONNREFUSED ${ip}:1`))
    const refused = Object.assign(new AggregateError(parts), {code: 'ECONNREFUSED'})
    const message = 'ECONNREFUSED: connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1'
    expect(toErrorRecord(refused)).toEqual({message, name: 'AggregateError', code: 'ECONNREFUSED'})
  })

  test('tells parts without secrets, and not without end', () => {
    const parts: unknown[] = ['', `~shs:${key}:${seed}`, {message: ''}, null]
    const told = toErrorRecord(new AggregateError(parts)).message
    expect(told).toBe(`${mark(`~shs:${key}:${seed}`)}; null`)
    expect(toErrorRecord(new AggregateError(Array(1000).fill('x'))).message).toBe(
      Array(10).fill('x').join('; '),
    )
  })

  test('survives an error whose parts throw', () => {
    const {proxy, revoke} = Proxy.revocable([], {})
    revoke()
    expect(toErrorRecord({message: '', errors: proxy})).toEqual({message: '[object Object]'})
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

describe('what needs no mark', () => {
  const plain = {address: addressOf('bob'), list: ['a', {b: null, c: 1}], note: 'shs, and no more'}

  test('is returned as it is, and its JSON is not even written', () => {
    const written = vi.spyOn(JSON, 'stringify')
    try {
      expect(redact(plain)).toBe(plain)
      expect(written).not.toHaveBeenCalled()
    } finally {
      written.mockRestore()
    }
  })

  test('is what was marked before, too', () => {
    const marked = redact({list: [`${addressOf('bob')}:${seed}`]})
    expect(JSON.stringify(marked)).not.toContain(seed)
    expect(redact(marked)).toBe(marked)
  })
})

test('an address without its marks is that of the peer, whatever stands around it', () => {
  const [bob, carol] = [addressOf('bob'), addressOf('carol')]
  const both = mark(`${bob}:${seed};${carol}:${seed}`)
  expect(isMarked(both)).toBe(true)
  expect(withoutMarks(both)).toBe(`${bob};${carol}`)
  expect(withoutMarks(bob)).toBe(bob)
})
