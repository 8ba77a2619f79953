import {describe, expect, test} from 'vitest'
import {ExpectationError} from '../../src/testing'
import {expectEvents, expectState} from '../../src/testing/expectation'

function errorOf(work: () => void): ExpectationError {
  try {
    work()
  } catch (error) {
    if (error instanceof ExpectationError) return error
    throw error
  }
  throw new Error('it was as expected')
}

describe('expected events', () => {
  test('are compared in the fields that are named, at every level', () => {
    const actual = [{type: 'a', n: 1, error: {message: 'no', code: 'E'}, list: [{x: 1, y: 2}]}]
    expectEvents(actual, [{type: 'a'}])
    expectEvents(actual, [{error: {code: 'E'}, gone: undefined}])
    expectEvents(actual, [{list: [{y: 2}]}])
    expectEvents([], [])
  })

  test('that differ are told path by path, with what was expected and what there was', () => {
    const actual = [
      {type: 'connected', address: 'net:a', inbound: true},
      {type: 'updated', data: {note: 'tea', 'my note': null, tags: ['a', 'b'], more: {deep: 1}}},
      {type: 'disconnected', address: 'net:a'},
    ]
    const expected = [
      {type: 'connecting', address: 'net:a'},
      {type: 'updated', data: {note: undefined, 'my note': 0, tags: ['a'], more: [1]}, key: '@k'},
    ]
    expect(errorOf(() => expectEvents(actual, expected)).message).toBe(`the events are not as expected:
  [0].type
    expected "connecting"
    actual   "connected"
  [1].data.note
    expected nothing
    actual   "tea"
  [1].data["my note"]
    expected 0
    actual   null
  [1].data.tags[1]
    expected nothing
    actual   "b"
  [1].data.more
    expected [1]
    actual   {"deep":1}
  [1].key
    expected "@k"
    actual   nothing
  [2]
    expected nothing
    actual   {"type":"disconnected","address":"net:a"}`)
  })

  test('that did not come are told whole', () => {
    expect(errorOf(() => expectEvents([], [{type: 'a', n: 1}])).message).toBe(`the events are not as expected:
  [0]
    expected {"type":"a","n":1}
    actual   nothing`)
  })

  test('that differ are in the error, without what was not expected in any way, for test frameworks to compare', () => {
    const error = errorOf(() => expectEvents([{type: 'a', n: 1}, {type: 'b'}], [{type: 'c'}]))
    expect(error).toMatchObject({
      name: 'ExpectationError',
      expected: [{type: 'c'}],
      actual: [{type: 'a'}, {type: 'b'}],
    })
    expect(error.actual).toEqual([{type: 'a'}, {type: 'b'}])
  })

  test('may have names that every object has', () => {
    expectEvents([{data: {}}], [{data: {constructor: undefined}}])
    expect(errorOf(() => expectEvents([{data: {}}], [{data: {toString: 1}}])).message).toContain(
      '  [0].data.toString\n    expected 1\n    actual   nothing',
    )
  })

  test('may be given what JSON does not have', () => {
    expect(errorOf(() => expectEvents([{n: Number.NaN}], [{n: Symbol('x')}])).message).toContain(
      '  [0].n\n    expected Symbol(x)\n    actual   null',
    )
    expectEvents([{n: Number.NaN}], [{n: Number.NaN}])
  })
})

describe('an expected table', () => {
  const entries = [
    ['net:a', {state: 'connected', note: 'tea', inbound: true}],
    ['net:b', {state: 'connecting'}],
  ] as const

  test('is by address, a state or the fields that matter', () => {
    expectState(entries, {'net:b': 'connecting', 'net:a': {note: 'tea'}})
    expectState(entries, {'net:a': {}, 'net:b': {key: undefined}})
    expectState([], {})
  })

  test('is the whole table: every entry is there, and no other', () => {
    const error = errorOf(() => expectState(entries, {'net:a': 'connecting', 'net:c': 'connecting'}))
    expect(error.message).toBe(`the table is not as expected:
  ["net:a"].state
    expected "connecting"
    actual   "connected"
  ["net:c"]
    expected {"state":"connecting"}
    actual   nothing
  ["net:b"]
    expected nothing
    actual   {"state":"connecting"}`)
    expect(error.expected).toEqual({'net:a': {state: 'connecting'}, 'net:c': {state: 'connecting'}})
    expect(error.actual).toEqual({'net:a': {state: 'connected'}, 'net:b': {state: 'connecting'}})
  })

  test('may have any address, also the name of what every object has', () => {
    expect(() => expectState([['constructor', {state: 'connecting'}]], {})).toThrow(ExpectationError)
    expect(() => expectState([], {constructor: {}})).toThrow(ExpectationError)
  })
})
