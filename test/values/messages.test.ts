import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {replayPlugin} from '../../src/capsule'
import ConnHub from '../../src/index'
import {readLog, recordLog} from '../../src/log-file'
import {decode, encode, fold, ReplayHub, snapshots} from '../../src/replay'
import {given} from '../../src/testing'
import {ConnHubError} from '../../src/types'
import {errorCodes} from '../../src/values/errors'
import {mark} from '../../src/values/secrets'
import {excerpt, shown} from '../../src/values/shown'
import {pluginOf, record} from '../capsule/kit'
import {addressOf, FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {logOf} from '../kit/reading'
import {outcome, setup} from '../kit/setup'
import {caughtUp} from '../log-file/kit'

const bob = addressOf('bob')
const seed = Buffer.alloc(32, 's').toString('base64')
const secret = `${bob}:${seed}`
const folder = mkdtempSync(join(tmpdir(), 'ssb-conn-hub-'))
afterAll(() => rmSync(folder, {recursive: true}))

/** The error that the work throws, or its promise rejects with. */
async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

/** What a connect() rejects with, where its dial ends so. */
async function dialled(end: (world: ReturnType<typeof setup>) => void, address = bob): Promise<never> {
  const world = setup()
  const connected = world.hub.connect(address)
  end(world)
  return Promise.reject(await connected.then(undefined, (error: unknown) => error))
}

/** What a recording fails with, where something was done to its file. */
async function recorded(harm: (path: string) => void): Promise<void> {
  const {hub} = setup()
  const path = join(mkdtempSync(join(folder, 'log-')), 'hub.jsonl')
  const recording = recordLog(hub, path)
  await caughtUp(recording, hub)
  harm(path)
  await recording.close()
}

/** How each code comes about, and what its message has to say: what was given, what is expected, what to do. */
const ways: Record<string, [() => unknown, ...(string | RegExp)[]]> = {
  ERR_CLOSED: [
    () => {
      const {hub} = setup()
      hub.close()
      return hub.connect(bob)
    },
    'instance is closed',
    'create a new one',
  ],
  ERR_INVALID_ADDRESS: [() => setup().hub.connect('nowhere\u001b[2J'), '"nowhere\\u001b[2J"', '~shs:KEY'],
  ERR_INVALID_DATA: [() => setup().hub.connect(bob, 'note' as never), '"note"', 'JSON object'],
  ERR_INVALID_OPTION: [() => setup({closeTimeout: -5}), 'closeTimeout is -5', 'more than 0'],
  ERR_CALLED_OFF: [() => dialled(({hub}) => hub.reset()), 'called off', 'connect() dials anew'],
  ERR_ABORTED: [
    () => {
      const listen = {addEventListener: () => {}, removeEventListener: () => {}}
      return setup().hub.connect(bob, null, {signal: {aborted: true, ...listen}})
    },
    'without a reason',
    'abort(reason)',
  ],
  ERR_NO_RPC: [
    () => dialled(({stack}) => stack.lastDial.callBack(null, secret)),
    /"net:bob.*seed-/,
    'pass both on',
  ],
  ERR_DEAD_ON_ARRIVAL: [
    () =>
      dialled(({stack}) => {
        const rpc = stack.lastDial.rpc()
        rpc.die()
        stack.lastDial.callBack(null, rpc)
      }),
    'already closed',
    'connect() dials again',
  ],
  ERR_NOT_READY: [
    () =>
      dialled(({stack}) => {
        stack.isReady = false
        stack.lastDial.succeed()
      }),
    'ssb.ready() is false',
    'connect() when it is true',
  ],
  ERR_SELF: [
    () => dialled(({stack}) => stack.lastDial.succeed(new FakeRpc(ourKey)), 'net:localhost:1'),
    'leads to ourselves',
  ],
  ERR_CLOSE_TIMEOUT: [
    async () => {
      const {hub, stack, clock} = setup()
      stack.incoming('bob', bob).closeMode = 'hangs'
      const ended = hub.disconnect(bob)
      clock.advance(1000)
      await ended
    },
    'closeTimeout',
    'disconnect() tries again',
  ],
  ERR_LOG_FORMAT: [() => decode(`{"x":1}\u0007${secret}\n`), 'line 1', '{"x":1}\\u0007', 'expected'],
  ERR_LOG_REPLACED: [
    () =>
      recorded((path) => {
        renameSync(path, `${path}.old`)
        writeFileSync(path, 'of somebody else')
      }),
    'hub.jsonl',
    'Another file',
  ],
  ERR_LOG_GONE: [() => recorded((path) => rmSync(path)), 'hub.jsonl', 'not at its path'],
  ERR_LOG_ORDER: [
    () => given({type: 'disconnected', address: secret}),
    'event 1',
    'expected disconnected of',
  ],
  ERR_CAPSULE_LIMIT: [
    async () => {
      const load = () =>
        pluginOf((ssb) => {
          const hub = new ConnHub(ssb)
          return {hub: () => hub, act: () => require('node:child_process').spawnSync('true')}
        })
      const {api, path, end} = record(load)
      api.act()
      await end()
      await replayPlugin(load, path)
    },
    'a process of its own',
    'does not hold',
  ],
  ERR_DIVERGENCE: [() => new ReplayHub([]).connect(secret), 'recorded next: nothing', /called:.*seed-/],
}

test('every code has a way to it', () => {
  expect(Object.keys(ways).sort()).toEqual([...errorCodes].sort())
})

test.each(Object.entries(ways))('%s says what was given, what is expected, and what to do', async (code, [
  work,
  ...said
]) => {
  const error = (await errorOf(work)) as ConnHubError
  expect(error).toBeInstanceOf(ConnHubError)
  expect(error.code).toBe(code)
  for (const part of said)
    expect(error.message).toMatch(part instanceof RegExp ? part : new RegExp(quoted(part)))
  expect(error.message).not.toContain(seed.slice(0, 10))
  expect(error.message.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(error.message.length).toBeLessThan(1000)
})

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

describe('what is not what it should be is said, and not taken for something else', () => {
  const log = () => {
    const {hub} = setup()
    hub.connect(bob).catch(() => {})
    return encode(logOf(hub))
  }

  test.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['no stack', {}, 'an object without fields'],
    ['a configuration', {path: '/tmp', keys: {}}, 'an object with path, keys'],
    ['text', 'ssb', '"ssb"'],
  ])('a hub on %s', (_name, ssb, given) => {
    expect(() => new ConnHub(ssb as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        message: expect.stringMatching(`ssb is ${given}, expected a secret-stack peer.*addListener`),
      }),
    )
  })

  const makers: [string, (items: never) => unknown][] = [
    ['new ReplayHub()', (items) => new ReplayHub(items)],
    ['fold()', (items) => fold(items)],
    ['snapshots()', (items) => [...snapshots(items)]],
    ['encode()', (items) => encode(items)],
  ]
  const givens: [string, () => unknown, RegExp][] = [
    ['the text of a log', log, /events is "\{.*…", expected .*decode\(text\)\.events/],
    ['what decode() returns', () => decode(log()), /events is an object with events/],
    [
      'the iterator of readLog()',
      () => readLog('/nowhere'),
      /events is an object.*of what readLog\(\) gives/,
    ],
    ['nothing', () => undefined, /events is undefined/],
  ]
  test.each(
    makers.flatMap(([name, make]) => givens.map((each) => [name, ...each, make] as const)),
  )('%s of %s', async (_name, _what, given, message, make) => {
    const error = await errorOf(() => make(given() as never))
    expect(error).toMatchObject({code: 'ERR_INVALID_OPTION', message: expect.stringMatching(message)})
  })

  test.each([
    [
      'with the mark of a seed',
      `${bob}:seed-0123456789abcdef`,
      'use the address as it was before it was logged',
    ],
    ['with a seed that cannot be marked', `${bob}:AAA%2BB`, 'plain base64'],
    ['too long', `net:${'a'.repeat(4091)}:1`, 'must not be longer than 4096'],
    ['that is no string', {host: 'example.com'}, 'an object with host'],
  ])('an address %s', async (_name, address, said) => {
    const {rejected} = (await outcome(setup().hub.connect(address as never))) as {rejected: Error}
    expect(rejected.message).toContain('not a valid multiserver-address')
    expect(rejected.message).toContain(said)
    expect(rejected.message.length).toBeLessThan(300)
  })
})

describe('shown()', () => {
  test.each([
    ['text', '"text"'],
    ['\u0000\u009b\u202e\u2028\ud800', '"\\u0000\\u009b\\u202e\\u2028\\ud800"'],
    ['é日本😀', '"é日本😀"'],
    [secret, expect.stringMatching(/^"net:bob\..*:seed-[0-9a-f]{16}"$/)],
    ['a'.repeat(200), `"${'a'.repeat(100)}…"`],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [5n, '5n'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('x'), 'Symbol(x)'],
    [() => {}, 'a function'],
    [[1, 2], 'an array of 2'],
    [{}, 'an object without fields'],
    [{[secret]: 1, b: 2}, expect.stringMatching(/^an object with net:bob.*, b$/)],
    [{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}, 'an object with a, b, c, d, e, …'],
  ])('%o is %s', (value, text) => {
    expect(shown(value)).toEqual(text)
    expect(shown(value)).not.toContain(seed.slice(0, 10))
  })

  test('survives an object that throws, and calls none of its methods', () => {
    const {proxy, revoke} = Proxy.revocable({}, {})
    revoke()
    expect(shown(proxy)).toBe('an object that cannot be looked into')
    const fails = () => {
      throw new Error('it was called')
    }
    expect(shown({toString: fails, toJSON: fails})).toBe('an object with toString, toJSON')
  })
})

describe('excerpt()', () => {
  test('is the whole text where that is short enough', () => {
    expect(excerpt('0123456789', 10)).toBe('0123456789')
    expect(excerpt('0123456789a', 10)).toBe('0123456789…')
  })

  test.each([
    ['an address', secret],
    ['an invite', `example.com:8008:${keyOfName('bob')}~${seed}`],
    ['a link', encodeURIComponent(secret)],
    ['a link in small letters', encodeURIComponent(secret).replaceAll('%3A', '%3a')],
    ['a link to an invite', encodeURIComponent(`${keyOfName('bob')}~${seed}`).replaceAll('~', '%7e')],
    ['a link to an invite, in capitals', `${keyOfName('bob').replace('@', '%40')}%7E${seed}`],
  ])('that is cut within the mark of %s ends before it, and elsewhere where it is cut', (_name, text) => {
    const whole = mark(`${text} at port 8008:8008`)
    const start = whole.indexOf('seed-')
    expect(start).toBeGreaterThan(0)
    for (let length = 1; length < whole.length; length++) {
      const isTorn = length > start && length < start + 'seed-0123456789abcdef'.length
      // What `~shs` begins with may be the beginning of a mark, too.
      const cut = whole.slice(0, isTorn ? start : length).replace(/~s$/, '~')
      expect(excerpt(`${text} at port 8008:8008`, length)).toBe(`${cut}…`)
    }
  })

  test('shows nothing of a seed, wherever it is cut, and no piece of a mark', () => {
    for (let length = 0; length < secret.length + 10; length++) {
      const shown = excerpt(`${secret} and so on and so on and so on`, length)
      expect(shown).not.toContain(seed.slice(0, 5))
      expect(shown).not.toMatch(/:se(?!ed-[0-9a-f]{16})/)
      expect(shown.length).toBeLessThanOrEqual(length + 1)
    }
  })

  test('takes no longer for a text without end', () => {
    const started = process.cpuUsage()
    excerpt(`shs:${'a'.repeat(10_000_000)}`, 10)
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(100)
  })
})
