import fc from 'fast-check'
import {describe, expect, onTestFinished, test} from 'vitest'
import {ConnHubError} from '../../src/values/errors'
import {claimedKey, copyMetadata, ownFields, withoutOwnFields} from '../../src/values/metadata'
import {mark} from '../../src/values/secrets'

const key = Buffer.alloc(32, 'k').toString('base64')
const seed = Buffer.alloc(32, 's').toString('base64')
const secret = `net:a.com:1~shs:${key}:${seed}`

/** What JSON makes of it, without what would become the prototype of something. */
function throughJson(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), function (this: object, name, value) {
    if (name !== '__proto__') return value
    return undefined
  })
}

/** So many levels of objects and lists, one in the other. */
const nested = (levels: number): object => {
  let data: object = {}
  for (let above = levels - 2; above >= 0; above--) data = above % 2 === 0 ? {a: data} : [data]
  return data
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}

/** Whatever a caller may have in an object. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    {depthSize: 'small'},
    fc.string({unit: 'binary'}),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom<unknown>(
      null,
      undefined,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Symbol('s'),
      () => 1,
      Object.assign(() => 1, {toJSON: () => 'a function'}),
      new Date(0),
      new Date(Number.NaN),
      new Map([[1, 2]]),
      new Set([1]),
      /x/,
      new Error('e'),
      new Uint8Array([1, 2]),
      Buffer.from('x'),
      new Number(5),
      new Number(Number.NaN),
      new String('boxed'),
      new Boolean(false),
      Object.assign(new Number(1), {valueOf: () => 7}),
      Object.assign(new Number(1), {[Symbol.toPrimitive]: () => 8}),
      Object.assign(new String('a'), {toString: () => 'b'}),
      Object.assign(Object.create(null), {a: 1}),
      Object.create({inherited: 1}),
      Object.defineProperty({}, 'hidden', {value: 1}),
      // biome-ignore lint/suspicious/noSparseArray: a caller may have one
      [1, , 2],
      {toJSON: (name: string) => `toJSON of ${name}`},
      {toJSON: () => undefined},
      {toJSON: 'no function'},
      JSON.parse('{"__proto__": {"a": 1}, "b": 2}'),
    ),
    fc.array(tie('value'), {maxLength: 4}),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof(
      fc.string({unit: 'binary', maxLength: 5}),
      fc.constantFrom('a', '0', '10', 'toString', 'length'),
    ),
    tie('value'),
    {maxKeys: 6},
  ),
})).object

describe('copyMetadata()', () => {
  test('is what JSON would carry, frozen to the bottom', () => {
    fc.assert(
      fc.property(anything, (data) => {
        const copy = copyMetadata(data)
        expect(copy).toStrictEqual(throughJson(data))
        expect(JSON.stringify(copy)).toBe(JSON.stringify(throughJson(data)))
        expect(isFrozen(copy)).toBe(true)
      }),
      {numRuns: 1000},
    )
  })

  test('neither changes nor freezes what it was given', () => {
    const data = {a: [{b: 1}], c: {d: [2]}}
    const before = structuredClone(data)
    copyMetadata(data)
    expect(data).toEqual(before)
    expect([data, data.a, data.a[0], data.c, data.c.d].some(Object.isFrozen)).toBe(false)
  })

  test.each([undefined, null])('of %o is none', (data) => {
    expect(copyMetadata(data)).toBeUndefined()
  })

  test.each([
    ['text', 'note', '"note"'],
    ['a number', 5, '5'],
    ['a list', [1], 'an array of 1'],
    ['a function', () => {}, 'a function'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['boxed text', new String('x'), 'an object with 0'],
    ['what says that it is nothing', {toJSON: () => undefined}, 'undefined'],
    ['what says that it is null', {toJSON: () => null}, 'null'],
    ['a BigInt', 5n, '5n'],
  ])('refuses %s, and says what is wanted', (_name, data, given) => {
    const message = `The given metadata is not a JSON object: ${given}, expected a plain object of what JSON can carry`
    expect(() => copyMetadata(data)).toThrow(expect.objectContaining({code: 'ERR_INVALID_DATA', message}))
  })

  test('takes what toJSON() gives in place of the whole', () => {
    expect(copyMetadata({toJSON: (name: string) => ({name, a: 1})})).toEqual({name: '', a: 1})
  })

  test.each([
    ['a BigInt', {a: [{b: 5n}]}, 'BigInt 5n'],
    ['a boxed BigInt', {a: Object(5n)}, 'BigInt 5n'],
    ['a getter that throws', Object.defineProperty({}, 'a', {enumerable: true, get: () => fail('no')}), 'no'],
    ['a toJSON() that throws', {a: {toJSON: () => fail('never')}}, 'never'],
  ])('refuses %s, as JSON does', (_name, data, said) => {
    expect(() => JSON.stringify(data)).toThrow()
    const error = {code: 'ERR_INVALID_DATA', message: expect.stringMatching(`JSON refuses .*${said}`)}
    expect(() => copyMetadata(data)).toThrow(expect.objectContaining(error))
  })

  function fail(message: string): never {
    throw new Error(message)
  }

  test('takes 200 levels, and refuses 201, which no log could be read with, and cycles', () => {
    const deepest = copyMetadata(nested(200))
    expect(depthOf(deepest)).toBe(200)
    expect(deepest).toEqual(nested(200))
    const self: Record<string, unknown> = {}
    self.a = [self]
    const list: unknown[] = []
    list.push(list)
    for (const data of [nested(201), nested(100_000), self, {a: {toJSON: () => self}}, {list}]) {
      expect(() => copyMetadata(data)).toThrow(
        expect.objectContaining({
          code: 'ERR_INVALID_DATA',
          message: expect.stringContaining('nested deeper than 200 levels'),
        }),
      )
    }
  })

  test('drops a field whose name has a mark, or a seed that a mark could not stand for', () => {
    const dropped = [mark(secret), `note ${mark(secret)}`, `~shs:${key}:AA%2BB`, `~shs:${key}:AA\\/B`]
    const data = Object.fromEntries([...dropped, secret, 'plain'].map((name) => [name, 1]))
    expect(copyMetadata(data)).toEqual({[secret]: 1, plain: 1})
    // Deeper down a field meets nothing: it comes and goes with its object.
    expect(copyMetadata({nested: data})).toEqual({nested: data})
  })

  test('takes a BigInt in by what its toJSON() gives, where somebody has given it one', () => {
    const prototype = BigInt.prototype as {toJSON?: unknown}
    prototype.toJSON = function (this: bigint) {
      return `${this}`
    }
    onTestFinished(() => void delete prototype.toJSON)
    expect(copyMetadata({a: 5n})).toEqual({a: '5'})
  })

  test.each([
    ['an error of the hub’s own', new ConnHubError('ERR_CLOSED')],
    ['what looks like its refusal', {code: 'ERR_INVALID_DATA', message: 'no'}],
  ])('refuses a getter that throws %s', (_name, thrown) => {
    const data = {
      get a(): never {
        throw thrown
      },
    }
    const refusal = {code: 'ERR_INVALID_DATA', message: expect.stringContaining('JSON refuses it: ')}
    expect(() => copyMetadata(data)).toThrow(expect.objectContaining(refusal))
    expect(() => copyMetadata(data)).toThrow(ConnHubError)
  })

  test('keeps an own __proto__ from becoming the prototype of anything', () => {
    const data = JSON.parse('{"__proto__": {"a": 1}, "b": [{"__proto__": {"c": 1}}]}')
    const copy = copyMetadata(data) as {b: object[]}
    expect(copy).toEqual({b: [{}]})
    for (const object of [copy, ...copy.b]) {
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
      expect(Object.getOwnPropertyNames(object)).not.toContain('__proto__')
    }
  })
})

test('the key that a caller claims is a text that is not empty', () => {
  expect(claimedKey({key: '@bob.ed25519', note: 'tea'})).toBe('@bob.ed25519')
  for (const data of [undefined, {}, {key: ''}, {key: 7}, {key: null}])
    expect(claimedKey(data)).toBeUndefined()
})

describe('metadata without the hub’s own fields', () => {
  const own = Object.fromEntries([...ownFields].map((name) => [name, 'x']))

  test('has all others, and is frozen', () => {
    const data = {a: 1, ...own, b: [2]}
    const rest = withoutOwnFields(data)
    expect(rest).toEqual({a: 1, b: [2]})
    expect(Object.isFrozen(rest)).toBe(true)
    expect(data).toEqual({a: 1, ...own, b: [2]})
  })

  test('is the same object where it has none of them, and none where it has nothing else', () => {
    const data = {a: 1}
    expect(withoutOwnFields(data)).toBe(data)
    expect(Object.isFrozen(data)).toBe(true)
    for (const nothing of [undefined, {}, own]) expect(withoutOwnFields(nothing)).toBeUndefined()
  })

  test('tells the hub’s own by their names', () => {
    expect([...ownFields]).toEqual(['state', 'key', 'inferredType', 'inbound', 'hubBirth', 'hubUpdated'])
  })
})
