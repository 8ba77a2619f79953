import {describe, expect, test} from 'vitest'
import type {Entry, EntryChange} from '../../src/entry'
import {LiveEntries} from '../../src/readers/live-entries'
import {uncaught} from '../kit/setup'

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
      const ends: unknown[] = []
      const ask = () =>
        source(null, (end, all) => {
          if (all) got.push(all.map(([address]) => address).join(' '))
          else ends.push(end)
        })
      return {source, ask, got, ends}
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

describe('nothing is looked at of an event', () => {
  const change: EntryChange = {
    get before(): Entry {
      throw new Error('looked at')
    },
    after: undefined,
  }

  test('that nobody keeps up with', () => {
    const {apply, tell, reader, snapshots} = setup()
    apply()
    tell(1)
    const {ask, got} = reader()
    ask()
    expect(() => snapshots.tell(2, change)).not.toThrow()
    expect(got).toEqual(['1'])
  })

  /** A reader at the second of three events, which asks no more, and one that is at the third, ahead of what is told. */
  function stalledAndAhead() {
    const {apply, tell, reader, snapshots} = setup()
    apply(2)
    tell(1)
    reader().ask()
    apply()
    return {ahead: reader(), tell, snapshots}
  }

  test('where the reader that is ahead of it has left', () => {
    const {ahead, tell, snapshots} = stalledAndAhead()
    ahead.ask()
    ahead.source(true, () => {})
    tell(2)
    expect(ahead.got).toEqual(['1 2 3'])
    expect(() => snapshots.tell(3, change)).not.toThrow()
  })

  test('where the reader that is ahead of it has thrown', async () => {
    const {ahead, tell, snapshots} = stalledAndAhead()
    const thrown = await uncaught(() =>
      ahead.source(null, () => {
        throw new Error('a reader')
      }),
    )
    expect(thrown).toEqual([new Error('a reader')])
    tell(2)
    expect(() => snapshots.tell(3, change)).not.toThrow()
  })
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

  test('after the end, too: a reader that was not told the end yet gets what comes, and never hears of it', () => {
    const {apply, tell, reader, replace, snapshots} = setup()
    apply(2)
    tell(1, 2)
    const [waiting, stalled] = [reader(), reader()]
    waiting.ask()
    waiting.ask()
    stalled.ask()
    snapshots.end()
    expect(waiting.ends).toEqual([true])
    replace(1, ['a'])
    stalled.ask()
    stalled.ask()
    apply()
    tell(2)
    expect(stalled.got).toEqual(['1 2', 'a', 'a 2'])
    expect([waiting.got, waiting.ends, stalled.ends]).toEqual([['1 2'], [true], []])
  })
})
