import {describe, expect, test} from 'vitest'
import type {Entry, EntryChange} from '../../src/entry'
import {LiveEntries} from '../../src/readers/live-entries'

/** An entry that is told apart by its address. */
function entryOf(address: string): Entry {
  return [address, {state: 'connected', hubBirth: 0, hubUpdated: 0}]
}

/** A table that only grows, by one entry an event, and its readers. */
function setup() {
  let entries: readonly Entry[] = []
  const present = {
    seq: 0,
    entries: () => entries,
  }
  const changes: EntryChange[] = []
  const snapshots = new LiveEntries(present)
  return {
    snapshots,
    present,
    /** Applies events, which are not told yet. */
    apply(count = 1) {
      for (let n = 0; n < count; n++) {
        const after = entryOf(`${++present.seq}`)
        changes[present.seq] = {before: undefined, after}
        entries = [...entries, after]
      }
    },
    tell(...seqs: number[]) {
      for (const seq of seqs) snapshots.tell(seq, changes[seq] as EntryChange)
    },
    /** The table is another. */
    replace(seq: number, addresses: string[]) {
      present.seq = seq
      entries = addresses.map(entryOf)
      snapshots.restart()
    },
    /** A reader that asks when it is told to, and the addresses of what it got. */
    reader() {
      const source = snapshots.source()
      const got: string[] = []
      const ask = () =>
        source(null, (_end, all) => got.push((all ?? []).map(([address]) => address).join(' ')))
      return {ask, got}
    },
  }
}

describe('a reader that is ahead of what is told', () => {
  test('and waits, gets each entry once', () => {
    const {apply, tell, reader} = setup()
    apply(3)
    tell(1)
    const {ask, got} = reader()
    ask()
    ask()
    tell(2, 3)
    expect(got).toEqual(['1 2 3'])
    apply()
    tell(4)
    expect(got).toEqual(['1 2 3', '1 2 3 4'])
  })

  test('and does not wait, keeps up if it asks before the next event', () => {
    const {apply, tell, reader} = setup()
    apply(3)
    tell(1)
    const {ask, got} = reader()
    ask()
    tell(2, 3)
    ask()
    apply()
    tell(4)
    expect(got).toEqual(['1 2 3', '1 2 3 4'])
  })
})

test('of an event that nobody keeps up with, nothing is looked at', () => {
  const {apply, tell, reader, snapshots} = setup()
  apply()
  tell(1)
  const {ask, got} = reader()
  ask()
  const change = {
    get before(): Entry {
      throw new Error('looked at')
    },
    after: undefined,
  }
  expect(() => snapshots.tell(2, change)).not.toThrow()
  expect(got).toEqual(['1'])
})

test('what is told does not change the arrays of the table', () => {
  const {apply, tell, reader, present} = setup()
  apply()
  tell(1)
  const {ask} = reader()
  ask()
  ask()
  const before = present.entries()
  apply()
  tell(2)
  expect(before).toHaveLength(1)
})

describe('where the table is another', () => {
  test('a reader that waits gets it at once, and one that does not when it next asks', () => {
    const {apply, tell, reader, replace} = setup()
    apply(2)
    tell(1, 2)
    const [waiting, stalled] = [reader(), reader()]
    waiting.ask()
    waiting.ask()
    stalled.ask()
    replace(1, ['a'])
    expect([waiting.got, stalled.got]).toEqual([['1 2', 'a'], ['1 2']])
    stalled.ask()
    expect(stalled.got).toEqual(['1 2', 'a'])
  })

  test('before the first event, too', () => {
    const {apply, tell, reader, replace} = setup()
    apply(2)
    tell(1, 2)
    const {ask, got} = reader()
    ask()
    replace(0, [])
    ask()
    expect(got).toEqual(['1 2', ''])
  })
})
