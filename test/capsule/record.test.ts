import {spawn} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {recordPlugin, replayPlugin} from '../../src/capsule'
import ConnHub from '../../src/index'
import {FakeStack} from '../../src/testing'
import {address, linesOf, newPath, pass, pluginOf, record} from './kit'

const quietly = (promise: Promise<unknown>) => promise.catch(() => {})

/** A plugin that does what it is told. */
const does = (act: (hub: ConnHub, ssb: FakeStack, config: unknown) => unknown) => () =>
  pluginOf((ssb, config) => {
    const hub = new ConnHub(ssb)
    return {hub: () => hub, act: () => act(hub, ssb, config)}
  })

const note = (hub: ConnHub, note: unknown) => void quietly(hub.connect(address, {note} as object))

describe('a recording', () => {
  test('leaves the plugin what it has: its hub, its stack, its results', async () => {
    const load = does((hub, ssb) => [hub instanceof ConnHub, ssb.id, typeof ssb.connect, hub])
    const {api, ssb, end} = record(load)
    const [isHub, id, connect, hub] = api.act() as unknown[]
    expect([isHub, id, connect]).toEqual([true, ssb.id, 'function'])
    expect(hub).toBe(api.hub())
    expect(api.hub()).toBeInstanceOf(ConnHub)
    quietly(api.hub().connect(address))
    expect(ssb.dials).toHaveLength(1)
    await end()
  })

  test('has the log of the hub in it, and the plugin’s lines between', async () => {
    const {api, end} = record(does((hub) => note(hub, 1)))
    api.act()
    const lines = await end()
    const kinds = lines
      .slice(1)
      .map((line) => JSON.parse(line))
      .map(({plugin, type}) => plugin ?? type)
    expect(kinds).toEqual([
      'turn',
      'gave',
      'turn',
      'checkpoint',
      'call',
      'gave',
      'turn',
      'command',
      'connecting',
      'end',
    ])
  })

  test('moves away a file that is there', async () => {
    const path = newPath()
    writeFileSync(path, 'what was there')
    const plugin = recordPlugin(
      does(() => {}),
      path,
    )
    await plugin.recording.close()
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('what was there')
    expect(linesOf(path).at(-1)).toBe('{"plugin":"end","reason":"closed"}')
  })

  test('ends when it is as large as it may be, says so, and what there is can be replayed', async () => {
    const ends: unknown[] = []
    const load = does((hub) => note(hub, 'x'.repeat(100)))
    const {api, path, ssb} = record(load, {maxBytes: 4000, onEnd: (end) => ends.push(end)})
    for (let i = 0; i < 30; i++) {
      api.act()
      ssb.dials[i]?.fail(new Error('refused'))
      await pass(1)
    }
    await expect.poll(() => ends).toEqual([{error: undefined, isFull: true}])
    expect(statSync(path).size).toBeLessThanOrEqual(4000)
    expect(linesOf(path).at(-1)).toBe('{"plugin":"end","reason":"maxBytes"}')
    expect(ssb.dials.length).toBe(30)
    expect((await replayPlugin(load, path)).commands).toBeGreaterThan(1)
  })

  test('that cannot be written harms nobody, and tells', async () => {
    const ends: {error: unknown}[] = []
    const path = join(dirname(newPath()), 'no', 'such', 'folder.jsonl')
    const plugin = recordPlugin(
      does((hub) => note(hub, 1)),
      path,
      {onEnd: (end) => ends.push(end)},
    )
    const ssb = new FakeStack()
    const api = plugin.init(ssb)
    api.act()
    await expect.poll(() => ends).toMatchObject([{error: {code: 'ENOENT'}, isFull: false}])
    api.act()
    expect(ssb.dials).toHaveLength(1)
    await expect(plugin.recording.close()).rejects.toMatchObject({code: 'ENOENT'})
    expect(existsSync(path)).toBe(false)
  })

  test('refuses options that are none', () => {
    const load = does(() => {})
    expect(() => recordPlugin(load, newPath(), {maxBytes: 0})).toThrow(
      /maxBytes is 0, expected a number of bytes/,
    )
    expect(() => recordPlugin({} as never, newPath())).toThrow(
      /load is an object without fields, expected a function/,
    )
    expect(() => recordPlugin(load, 1 as never)).toThrow(/path is 1, expected the path of a file/)
  })

  test('of a process that is killed has every whole line', async () => {
    const path = newPath()
    const recorder = spawn(process.execPath, [join(__dirname, 'field/killed.cjs'), path])
    try {
      await expect.poll(() => existsSync(path) && linesOf(path).length, {timeout: 10_000}).toBeGreaterThan(60)
    } finally {
      recorder.kill('SIGKILL')
    }
    const {killed} = await import('./field/killed.cjs' as string)
    expect((await replayPlugin(() => killed(ConnHub), path)).commands).toBeGreaterThan(5)
  })
})

describe('secrets', () => {
  const seed = Buffer.alloc(32, 7).toString('base64')

  test('are not in it: seeds have marks, keys of the configuration are left out', async () => {
    const privateKey = `${randomBytes(64).toString('base64')}.ed25519`
    const config = {
      keys: {public: 'p', private: privateKey, id: '@p'},
      caps: {shs: 'the network'},
      other: {said: `my key is ${privateKey}`},
    }
    const seen: unknown[] = []
    const load = does((hub, _ssb, given) => {
      const {keys, caps, other} = given as typeof config
      seen.push(keys.private, {...keys}, caps.shs, other.said)
      note(hub, `${address}:${seed}`)
    })
    const {api, path, end} = record(load, {config})
    api.act()
    expect(seen.slice(0, 4)).toEqual([privateKey, config.keys, 'the network', config.other.said])
    const text = (await end()).join('\n')
    for (const secret of [privateKey, seed, 'the network']) expect(text).not.toContain(secret)
    await replayPlugin(load, path)
    expect(seen.slice(4)).toEqual([
      'secret',
      {public: 'p', private: 'secret', id: '@p'},
      'secret',
      expect.stringMatching(/^my key is key-/),
    ])
  })

  test('of an address: the plugin has the seed, its replay the mark', async () => {
    const withSeed = `${address}:${seed}`
    const load = () =>
      pluginOf((ssb) => {
        const hub = new ConnHub(ssb)
        return {
          dial: (address: string) => quietly(hub.connect(address, {again: address})),
          states: () =>
            note(
              hub,
              [...hub.entries()].map(([address, {state}]) => `${address} ${state} ${hub.getState(address)}`),
            ),
        }
      })
    const {api, ssb, path, end} = record(load)
    api.dial(withSeed)
    api.states()
    expect(ssb.dials[0]?.address).toBe(withSeed)
    await end()
    expect((await replayPlugin(load, path)).commands).toBe(2)
  })
})

describe('globals', () => {
  test('are what they were outside of plugins', async () => {
    const {api, end} = record(does((hub) => note(hub, Date.now())))
    api.act()
    const before = Date.now()
    expect(Date.parse(new Date().toISOString()) - before).toBeLessThan(50)
    expect(Date.name).toBe('Date')
    expect(new Date(5)).toBeInstanceOf(Date)
    expect(typeof Date()).toBe('string')
    expect(new (class extends Date {})(7).getTime()).toBe(7)
    expect(Math.random()).not.toBe(Math.random())
    expect(performance.now()).toBeLessThan(performance.now() + 1)
    expect(randomBytes(4)).toHaveLength(4)
    await end()
  })

  test('stand still in a turn of the plugin, and are what they are for others whom it calls', async () => {
    const times: number[] = []
    const load = does((hub, ssb) => {
      const began = Date.now()
      for (const until = performance.timeOrigin + 1; until < 0; );
      ssb.emit('ask', times)
      createHash('sha256').update('x'.repeat(3_000_000)).digest()
      ssb.emit('ask', times)
      note(hub, Date.now() - began)
    })
    const {api, ssb, path, end} = record(load)
    ssb.on('ask', (times: number[]) => times.push(performance.now()))
    api.act()
    expect(times[1]).toBeGreaterThan(times[0] ?? 0)
    const lines = await end()
    expect(lines.join()).toContain(`"args":["${address}",{"note":0}]`)
    await replayPlugin(load, path)
  })

  test('of a plugin stay its own when it waits in promises, and others go on meanwhile', async () => {
    const load = does(async (hub) => {
      const began = Date.now()
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 5))
      note(hub, [Date.now() - began, Math.random()])
    })
    const {api, path, end} = record(load)
    const done = api.act()
    const others = Array.from({length: 5}, async (_, i) => {
      await pass(i * 3)
      return Math.abs(Date.now() - Date.parse(new Date().toISOString())) < 5
    })
    expect(await Promise.all(others)).toEqual([true, true, true, true, true])
    await done
    await end()
    await replayPlugin(load, path)
  })
})

describe('what no recording holds', () => {
  const uses: Record<string, () => unknown> = {
    'a process of its own': () => require('node:child_process').spawnSync('true'),
    'a socket of its own': () =>
      require('node:net')
        .connect({host: '127.0.0.1', port: 1})
        .on('error', () => {}),
    'a worker thread': () => new (require('node:worker_threads').Worker)('', {eval: true}),
    'fs.readSync': () => {
      const {closeSync, openSync, readSync} = require('node:fs')
      const file = openSync(__filename)
      readSync(file, Buffer.alloc(4))
      closeSync(file)
    },
  }

  test.each(
    Object.keys(uses),
  )('%s is allowed, and recorded; the replay fails, and says what it was', async (what) => {
    const load = does((hub) => {
      uses[what]?.()
      note(hub, 1)
    })
    const {api, path, end} = record(load)
    api.act()
    await pass(20)
    expect((await end()).join('\n')).toContain(`{"plugin":"limit","what":"${what}"}`)
    await expect(replayPlugin(load, path)).rejects.toMatchObject({
      code: 'ERR_CAPSULE_LIMIT',
      message: expect.stringContaining(what),
    })
  })

  test('is refused in a replay', async () => {
    let isAllowed = false
    const load = does((hub) => {
      note(hub, 1)
      if (isAllowed) require('node:child_process').spawnSync('true')
    })
    const {api, path, end} = record(load)
    api.act()
    await end()
    isAllowed = true
    await expect(replayPlugin(load, path)).rejects.toMatchObject({code: 'ERR_CAPSULE_LIMIT'})
  })
})
