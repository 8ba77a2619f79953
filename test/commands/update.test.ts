import {inspect} from 'node:util'
import {describe, expect, test} from 'vitest'
import {addressOf, FakeRpc, keyOfName} from '../kit/fake-stack'
import {entry, setup} from '../kit/setup'

const bob = addressOf('bob')
const keyless = 'net:bob.example.com:8008'

function connecting(data?: object) {
  const world = setup()
  world.hub.connect(bob, data).catch(() => {})
  world.told.takeSnapshots()
  return world
}

describe('update()', () => {
  test('merges into an entry and returns true; an absent one gives false', () => {
    const {hub, told} = connecting({a: 1})
    expect(hub.update(bob, {a: 2, b: {c: [3]}})).toBe(true)
    expect(entry(hub, bob)).toMatchObject({a: 2, b: {c: [3]}, state: 'connecting'})
    expect(told.takeSnapshots().length).toBe(1)
    expect(hub.update(addressOf('carol'), {a: 2})).toBe(false)
    expect(told.takeSnapshots().length).toBe(0)
  })

  test('never changes the fields of the hub', () => {
    const {hub, told} = connecting()
    const before = entry(hub, bob)
    const own = {state: 'connected', key: '@x', inferredType: 'bt', inbound: true, hubBirth: 1, hubUpdated: 2}
    expect(hub.update(bob, own)).toBe(true)
    expect(entry(hub, bob)).toEqual(before)
    expect(told.takeSnapshots()).toEqual([])
  })

  test('ignores fields that are undefined, and where nothing is left there is no event', () => {
    const {hub, told} = connecting({a: 1})
    expect(hub.update(bob, {a: undefined})).toBe(true)
    expect(hub.update(bob, {})).toBe(true)
    expect(hub.update(bob, null)).toBe(true)
    expect(entry(hub, bob)).toMatchObject({a: 1})
    expect(told.takeSnapshots()).toEqual([])
  })

  test('neither changes nor keeps its argument', () => {
    const {hub} = connecting()
    const stats = {rtt: {mean: 1}}
    hub.update(bob, stats)
    stats.rtt.mean = 2
    expect(entry(hub, bob)).toMatchObject({rtt: {mean: 1}})
    expect(Object.isFrozen(stats) || Object.isFrozen(stats.rtt)).toBe(false)
    expect(hub.update(bob, Object.freeze({frozen: Object.freeze([1])}))).toBe(true)
  })

  test('is visible at once, also from inside a reader', () => {
    const {hub} = setup()
    const seen: unknown[] = []
    hub.listen()(null, () => {
      hub.update(bob, {seen: true})
      seen.push(entry(hub, bob)?.seen)
    })
    hub.connect(bob).catch(() => {})
    expect(seen).toEqual([true])
  })

  test('gives a peer its key where the address does not tell it, once', () => {
    const {hub, told} = setup()
    hub.connect(keyless).catch(() => {})
    expect(told.events[0]).toEqual({type: 'connecting', address: keyless, key: undefined})
    hub.update(keyless, {key: 7})
    expect(entry(hub, keyless)?.key).toBeUndefined()
    hub.update(keyless, {key: keyOfName('bob')})
    hub.update(keyless, {key: keyOfName('carol')})
    expect(entry(hub, keyless)?.key).toBe(keyOfName('bob'))
  })
})

describe('the data of an entry', () => {
  test('tells the key: of the address, else what the caller claims, and once connected what is proven', async () => {
    const {hub, stack, told} = setup()
    hub.connect(keyless, {key: keyOfName('mallory')}).catch(() => {})
    expect(entry(hub, keyless)?.key).toBe(keyOfName('mallory'))
    stack.lastDial.succeed(new FakeRpc(keyOfName('bob')))
    expect(entry(hub, keyless)?.key).toBe(keyOfName('bob'))
    expect(told.events.map(({key}) => key)).toEqual([keyOfName('mallory'), keyOfName('bob')])
  })

  test('has inferredType once connected, unless the caller gave a type', () => {
    const {hub, stack} = setup()
    stack.onDial = (dial) => dial.succeed()
    void hub.connect(addressOf('bob', '192.168.1.7'))
    void hub.connect(addressOf('carol'), {type: 'pub'})
    const types = [...hub.entries()].map(([, data]) => [data.type, data.inferredType])
    expect(types).toEqual([
      [undefined, 'lan'],
      ['pub', undefined],
    ])
  })

  test('tells times: hubBirth is the beginning, hubUpdated the latest change, neither runs backwards', () => {
    const {hub, stack, clock} = setup()
    const birth = clock.now()
    hub.connect(bob).catch(() => {})
    clock.advance(5)
    stack.lastDial.succeed()
    expect(entry(hub, bob)).toMatchObject({hubBirth: birth, hubUpdated: birth + 5})
    clock.jump(-1000)
    hub.update(bob, {a: 1})
    expect(entry(hub, bob)).toMatchObject({hubBirth: birth, hubUpdated: birth + 5})
    clock.jump(2000)
    hub.update(bob, {a: 2})
    expect(entry(hub, bob)?.hubUpdated).toBe(birth + 1005)
  })

  test('is deeply immutable, and survives JSON', () => {
    const {hub} = connecting({nested: {list: [{a: 1}]}})
    const all = [...hub.entries()]
    const data = entry(hub, bob) as unknown as {nested: {list: {a: number}[]}}
    expect(() => {
      data.nested.list.push({a: 2})
    }).toThrow(TypeError)
    expect(() => {
      Object.assign(all[0] as object, {0: 'x'})
    }).toThrow(TypeError)
    expect(JSON.parse(JSON.stringify(all))).toEqual(all)
  })
})

describe('metadata', () => {
  test('is taken in as JSON would carry it', () => {
    class Point {
      x = 1
      #hidden = 2
      method = () => this.#hidden
    }
    const {hub} = connecting({
      date: new Date(0),
      nan: Number.NaN,
      infinite: Number.POSITIVE_INFINITY,
      fn: () => {},
      symbol: Symbol('s'),
      nothing: undefined,
      none: null,
      list: [undefined, () => {}],
      point: new Point(),
      constructor: 'mine',
    })
    const {state, key, hubBirth, hubUpdated, ...rest} = entry(hub, bob) ?? {}
    expect(rest).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      nan: null,
      infinite: null,
      none: null,
      list: [null, null],
      point: {x: 1},
      constructor: 'mine',
    })
  })

  test('loses its own __proto__, at every depth', () => {
    const {hub} = connecting(JSON.parse('{"__proto__": {"a": 1}, "b": {"__proto__": {"c": 1}, "d": 2}}'))
    const data = entry(hub, bob) as {b?: object}
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(Object.hasOwn(data, '__proto__')).toBe(false)
    expect(data.b).toEqual({d: 2})
    expect(Object.hasOwn(data.b ?? {}, '__proto__')).toBe(false)
  })

  const cycle: {self?: unknown} = {}
  cycle.self = cycle
  let deep: object = {}
  for (let i = 0; i < 100_000; i++) deep = {deep}
  const refused: [string, unknown][] = [
    ['a string', 'data'],
    ['a number', 42],
    ['false', false],
    ['an array', []],
    ['a function', () => {}],
    ['a date', new Date()],
    ['a cycle', cycle],
    ['a BigInt', {big: 1n}],
    ['what throws', {toJSON: () => JSON.parse('{')}],
    ['what is nested too deep', deep],
  ]

  test.each(refused)('%s is refused before anything happened', async (_name, data) => {
    const {hub, told} = setup()
    await expect(hub.connect(bob, data as object)).rejects.toMatchObject({code: 'ERR_INVALID_DATA'})
    expect(() => hub.update(bob, data as object)).toThrow(expect.objectContaining({code: 'ERR_INVALID_DATA'}))
    expect(told.events).toEqual([])
    expect([...hub.entries()]).toEqual([])
  })

  test('with a seed in what JSON refuses gives an error without it', async () => {
    const {hub} = setup()
    const seed = Buffer.alloc(32, 's').toString('base64')
    const hostile = {
      toJSON: () => {
        throw new Error(`${bob}:${seed}`)
      },
    }
    const error: Error = await hub.connect(bob, hostile).then(
      () => new Error('connected'),
      (reason) => reason,
    )
    expect(inspect(error, {depth: 9})).toContain('JSON refuses it')
    expect(inspect(error, {depth: 9})).not.toContain(seed)
  })

  test('of a caller whose toJSON() closes the hub is not connected with', async () => {
    const {hub, told} = setup()
    const data = {toJSON: () => hub.close() ?? {}}
    await expect(hub.connect(bob, data)).rejects.toMatchObject({code: 'ERR_CLOSED'})
    expect(told.events).toEqual([])
  })
})

test('update() fails where its metadata closes the hub', () => {
  const {hub} = setup()
  hub.connect(bob).catch(() => {})
  const closing = {
    toJSON() {
      hub.close()
      return {a: 1}
    },
  }
  expect(() => hub.update(bob, closing)).toThrow('instance is closed')
})
