import pull from 'pull-stream'
import {beforeEach, describe, expect, test} from 'vitest'
import {DivergenceError, ReplayHub} from '../../src/replay'
import type {LogItem} from '../../src/types'
import {addressOf, type FakeRpc, keyOfName, ourKey} from '../kit/fake-stack'
import {itemsOf} from '../kit/reading'
import {outcome, settled, setup} from '../kit/setup'
import {bob, carol, recording, secret, seed} from './recorded'

let events: LogItem[]
beforeEach(async () => {
  events = await recording()
})

describe('calls', () => {
  test('are answered as they were answered then', async () => {
    const hub = new ReplayHub(events)
    const connected = hub.connect(bob, {note: 'hi'})
    expect(hub.getState(bob)).toBe('connecting')
    expect(await outcome(connected)).toBe('pending')
    hub.step()
    expect(((await connected) as FakeRpc).id).toBe(keyOfName('bob'))
    const failed = hub.connect(carol)
    hub.step()
    await expect(failed).rejects.toMatchObject({message: 'refused', code: 'ECONNREFUSED'})
    expect(hub.update(bob, {note: 'ho', stats: {n: 1}})).toBe(true)
    const disconnected = hub.disconnect(bob)
    expect(hub.getState(addressOf('erin'))).toBe('connected')
    hub.step()
    expect(await disconnected).toBe(true)
    const last = hub.connect(secret)
    hub.close()
    await expect(last).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(hub.unclaimed()).toEqual([])
    expect(hub.divergences).toEqual([])
  })

  test('tell first what lies between', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
      }),
    )
    hub.connect(bob, {note: 'hi'}).catch(() => {})
    hub.connect(carol).catch(() => {})
    expect(heard).toEqual(['connecting', 'connected', 'connecting'])
  })

  test('from inside a reader are applied at once and told in order', () => {
    const hub = new ReplayHub(events)
    const heard: string[] = []
    pull(
      hub.listen(),
      pull.drain((event) => {
        heard.push(event.type)
        if (event.type === 'connecting-failed') {
          expect(hub.update(bob, {note: 'ho', stats: {n: 1}})).toBe(true)
          expect(new Map(hub.entries()).get(bob)).toMatchObject({note: 'ho'})
          heard.push('after the update')
        }
      }),
    )
    hub.stepTo(4)
    expect(heard.slice(3)).toEqual(['connecting-failed', 'after the update'])
    expect(hub.snapshot().seq).toBe(5)
  })

  test('from inside readers that look at the table first find it as it was', async () => {
    /** It acts on what getState() says inside a notification. */
    const plugin = (hub: Pick<ReplayHub, 'listen' | 'getState' | 'connect'>) => {
      const seen: string[] = []
      pull(
        hub.listen(),
        pull.drain(({type, address}) => {
          seen.push(`${type}, and bob is ${hub.getState(bob)}`)
          if (type === 'disconnected' && address === bob) hub.connect(carol).catch(() => {})
          if (type === 'connecting' && address === carol) hub.connect(bob, {m: 1}).catch(() => {})
        }),
      )
      return seen
    }
    const {hub: live, stack} = setup()
    const then = plugin(live)
    const first = stack.incoming('bob', bob)
    stack.incoming('bob', bob)
    first.die()
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    const now = plugin(hub)
    while (hub.step());
    await settled()
    expect(now).toEqual(then)
    expect(then).toContain('connecting, and bob is connected')
    expect([hub.unclaimed(), hub.divergences]).toEqual([[], []])
  })

  test('that wait are called off by a reset, also where the disconnect has come to its end', async () => {
    const reset = (hub: Pick<ReplayHub, 'listen' | 'reset'>) =>
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          if (type === 'disconnected') hub.reset()
        }),
      )
    const {hub: live, stack} = setup()
    reset(live)
    stack.incoming('bob', bob).closeMode = 'hangs'
    const calls = [live.disconnect(bob), live.connect(bob).catch(({code}) => code)]
    Object.values(stack.peers).flat()[0]?.die()
    const then = await Promise.all(calls)
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    reset(hub)
    hub.step()
    const again = [hub.disconnect(bob), hub.connect(bob).catch(({code}) => code)]
    while (hub.step());
    expect(await Promise.all(again)).toEqual(then)
    expect(then).toEqual([true, 'ERR_CALLED_OFF'])
  })

  test('that wait for a disconnect are answered by the reset that came first', async () => {
    const ask = (hub: Pick<ReplayHub, 'connect' | 'disconnect' | 'reset'>) => {
      const calls = [hub.disconnect(bob), hub.connect(bob)].map(outcome)
      hub.reset()
      return Promise.all(calls)
    }
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob).closeMode = 'hangs'
    const then = await ask(live)
    expect(then).toMatchObject([{resolved: true}, {rejected: {code: 'ERR_CALLED_OFF'}}])
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.step()
    expect(await ask(hub)).toEqual(then)
    expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
  })

  test('do not take along the metadata of a connect() that was called off while it waited', async () => {
    const ask = async (hub: Pick<ReplayHub, 'connect' | 'disconnect'>) => {
      hub.disconnect(bob).catch(() => {})
      const controller = new AbortController()
      const waits = hub.connect(bob, {a: 1}, {signal: controller.signal}).catch((reason) => reason)
      controller.abort('no')
      hub.connect(bob, {b: 2}).catch(() => {})
      return await waits
    }
    const {hub: live, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    expect(await ask(live)).toBe('no')
    rpc.die()
    await settled()
    expect([...live.entries()][0]?.[1]).toMatchObject({b: 2})
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.step()
    expect(await ask(hub)).toBe('no')
    while (hub.step());
    expect([hub.unclaimed(), hub.divergences, hub.snapshot()]).toEqual([[], [], live.snapshot()])
  })

  test('may come late: what was told before and not claimed is theirs', async () => {
    const hub = new ReplayHub(events)
    hub.stepTo(3)
    expect(hub.unclaimed().map(({seq}) => seq)).toEqual([1, 3])
    const rpc = await hub.connect(bob, {note: 'hi'})
    expect(rpc).toMatchObject({id: keyOfName('bob')})
    const failed = hub.connect(carol)
    hub.step()
    await expect(failed).rejects.toThrow('refused')
    expect(hub.unclaimed()).toEqual([])
  })

  test('may come when all of it was told, and are answered as they were', async () => {
    const hub = new ReplayHub(events)
    hub.stepTo(4)
    expect(await hub.connect(bob, {note: 'hi'})).toMatchObject({id: keyOfName('bob')})
    await expect(hub.connect(carol)).rejects.toThrow('refused')
    const {hub: live, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    live.connect(bob, {a: 1}).catch(() => {})
    rpc.die()
    const ended = new ReplayHub(itemsOf<LogItem>(live.log()))
    while (ended.step());
    // Its event was that of an update: the log does not tell that it was connect() that was answered then.
    await expect(ended.connect(bob, {a: 1})).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect([hub.divergences, ended.divergences, ended.unclaimed()]).toEqual([[], [], []])
  })

  test('that come late are answered by the attempt of who waited for it', async () => {
    const {hub: live, stack} = setup()
    let calls: Promise<unknown>[] = []
    pull(
      live.listen(),
      pull.drain(({type}) => {
        if (type === 'disconnected') calls.push(live.connect(bob, {b: 2}))
      }),
    )
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    calls = [live.disconnect(bob), live.connect(bob, {a: 1})]
    rpc.die()
    stack.lastDial.fail(new Error('refused'))
    expect(await Promise.all(calls.map(outcome))).toMatchObject([
      {resolved: true},
      {rejected: {message: 'refused'}},
      {rejected: {message: 'refused'}},
    ])
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.step()
    const asked = outcome(hub.disconnect(bob).then(() => hub.connect(bob, {a: 1, b: 2})))
    const waits = outcome(hub.connect(bob, {a: 1}))
    while (hub.step());
    expect([await asked, await waits]).toMatchObject([
      {rejected: {message: 'refused'}},
      {rejected: {message: 'refused'}},
    ])
    hub.check()
  })

  test('of disconnect() that come late are answered as they were, when all was told', async () => {
    const {hub: live, stack} = setup()
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'fails'
    await live.disconnect(bob).catch(() => {})
    rpc.closeMode = 'closes'
    await live.disconnect(bob)
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    while (hub.step());
    await expect(hub.disconnect(bob)).rejects.toThrow('close failed')
    expect(await hub.disconnect(bob)).toBe(true)
    expect(await hub.disconnect(bob)).toBe(false)
    hub.check()
  })

  test('that come late are each answered by their own attempt', async () => {
    const {hub: live, stack} = setup()
    const asked = live.connect(bob)
    const rpc = stack.lastDial.succeed()
    await asked
    rpc.die()
    live.connect(bob, {again: true}).catch(() => {})
    stack.lastDial.fail(new Error('refused'))
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    while (hub.step());
    await expect(hub.connect(bob, {again: true})).rejects.toThrow('refused')
    expect(await hub.connect(bob)).toMatchObject({id: rpc.id})
  })

  test('that come late and give up before the others call off what was called off then', async () => {
    const {hub: live} = setup()
    const controller = new AbortController()
    live.connect(bob, null, {signal: controller.signal}).catch(() => {})
    controller.abort()
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.step()
    const late = new AbortController()
    const asked = outcome(hub.connect(bob, null, {signal: late.signal}))
    late.abort('too slow')
    expect(await asked).toEqual({rejected: 'too slow'})
    expect([hub.getState(bob), hub.unclaimed()]).toEqual([undefined, []])
  })

  test('of a reader take along what a call that waits has, and not what the entry had that ended', async () => {
    const {hub: live, stack} = setup()
    const plugin = (hub: Pick<ReplayHub, 'listen' | 'connect' | 'disconnect'>) => {
      pull(
        hub.listen(),
        pull.drain(({type}) => {
          if (type === 'disconnected') hub.connect(bob, {b: 2}).catch(() => {})
        }),
      )
      hub.disconnect(bob).catch(() => {})
      hub.connect(bob, {a: 1}).catch(() => {})
    }
    const rpc = stack.incoming('bob', bob)
    rpc.closeMode = 'hangs'
    live.update(bob, {old: true})
    const {seq} = live.snapshot()
    plugin(live)
    rpc.die()
    await settled()
    expect(live.snapshot().entries).toMatchObject([[bob, {state: 'connecting', a: 1, b: 2}]])
    expect(live.snapshot().entries[0]?.[1]).not.toHaveProperty('old')
    const hub = new ReplayHub(itemsOf<LogItem>(live.log()))
    hub.seek(seq)
    plugin(hub)
    while (hub.step());
    expect([hub.divergences, hub.unclaimed(), hub.snapshot()]).toEqual([[], [], live.snapshot()])
  })

  test('that cause nothing are answered from the state', async () => {
    const hub = new ReplayHub(events)
    expect(hub.update(bob, {a: 1})).toBe(false)
    expect(await hub.disconnect(bob)).toBe(false)
    expect(hub.unclaimed()).toEqual([])
    const both = [hub.connect(bob, {note: 'hi'}), hub.connect(bob)]
    hub.step()
    const [first, second] = await Promise.all(both)
    expect(second).toBe(first)
    expect(await hub.connect(bob)).toBe(first)
    expect(hub.update(bob, {state: 'x'})).toBe(true)
  })

  test('may have a seed, or the mark that the log has', async () => {
    for (const address of [secret, events.map((event) => ('address' in event ? event.address : '')).at(-2)]) {
      const hub = new ReplayHub(events, {onDivergence: 'collect'})
      hub.stepTo(events.length - 5)
      expect(hub.getState(address ?? '')).toBeUndefined()
      hub.connect(address ?? '').catch(() => {})
      expect(hub.divergences).toEqual([])
      expect(hub.getState(secret)).toBe('connecting')
      expect(JSON.stringify([...hub.entries()])).not.toContain(seed)
    }
  })

  test('connect to ourselves where the test says who we are', async () => {
    const hub = new ReplayHub(events, {id: ourKey})
    expect(await hub.connect(addressOf('us'))).toBe(false)
    await expect(new ReplayHub(events).connect(addressOf('us'))).rejects.toBeInstanceOf(DivergenceError)
  })

  test('get rpcs of the test’s own', async () => {
    const rpc = {id: 'mine'}
    const hub = new ReplayHub(events, {rpc: () => rpc})
    const connected = hub.connect(bob, {note: 'hi'})
    hub.step()
    expect(await connected).toBe(rpc)
  })

  test('wait for promises that the end calls off, and nothing hangs', async () => {
    const hub = new ReplayHub(events.slice(0, 1))
    const connected = hub.connect(bob, {note: 'hi'})
    expect(hub.step()).toBeUndefined()
    hub.close()
    await expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    await expect(hub.connect(bob)).rejects.toMatchObject({code: 'ERR_CLOSED'})
  })
})
