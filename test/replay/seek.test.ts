import pull from 'pull-stream'
import {beforeEach, describe, expect, test} from 'vitest'
import {DivergenceError, fold, ReplayHub} from '../../src/replay'
import type {Entry, LogItem} from '../../src/types'
import {addressOf} from '../kit/fake-stack'
import {itemsOf} from '../kit/reading'
import {outcome, setup} from '../kit/setup'
import {bob, recording} from './recorded'

let events: LogItem[]
let types: string[]
beforeEach(async () => {
  events = await recording()
  types = events.map(({type}) => type)
})

describe('seek()', () => {
  test('goes anywhere: liveEntries() gets the table there, listen() nothing', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    const snapshots: (readonly Entry[])[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
      }),
    )
    pull(
      hub.liveEntries(),
      pull.drain((all) => {
        snapshots.push(all)
      }),
    )
    for (const seq of [5, 2, 7, 0, 3]) {
      hub.seek(seq)
      const expected = fold(events.slice(0, seq))
      expect(snapshots.at(-1)).toEqual(expected.entries)
      expect(hub.snapshot()).toEqual(expected)
      expect(hub.now()).toBe(expected.time)
      expect(itemsOf(hub.log())).toEqual(events.slice(0, seq))
    }
    expect(heard).toEqual([])
    hub.step()
    expect(heard).toEqual(['connecting-failed'].filter(() => events[3]?.type === 'connecting-failed'))
  })

  test('inside a reader ends what was to be told: nothing of it is told of another table', () => {
    const {hub: live, stack} = setup()
    for (const name of ['bob', 'carol', 'erin']) stack.incoming(name, addressOf(name))
    live.reset()
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.stepTo(3)
    const heard: string[] = []
    const snapshots: number[] = []
    pull(
      hub.liveEntries(),
      pull.drain((all) => {
        snapshots.push(all.length)
      }),
    )
    pull(
      hub.listen(),
      pull.drain(({type}) => {
        heard.push(type)
        if (heard.length === 1) hub.seek(2)
      }),
    )
    hub.reset()
    expect(heard).toEqual(['disconnecting'])
    expect([...hub.entries()]).toHaveLength(2)
    expect(snapshots.at(-1)).toBe(2)
    hub.step()
    expect([[...hub.entries()].length, snapshots.at(-1)]).toEqual([3, 3])
  })

  test.each([
    'listen',
    'liveEntries',
    'log',
  ] as const)('inside a reader of %s() lets its neighbours hear no more of what was told', (name) => {
    const hub = new ReplayHub(events)
    hub.stepTo(5)
    const open = () => hub[name]({old: false, live: true} as never)
    let heard = 0
    let sought = false
    const count = () => {
      heard++
    }
    pull(
      open(),
      pull.drain(() => {
        if (sought || hub.snapshot().seq !== 6) return
        sought = true
        heard = 0
        hub.seek(2)
      }),
    )
    pull(open(), pull.drain(count))
    hub.step()
    expect(sought).toBe(true)
    // A neighbour that reads the table gets that of the new place, once.
    expect(heard).toBe(name === 'liveEntries' ? 1 : 0)
    expect(hub.snapshot()).toEqual(fold(events.slice(0, 2)))
    while (hub.step());
    expect(hub.snapshot()).toEqual(fold(events))
    // From there on it hears of every event.
    const isHeard = {
      listen: (type: string) => !/updated|reset|closed/.test(type),
      liveEntries: (type: string) => !/reset|closed/.test(type),
      log: () => true,
    }[name]
    expect(heard).toBe(types.slice(2).filter(isHeard).length + (name === 'liveEntries' ? 1 : 0))
  })

  test('finds the recording as it was, whatever was done to what it gave', async () => {
    const {hub: live} = setup()
    live.connect(bob, {list: [{a: 1}]}).catch(() => {})
    const recorded = JSON.parse(JSON.stringify(itemsOf<LogItem>(live.log()))) as LogItem[]
    const hub = new ReplayHub(recorded)
    hub.step()
    const [[, data] = []] = [...hub.entries()]
    expect(() => Object.assign((data?.list as object[])[0] ?? {}, {a: 99})).toThrow(TypeError)
    hub.seek(0)
    hub.step()
    expect([...hub.entries()][0]?.[1].list).toEqual([{a: 1}])
  })

  test('back lets listeners hear again what follows, also those that began later', () => {
    const hub = new ReplayHub(events)
    hub.stepTo(5)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain(({type}) => {
        heard.push(type)
      }),
    )
    hub.seek(1)
    hub.step()
    expect(heard).toEqual([types[1]])
  })

  test('leaves the counters as stepping there does', () => {
    const [stepped, sought] = [new ReplayHub(events), new ReplayHub(events)]
    for (let seq = 1; seq < events.length; seq++) {
      stepped.stepTo(seq)
      sought.seek(0)
      sought.seek(seq)
      expect(sought.stats()).toEqual(stepped.stats())
    }
  })

  test('knows how many links wait in reserve there, also those of a checkpoint', () => {
    const {hub: live, stack} = setup()
    const reserves = [0]
    const checkpoints = [live.checkpoint()]
    const note = () => {
      reserves.push(live.stats().reserve)
      checkpoints.push(live.checkpoint())
    }
    stack.incoming('bob', bob)
    note()
    const second = stack.incoming('bob', bob)
    note()
    stack.incoming('bob', bob)
    note()
    second.die()
    note()
    expect(reserves).toEqual([0, 0, 1, 2, 1])
    const items = itemsOf<LogItem>(live.log())
    for (const [from, checkpoint] of checkpoints.entries()) {
      const hub = new ReplayHub([checkpoint, ...items.slice(from)])
      const seqs = [4, 3, 2, 1, 0].filter((seq) => seq >= from)
      const found = seqs.map((seq) => {
        hub.seek(seq)
        return hub.stats().reserve
      })
      expect(found).toEqual(seqs.map((seq) => reserves[seq]))
      hub.seek(from)
      while (hub.step());
      expect(hub.stats().reserve).toBe(1)
    }
  })

  test('back from the end lets a reader of the log wait for what follows', () => {
    const hub = new ReplayHub(events)
    hub.stepTo(events.length)
    hub.seek(2)
    const read = hub.log({old: false, live: true})
    const got: unknown[] = []
    read(null, (end, item) => got.push(end ?? item))
    expect(got).toEqual([])
    hub.step()
    expect(got).toEqual([events[2]])
  })

  test('back lets a reader of the log that waits get what follows', () => {
    const hub = new ReplayHub(events)
    hub.seek(6)
    const read = hub.log({old: false, live: true})
    const got: unknown[] = []
    read(null, (end, item) => got.push(end ?? item))
    hub.seek(2)
    expect(got).toEqual([])
    hub.step()
    expect(got).toEqual([events[2]])
  })

  test('calls off who waits', async () => {
    const hub = new ReplayHub(events)
    const asked = outcome(hub.connect(bob, {note: 'hi'}))
    hub.seek(1)
    expect(await asked).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    expect(hub.getState(bob)).toBe('connecting')
  })

  test('leaves nothing to be claimed of what was told', () => {
    const hub = new ReplayHub(events)
    hub.stepTo(5)
    expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1, 3, 5])
    hub.seek(2)
    expect(hub.unclaimed()).toEqual([])
    expect(() => hub.update(bob, {note: 'ho', stats: {n: 1}})).toThrow(DivergenceError)
  })

  test('in a recording that begins with a checkpoint gives the log from there', () => {
    const first: LogItem = {type: 'checkpoint', ...fold(events.slice(0, 3))}
    const hub = new ReplayHub([first, ...events.slice(3)])
    hub.seek(5)
    expect(itemsOf(hub.log())).toEqual([first, events[3], events[4]])
  })

  test('and stepping, in any order, is the same every time', () => {
    const hub = new ReplayHub(events)
    const outputs = new Set<string>()
    for (let round = 0; round < 1000; round++) {
      hub.seek((round * 7) % (events.length + 1))
      hub.seek(0)
      const told: unknown[] = []
      for (let seq = 1; seq <= events.length; seq++) told.push(hub.step(), hub.snapshot())
      outputs.add(JSON.stringify(told))
    }
    expect(outputs.size).toBe(1)
  })
})
