import {readFileSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {PluginDivergenceError, recordPlugin, replayPlugin} from '../../src/capsule'
import ConnHub from '../../src/index'
import type {FakeStack as Stack} from '../../src/testing'
import {FakeStack} from '../../src/testing'
import {address, newPath, pass, pluginOf, record, second} from './kit'

const quietly = (promise: Promise<unknown>) => promise.catch(() => {})

/** Tries again what failed, after a pause, and tells when. */
const retry = ({pause = 20, note = 'again', also = (_hub: ConnHub, _address: string) => {}} = {}) =>
  pluginOf((ssb: Stack) => {
    const hub = new ConnHub(ssb)
    const read = async () => {
      for await (const {type, address} of hub.listen()) {
        if (type !== 'connecting-failed') continue
        setTimeout(() => quietly(hub.connect(address, {note, at: Date.now()})), pause + Math.random())
        also(hub, address)
      }
    }
    read()
    return {
      hub: () => hub,
      add: (address: string) => quietly(hub.connect(address, {since: performance.now()})),
    }
  })

async function recordRetry(load = () => retry()) {
  const {ssb, api, path, end} = record(load)
  api.add(address)
  ssb.dials[0]?.fail(new Error('refused'))
  await expect.poll(() => ssb.dials.length, {interval: 5}).toBe(2)
  ssb.dials[1]?.succeed()
  await pass(40)
  api.hub().update(address, {by: 'another'})
  await end()
  return path
}

async function divergenceOf(load: () => object, path: string): Promise<PluginDivergenceError> {
  const error = await replayPlugin(load, path).catch((error) => error)
  expect(error).toBeInstanceOf(PluginDivergenceError)
  return error
}

describe('a plugin is replayed', () => {
  test('exactly, as often as one likes', async () => {
    const path = await recordRetry()
    for (let i = 0; i < 3; i++) {
      const {turns, commands, events} = await replayPlugin(() => retry(), path)
      expect([turns > 5, commands]).toEqual([true, 2])
      expect(events.map(({type}) => type)).toEqual([
        'checkpoint',
        'connecting',
        'connecting-failed',
        'connecting',
        'connected',
        'updated',
      ])
    }
  })

  test('without time passing', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        setTimeout(() => quietly(hub.connect(address, {at: Date.now()})), 300)
        return {}
      })
    const {path, end} = record(load)
    await pass(350)
    await end()
    const began = performance.now()
    await replayPlugin(load, path)
    expect(performance.now() - began).toBeLessThan(200)
  })

  test('a thousand times the same', {timeout: 120_000}, async () => {
    const path = await recordRetry()
    const outcomes = new Set<string>()
    for (let i = 0; i < 1000; i++) outcomes.add(JSON.stringify(await replayPlugin(() => retry(), path)))
    expect(outcomes.size).toBe(1)
  })

  test('side by side with another', async () => {
    const [one, two] = [await recordRetry(), await recordRetry()]
    await Promise.all([one, two, one].map((path) => replayPlugin(() => retry(), path)))
  })

  test('that is given its hub', async () => {
    const load =
      () =>
      (hub: ConnHub, {pause}: {pause: number}) => {
        const dial = () => quietly(hub.connect(address, {at: Date.now(), known: [...hub.entries()].length}))
        setTimeout(dial, pause)
        return {dial}
      }
    const path = newPath()
    const plugin = recordPlugin(load, path)
    const hub = new ConnHub(new FakeStack())
    quietly(hub.connect(second, {earlier: true}))
    const {dial} = plugin(hub, {pause: 30})
    await pass(60)
    dial()
    await plugin.recording.close()
    expect((await replayPlugin(load, path)).commands).toBe(2)
    const other = () => (hub: ConnHub) => load()(hub, {pause: 31})
    const error = await divergenceOf(other, path)
    expect(error.recorded).toContain('the timeout of 30 ms')
    expect(error.called).toContain('timeout of 31 ms')
  })

  test('with every kind of timer and promise', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        const note = (note: string) => void quietly(hub.connect(address, {note, at: Date.now()}))
        const run = async () => {
          await sleep(10)
          note('slept')
          await null
          process.nextTick(note, 'ticked')
          setImmediate(note, 'immediate')
          queueMicrotask(() => note('microtask'))
          const signal = AbortSignal.timeout(15)
          signal.addEventListener('abort', () => note(String(signal.reason.name)))
          const interval = setInterval(() => note(`${process.hrtime()[0] >= 0}`), 4)
          const refreshed = setTimeout(note, 12, 'refreshed').refresh()
          await sleep(20)
          clearInterval(interval[Symbol.toPrimitive]())
          clearTimeout(refreshed)
          note('done')
        }
        run()
        return {}
      })
    const {path, end} = record(load)
    await pass(80)
    await end()
    expect((await replayPlugin(load, path)).commands).toBeGreaterThanOrEqual(7)
  })

  test('that waits for time to pass', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        const began = Date.now()
        while (Date.now() - began < 20);
        quietly(hub.connect(address, {waited: Date.now() - began}))
        return {}
      })
    const {path, end} = record(load)
    await end()
    expect((await replayPlugin(load, path)).commands).toBe(1)
  })

  test('that gives its hub what JSON cannot carry', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        const cycle: {again?: unknown} = {}
        cycle.again = cycle
        const read = async () => {
          const code = await hub.connect(address, cycle).catch(({code}) => code)
          quietly(hub.connect(second, {code}))
        }
        read()
        return {}
      })
    const {path, end} = record(load)
    await pass(10)
    expect((await end()).join()).toContain('"code":"ERR_INVALID_DATA"')
    expect((await replayPlugin(load, path)).commands).toBe(2)
  })

  test('that hands on, in an object, what it was given', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        return {
          carry(duplex: {source: () => void; sink: () => void}, callback: (duplex: object) => void) {
            callback({...duplex, note: 'both'})
            quietly(hub.connect(address, {carried: true}))
          },
        }
      })
    const {api, path, end} = record(load)
    api.carry({source: () => {}, sink: () => {}}, () => {})
    await end()
    expect((await replayPlugin(load, path)).commands).toBe(1)
  })

  test('that throws, as it threw', async () => {
    const load = () =>
      pluginOf((ssb: Stack) => {
        const hub = new ConnHub(ssb)
        return {
          fail() {
            quietly(hub.connect(address))
            throw new RangeError('out of range')
          },
        }
      })
    const {api, path, end} = record(load)
    expect(() => api.fail()).toThrow(RangeError)
    await end()
    expect((await replayPlugin(load, path)).commands).toBe(1)
  })
})

describe('a divergence tells', () => {
  test('the turn, its time, what was given, recorded and called, where they differ, and the line of code', async () => {
    const path = await recordRetry()
    const error = await divergenceOf(() => retry({note: 'anew'}), path)
    expect(error.code).toBe('ERR_DIVERGENCE')
    expect(error.turn.time).toBeGreaterThan(1.7e12)
    expect(error.turn.given).toMatch(/^the timeout of 20\.\d+ ms fired/)
    expect(error.recorded).toContain('"note":"again"')
    expect(error.called).toContain('"note":"anew"')
    expect(error.message).toContain('data.note: "again" was recorded, "anew" was called')
    expect(error.line).toMatch(/replay\.test\.ts:\d+:\d+/)
    expect(error.message).toContain(new Date(error.turn.time).toISOString())
  })

  test('what was given, nearly as JavaScript has it', async () => {
    const load = (note: string) => () => (hub: ConnHub) => ({
      told: (...args: unknown[]) => hub.update(address, {note, count: args.length}),
    })
    const path = newPath()
    const plugin = recordPlugin(load('then'), path)
    const given = [
      undefined,
      Number.NaN,
      {a: [null, new RangeError('too far')]},
      () => {},
      Object.freeze({b: 1}),
    ]
    plugin(new ConnHub(new FakeStack())).told(...given)
    await plugin.recording.close()
    const {turn} = await divergenceOf(load('now'), path)
    expect(turn.given).toMatch(
      /^function \d+\.told\(undefined, NaN, \{"a":\[null,RangeError: too far\]\}, function \d+, \{"b":1\}\)$/,
    )
  })

  test('of a delay', async () => {
    const error = await divergenceOf(() => retry({pause: 21}), await recordRetry())
    expect(error.recorded).toMatch(/the timeout of 20\.\d+ ms, set in round \d+, fires/)
    expect(error.called).toMatch(/in that round were set: timeout of 21\.\d+ ms/)
  })

  test('of a command that is not given any more', async () => {
    const load = () => {
      const plugin = retry()
      return {...plugin, init: (ssb: Stack) => ({...plugin.init(ssb), add() {}})}
    }
    const error = await divergenceOf(load, await recordRetry())
    expect(error.recorded).toContain('connect(')
    expect(error.called).toBeUndefined()
  })

  test('of a command too many, also from a timer that is new', async () => {
    const also = (hub: ConnHub, address: string) =>
      void setTimeout(() => hub.update(address, {late: true}), 10)
    const error = await divergenceOf(() => retry({also}), await recordRetry())
    expect(error.turn.given).toBe('a new timeout of 10 ms fired')
    expect(error.called).toContain('update(')
    expect(error.recorded).toBeUndefined()
  })

  test('of new timers that would go on for ever', {timeout: 120_000}, async () => {
    const path = await recordRetry()
    const text = readFileSync(path, 'utf8')
    // The last turn is much later.
    writeFileSync(path, text.replace(/"at":\d+\.?\d*(?!.*"at":)/s, '"at":1000000000000000'))
    const also = () => {
      const again = () => void setTimeout(again, 1)
      again()
    }
    const error = await divergenceOf(() => retry({also}), path)
    expect(error.called).toBe('100000 new timers before what was recorded next')
  })

  test('after which an asynchronous loop gets no more answers', async () => {
    let rounds = 0
    const also = async (hub: ConnHub, address: string) => {
      for (;;) {
        rounds++
        try {
          await hub.connect(address, {rounds})
        } catch {}
      }
    }
    await divergenceOf(() => retry({also}), await recordRetry())
    expect(rounds).toBe(1)
  })
})

describe('what nobody catches of a plugin', () => {
  const escapes: Record<string, (error: Error) => unknown> = {
    'a promise that is rejected': (error) => Promise.reject(error),
    'an asynchronous function that throws': async (error) => {
      await null
      throw error
    },
    'a callback of queueMicrotask()': (error) =>
      queueMicrotask(() => {
        throw error
      }),
    'a callback of process.nextTick()': (error) =>
      process.nextTick(() => {
        throw error
      }),
  }
  const failing = (fail: (error: Error) => unknown) =>
    retry({also: () => void fail(new TypeError('of the plugin'))})

  test.each(
    Object.entries(escapes),
  )('%s, fails its replay with its line, and the process goes on', async (_, fail) => {
    const error = await replayPlugin(() => failing(fail), await recordRetry()).catch((error) => error)
    expect(error).toMatchObject({name: 'TypeError', message: 'of the plugin'})
    expect(error.stack).toMatch(/replay\.test\.ts:\d+:\d+/)
  })

  test('is heard by the process when it is recorded, and is then no failure of the replay', async () => {
    for (const fail of Object.values(escapes)) {
      const heard = await hearErrors(async () => {
        const path = await recordRetry(() => failing(fail))
        await replayPlugin(() => failing(fail), path)
      })
      expect(heard).toEqual(['of the plugin'])
    }
  })

  test('of others is theirs', async () => {
    const path = await recordRetry()
    const heard = await hearErrors(async () => {
      const replayed = replayPlugin(() => retry(), path)
      Promise.reject(new Error('of others'))
      await replayed
    })
    expect(heard).toEqual(['of others'])
  })

  /** What the process hears meanwhile of errors that nobody caught, in place of the test framework. */
  async function hearErrors(work: () => Promise<void>): Promise<string[]> {
    const names = ['unhandledRejection', 'uncaughtException'] as const
    const heard: string[] = []
    const others = names.map((name) => process.listeners(name as never))
    for (const name of names)
      process.removeAllListeners(name).on(name, ({message}: Error) => heard.push(message))
    try {
      await work()
    } finally {
      for (const [i, name] of names.entries()) {
        process.removeAllListeners(name)
        for (const listener of others[i] ?? []) process.on(name, listener)
      }
    }
    return heard
  }
})

describe('what is the plugin’s own affair', () => {
  test('is how often it looks at the clock and the table, asks for chance, and sets timers that do not matter', async () => {
    const also = (hub: ConnHub, address: string) => {
      for (let i = 0; i < 10; i++) [Date.now(), Math.random(), hub.getState(address), [...hub.entries()]]
      clearTimeout(setTimeout(() => hub.reset(), 5))
      setTimeout(() => hub.getState(address), 1)
    }
    await replayPlugin(() => retry({also}), await recordRetry())
  })
})

describe('a file is refused', () => {
  test('that begins in the middle', async () => {
    const path = await recordRetry()
    const [header, , ...rest] = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, [header, ...rest].join('\n'))
    await expect(replayPlugin(() => retry(), path)).rejects.toThrow(
      /line 2.*recording of a plugin from its beginning/s,
    )
  })

  test('in which a line of the plugin’s is none, with its number and what was expected', async () => {
    const path = await recordRetry()
    const lines = readFileSync(path, 'utf8').split('\n')
    const at = lines.findIndex((line) => line.includes('"timer"'))
    writeFileSync(
      path,
      lines.map((line, i) => (i === at ? line.replace('"timeout"', '"sundial"') : line)).join('\n'),
    )
    await expect(replayPlugin(() => retry(), path)).rejects.toMatchObject({
      code: 'ERR_LOG_FORMAT',
      line: at + 1,
      expected: 'timer to be a timer: its round, kind, ms and n',
    })
  })

  test('in which the events of the hub do not follow from each other', async () => {
    const path = await recordRetry()
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, lines.filter((line) => !line.includes('"type":"connecting-failed"')).join('\n'))
    await expect(replayPlugin(() => retry(), path)).rejects.toMatchObject({code: 'ERR_LOG_ORDER'})
  })

  test('that is none', async () => {
    const path = newPath()
    writeFileSync(path, 'hello\n')
    await expect(replayPlugin(() => retry(), path)).rejects.toMatchObject({code: 'ERR_LOG_FORMAT', path})
  })
})

test('whatever was written of a recording can be replayed', async () => {
  const path = await recordRetry()
  const text = readFileSync(path, 'utf8')
  const start = text.indexOf('\n', text.indexOf('"load"'))
  for (let end = start + 1; end < text.length; end += 97) {
    writeFileSync(path, text.slice(0, end))
    await replayPlugin(() => retry(), path)
  }
})
