import {describe, expect, test} from 'vitest'
import {readable} from '../../src/util/stream'

describe('a source as a stream', () => {
  test('ends with its error', async () => {
    const stream = readable((_abort, callback) => callback(new Error('broken')))
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow('broken')
  })

  test('ends', async () => {
    const stream = readable((_abort, callback) => callback(true))
    expect(await stream[Symbol.asyncIterator]().next()).toEqual({done: true, value: undefined})
  })

  test('has iterators that are iterable', async () => {
    let n = 0
    const stream = readable<number>((abort, callback) => callback(abort ?? (n < 3 ? null : true), n++))
    const got: number[] = []
    const iterator = stream[Symbol.asyncIterator]() as AsyncIterableIterator<number>
    for await (const value of iterator) got.push(value)
    expect(got).toEqual([0, 1, 2])
  })
})
