import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, test} from 'vitest'
import ConnHub from '../../src/index'
import {decode, fold} from '../../src/replay'
import type {ListenEvent, Options, SSB} from '../../src/types'
import {temporaryFolder} from '../kit/folder'
import {growthOf} from './memory'
import {type Settings, settingsOf} from './settings'
import {SimClock} from './sim-clock'
import type {SimRpc} from './sim-rpc'
import {type MakeHub, Simulation} from './simulation'
import {seconds} from './time'

const settings: Settings = {peers: 300, hours: 1, seed: 1, scheduler: 'own', log: undefined}

async function simulate(change: Partial<Settings> = {}, makeHub?: MakeHub): Promise<Simulation> {
  const simulation = new Simulation({...settings, ...change}, undefined, makeHub)
  await simulation.run()
  return simulation
}

describe('a simulated hub among peers that come and go', () => {
  test('keeps every invariant, and has the same log, byte for byte, for the same seed', async () => {
    const first = await simulate({hours: 0.5})
    const again = await simulate({hours: 0.5})
    const other = await simulate({hours: 0.5, seed: 2})
    const [digest, same, different] = [first, again, other].map(({invariants}) => invariants.log.digest())
    expect(same).toBe(digest)
    expect(different).not.toBe(digest)
    const {counts} = first.invariants.log
    // A simulation in which nothing happens would keep every invariant.
    for (const type of ['connected', 'connecting-failed', 'disconnecting-failed', 'reserved', 'updated']) {
      expect([type, counts[type] ?? 0]).toEqual([type, expect.any(Number)])
      expect(counts[type]).toBeGreaterThan(10)
    }
    expect(counts.closed).toBe(1)
  })

  test.each([4, 5])('never stays with a dead link, nor unpinged (seed %d)', async (seed) => {
    const {links} = (await simulate({seed, hours: 0.5})).invariants
    expect(links.returns).toBeGreaterThan(10)
    expect(links.crossings).toBeGreaterThan(3)
    expect([links.deadAfterReturn, links.unpinged]).toEqual([0, 0])
  })

  test('writes its log where it is asked to, and that folds to a table without entries', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'day.jsonl')
    const {invariants} = await simulate({log, peers: 100})
    const {events, torn} = decode(readFileSync(log))
    expect(torn).toBeUndefined()
    expect(fold(events)).toMatchObject({seq: invariants.log.seq, entries: []})
  })

  test('runs under the scheduler of ssb-conn itself, which dials and holds connections', async () => {
    const script = join(__dirname, 'simulate.mjs')
    const args = [script, '--peers', '200', '--hours', '1', '--seed', '3', '--scheduler', 'ssb-conn']
    const {stdout} = await promisify(execFile)(process.execPath, args)
    const [, byUs = '0'] = /([\d,]+) by us/.exec(stdout) ?? []
    expect(Number(byUs.replaceAll(',', ''))).toBeGreaterThan(10)
    expect(stdout).toMatch(/calls +[\d,]+, all settled/)
  })
})

describe('an invariant that does not hold is noticed', () => {
  /** A hub with one fault. */
  type Fault = (hub: ConnHub, stack: SSB) => void
  const faulty =
    (fault: Fault): MakeHub =>
    (stack, options: Options) => {
      const hub = new ConnHub(stack, options)
      fault(hub, stack)
      return hub
    }

  /** What listen() tells, changed on its way. */
  const retold = (hub: ConnHub, change: (event: ListenEvent, n: number) => ListenEvent | undefined) => {
    const listen = hub.listen.bind(hub)
    hub.listen = () => {
      const source = listen()
      let n = 0
      const read: typeof source = Object.assign(
        (...[abort, callback]: Parameters<typeof source>) => {
          source(abort, (end, event) => {
            const told = event && change(event, ++n)
            if (end || told) callback(end, told)
            else read(null, callback)
          })
        },
        {[Symbol.asyncIterator]: source[Symbol.asyncIterator]},
      )
      return read
    }
  }

  const faults: [string, Fault, RegExp][] = [
    [
      'an event that is not told',
      (hub) => retold(hub, (event, n) => (n === 50 ? undefined : event)),
      /told|liveEntries/,
    ],
    [
      'an event of the wrong type',
      (hub) =>
        retold(hub, (event, n) =>
          n === 50 ? ({...event, type: 'disconnecting-failed'} as ListenEvent) : event,
        ),
      /told|liveEntries/,
    ],
    [
      'an rpc of somebody else',
      (hub) =>
        retold(hub, (event) =>
          event.type === 'connected' ? {...event, details: {...event.details, rpc: {}}} : event,
        ),
      /wrong rpc/,
    ],
    [
      'a state that is wrong',
      (hub) => {
        const getState = hub.getState.bind(hub)
        hub.getState = (address) => (getState(address) === 'connecting' ? 'connected' : getState(address))
      },
      /getState\(\) says connected/,
    ],
    [
      'a promise that is never settled',
      (hub) => {
        const {connect} = hub
        let n = 0
        hub.connect = (...args) => (++n === 20 ? new Promise(() => {}) : connect.apply(hub, args))
      },
      /never settled/,
    ],
    [
      'a table of which an entry is missing',
      (hub) => {
        const entries = hub.entries.bind(hub)
        hub.entries = () => [...entries()].slice(1).values()
      },
      /entries\(\) differ/,
    ],
    [
      'a snapshot that the log does not fold to',
      (hub) => {
        const snapshot = hub.snapshot.bind(hub)
        hub.snapshot = () => ({...snapshot(), time: 1})
      },
      /does not fold/,
    ],
    [
      'a count that is wrong',
      (hub) => {
        const stats = hub.stats.bind(hub)
        hub.stats = () => ({...stats(), attempts: stats().attempts + 1})
      },
      /attempts/,
    ],
    [
      'a hub that stays open',
      (hub) => {
        hub.close = () => {}
      },
      /never|left|still/,
    ],
  ]

  test.each(faults)('%s', async (_, fault, message) => {
    await expect(simulate({hours: 0.2}, faulty(fault))).rejects.toThrow(message)
  })

  test('a link of the other side that is announced although ours comes in time', async () => {
    const impatient: MakeHub = (stack, {clock = new SimClock(), ...options}) =>
      new ConnHub(stack, {
        ...options,
        clock: {
          now: () => clock.now(),
          setTimeout: (callback, ms) => clock.setTimeout(callback, ms === seconds(2) ? 0 : ms),
          clearTimeout: (timer) => clock.clearTimeout(timer),
        },
      })
    await expect(simulate({}, impatient)).rejects.toThrow(/was dialled by both/)
  })

  test('an old link that stays announced although its peer is back', async () => {
    const deaf: MakeHub = (stack, options) => {
      const {addListener} = stack
      const held = new Set<string>()
      stack.addListener = (event, listener) =>
        addListener.call(stack, event, (rpc: SimRpc) => {
          // Of a peer that is connected, it hears nothing more.
          if (held.has(rpc.id) && !rpc.isClient) return
          held.add(rpc.id)
          listener(rpc, rpc.isClient)
        })
      return new ConnHub(stack, options)
    }
    await expect(simulate({}, deaf)).rejects.toThrow(/announced with its old link/)
  })

  test('memory that grows', () => {
    const flat = Array.from({length: 24}, (_, hour) => 20e6 + (hour % 5) * 1e6)
    expect(growthOf(flat)).toBeUndefined()
    expect(growthOf(flat.map((heap, hour) => heap + hour * 2e6))).toMatch(/has grown/)
  })
})

test.each([
  ['--peers', '0'],
  ['--hours', 'x'],
  ['--scheduler', 'none'],
  ['--days', '1'],
  ['--log', ''],
])('refuses %s %s', (...args) => {
  expect(() => settingsOf(args)).toThrow()
})
