import {describe, expect, test} from 'vitest'
import {PeerTable} from '../../reducers/table'
import type {Entry} from '../../src/entry'
import type {Recorded} from '../../src/events'

const key = '@key'

/** A table, and how things happen in it. */
function setup() {
  const table = new PeerTable()
  let seq = 0
  const apply = (event: object) => table.apply({time: 0, cause: 'caller', ...event, seq: ++seq} as Recorded)
  return {
    table,
    connecting: (address: string, key?: string) => apply({type: 'connecting', address, attempt: 0, key}),
    connected: (address: string, key?: string) =>
      apply({type: 'connected', address, link: 0, inbound: true, key}),
    disconnected: (address: string) => apply({type: 'disconnected', address}),
  }
}

function entryOf(address: string): Entry {
  return [address, {state: 'connected', key, hubBirth: 0, hubUpdated: 0}]
}

describe('the oldest entry of a key', () => {
  test('is the one that came to be first, of those in the states that are asked for', () => {
    const {table, connecting, connected} = setup()
    connecting('a', key)
    connected('b', key)
    connecting('c', '@other')
    expect(table.oldest(key, ['connecting', 'connected'])).toBe('a')
    expect(table.oldest(key, ['connected'])).toBe('b')
    expect(table.oldest(key, ['disconnecting'])).toBeUndefined()
    expect(table.oldest('@nobody', ['connecting', 'connected'])).toBeUndefined()
  })

  test('is the one that came to be first, also where it learnt its key later', () => {
    const {table, connecting, connected} = setup()
    connecting('a')
    connecting('b', key)
    connecting('c', key)
    connecting('d')
    connected('a', key)
    connected('d', key)
    expect(table.oldest(key, ['connecting', 'connected'])).toBe('a')
    expect(table.oldest(key, ['connecting'])).toBe('b')
    table.apply({type: 'disconnected', address: 'a', cause: 'hub', seq: 7, time: 0})
    expect(table.oldest(key, ['connected'])).toBe('d')
  })

  test('is not one that ended and came again with another key', () => {
    const {table, connecting, connected, disconnected} = setup()
    connected('a', key)
    connected('b', key)
    disconnected('a')
    connecting('a', '@other')
    expect(table.oldest(key, ['connecting'])).toBeUndefined()
    expect(table.oldest(key, ['connecting', 'connected'])).toBe('b')
    expect(table.oldest('@other', ['connecting'])).toBe('a')
  })
})

describe('where other entries stand in place of all', () => {
  test('the oldest is the first of them, before whatever comes then', () => {
    const {table, connecting} = setup()
    table.replace([entryOf('a'), entryOf('b')])
    connecting('c', key)
    expect(table.oldest(key, ['connecting', 'connected'])).toBe('a')
    expect(table.oldest(key, ['connecting'])).toBe('c')
  })

  test('no key is left of those that stood there', () => {
    const {table, connecting, connected} = setup()
    connected('a', key)
    table.replace([])
    connecting('a')
    expect(table.oldest(key, ['connecting'])).toBeUndefined()
  })
})
