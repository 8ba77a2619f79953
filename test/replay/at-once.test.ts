import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {ReplayHub} from '../../src/replay'
import type {ListenEvent} from '../../src/types'
import type {FakeRpc} from '../kit/fake-stack'
import {outcome, settled, setup} from '../kit/setup'
import {bob, carol, logOf} from './recorded'

type AnyHub = Pick<ReplayHub, 'listen' | 'connect' | 'disconnect' | 'update' | 'reset' | 'getState'>

/** Does something at each event of a type. */
function on(hub: AnyHub, wanted: ListenEvent['type'], work: (event: ListenEvent) => unknown): void {
  pull(
    hub.listen(),
    pull.drain((event: ListenEvent) => {
      if (event.type === wanted) work(event)
    }),
  )
}

async function faithful(hub: ReplayHub): Promise<void> {
  while (hub.step());
  await settled()
  expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
}

describe('what followed a call at once, follows it at once in a replay', () => {
  test('so an attempt that is called off is absent when disconnect() returns, and can be begun anew', async () => {
    const plugin = (hub: AnyHub) => {
      const answers = [hub.connect(bob), hub.disconnect(bob)].map(outcome)
      const between = hub.getState(bob)
      answers.push(outcome(hub.connect(bob, {retry: 1})))
      return {between, answers: Promise.all(answers)}
    }
    const {hub: live} = setup()
    const then = plugin(live)
    const answers = await then.answers
    const hub = new ReplayHub(logOf(live))
    const now = plugin(hub)
    expect([now.between, then.between]).toEqual([undefined, undefined])
    expect(await now.answers).toEqual(answers)
    await faithful(hub)
  })

  test('so does the outcome of a dial that calls back in the same tick', async () => {
    const {hub: live, stack} = setup()
    stack.onDial = (dial) => dial.fail()
    const plugin = (hub: AnyHub) => {
      const answers = [outcome(hub.connect(bob)), outcome(hub.connect(bob, {again: true}))]
      return Promise.all(answers)
    }
    const then = await plugin(live)
    const hub = new ReplayHub(logOf(live))
    expect(await plugin(hub)).toMatchObject(then)
    await faithful(hub)
  })

  test('and what a reader set off follows in its place, before what it called is told', async () => {
    const {hub: live, stack} = setup()
    const plugin = (hub: AnyHub) => {
      const seen: unknown[] = []
      on(hub, 'connected', ({address}) => hub.disconnect(address).catch(() => {}))
      on(hub, 'disconnecting', ({address}) => seen.push(hub.getState(address)))
      on(hub, 'disconnected', ({address}) => {
        seen.push(hub.getState(address))
        if (address === bob) hub.connect(carol).catch(() => {})
        seen.push(hub.getState(carol))
      })
      return seen
    }
    const then = plugin(live)
    stack.incoming('bob', bob)
    const hub = new ReplayHub(logOf(live))
    const now = plugin(hub)
    await faithful(hub)
    expect(now).toEqual(then)
    expect(then.length).toBe(3)
  })

  test('so does what came of that, and so on', () => {
    const plugin = (hub: AnyHub) => {
      on(hub, 'disconnecting', () => hub.connect(bob, {again: true}).catch(() => {}))
      hub.disconnect(bob).catch(() => {})
      return hub.getState(bob)
    }
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob)
    expect(plugin(live)).toBe('connecting')
    const hub = new ReplayHub(logOf(live))
    hub.step()
    expect(plugin(hub)).toBe('connecting')
    expect([hub.divergences, hub.unclaimed()]).toEqual([[], []])
  })

  test('but step() tells one event at a time', () => {
    const {hub: live} = setup()
    live.connect(bob).catch(() => {})
    live.disconnect(bob).catch(() => {})
    const hub = new ReplayHub(logOf(live))
    const states = []
    while (hub.step()) states.push(hub.getState(bob))
    expect(states).toEqual(['connecting', 'disconnecting', undefined])
  })

  test('and the reset with which a hub closes is applied whole before any of it is told, what came before is not', () => {
    const {hub: live, stack} = setup()
    stack.incoming('bob', bob)
    stack.incoming('carol', carol)
    live.close()
    const hub = new ReplayHub(logOf(live))
    const seen: unknown[] = []
    for (const type of ['connected', 'disconnecting'] as const)
      on(hub, type, () => seen.push(`${type}: ${[...hub.entries()].length}`))
    hub.close()
    expect(seen).toEqual(['connected: 1', 'connected: 2', 'disconnecting: 0', 'disconnecting: 0'])
    expect([hub.divergences, hub.snapshot().seq]).toEqual([[], live.snapshot().seq])
  })
})

describe('a connection that ended at once', () => {
  test('was never an answer: the call is called off where a reader disconnected', async () => {
    const plugin = (hub: AnyHub) => {
      on(hub, 'connected', ({address}) => hub.disconnect(address).catch(() => {}))
      return hub.connect(bob)
    }
    const {hub: live, stack} = setup()
    stack.onDial = (dial) => dial.succeed()
    const then = await outcome(plugin(live))
    const hub = new ReplayHub(logOf(live))
    expect(await outcome(plugin(hub))).toEqual(then)
    expect(then).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
    await faithful(hub)
  })

  test('was never an answer, also where nobody disconnects it in the replay', async () => {
    const {hub: live, stack} = setup()
    on(live, 'connected', ({address}) => live.disconnect(address).catch(() => {}))
    stack.onDial = (dial) => dial.succeed()
    live.connect(bob).catch(() => {})
    await settled()
    const hub = new ReplayHub(logOf(live))
    const asked = outcome(hub.connect(bob))
    while (hub.step());
    expect(await asked).toMatchObject({rejected: {code: 'ERR_CALLED_OFF'}})
  })

  test('and the call goes on with the dial that followed, where it was lost while its readers were told', async () => {
    const {hub: live, stack} = setup()
    stack.onDial = (dial) => dial.succeed()
    on(live, 'connected', ({details}) => {
      if (stack.dials.length === 1) (details.rpc as FakeRpc).die()
    })
    const then = live.connect(bob)
    expect(await outcome(then)).toMatchObject({resolved: {closed: false}})
    const hub = new ReplayHub(logOf(live), {rpc: ({seq}) => ({id: `of event ${seq}`})})
    const again = hub.connect(bob)
    await faithful(hub)
    expect(await outcome(again)).toEqual({resolved: {id: `of event ${live.snapshot().seq}`}})
  })

  test('and the call goes on with the dial that followed, where it was lost', async () => {
    const {hub: live, stack} = setup()
    const asked = live.connect(bob)
    const first = stack.lastDial.succeed()
    first.die()
    await settled()
    stack.lastDial.succeed()
    await asked
    const hub = new ReplayHub(logOf(live))
    const again = hub.connect(bob)
    hub.stepTo(3)
    expect(await outcome(again)).toBe('pending')
    await faithful(hub)
    expect(await again).toMatchObject({id: first.id})
  })

  test.each([
    {what: 'a dial', follows: (live: AnyHub) => void live.connect(bob).catch(() => {})},
    {what: 'a link in reserve', follows: () => {}, hasReserve: true},
    {what: 'the dial of who waited for its disconnect', follows: () => {}, isAwaited: true},
    {what: 'nothing', follows: () => {}},
  ])('while one that ended later has answered, also where $what follows', async (and) => {
    const {hub: live, stack} = setup()
    const asked = live.connect(bob)
    const rpc = stack.lastDial.succeed()
    if (and.hasReserve) stack.incoming('bob', bob)
    await asked
    if (and.isAwaited) {
      rpc.closeMode = 'hangs'
      live.disconnect(bob).catch(() => {})
      live.connect(bob).catch(() => {})
    }
    rpc.die()
    and.follows(live)
    await settled()
    const hub = new ReplayHub(logOf(live))
    const first = hub.connect(bob)
    hub.step()
    expect(await outcome(first)).toMatchObject({resolved: {id: rpc.id}})
  })

  test('as has one whose entry was changed while its readers were told', async () => {
    const plugin = (hub: AnyHub) => {
      on(hub, 'connected', ({address}) => hub.update(address, {a: 1}))
      return hub.connect(bob)
    }
    const {hub: live, stack} = setup()
    stack.onDial = (dial) => dial.succeed()
    const {id} = (await plugin(live)) as FakeRpc
    const hub = new ReplayHub(logOf(live))
    const asked = plugin(hub)
    await faithful(hub)
    expect(await outcome(asked)).toMatchObject({resolved: {id}})
  })
})

test('a replay that a reader closes connects no more, and ends when all is told that was applied', async () => {
  const connectsCarol = (hub: AnyHub) =>
    on(hub, 'connecting', ({address}) => address === bob && hub.connect(carol).catch(() => {}))
  const {hub: live} = setup()
  connectsCarol(live)
  live.connect(bob).catch(() => {})
  const hub = new ReplayHub(logOf(live))
  connectsCarol(hub)
  const late: Promise<unknown>[] = []
  on(hub, 'connecting', ({address}) => {
    if (address !== bob) return
    hub.close()
    late.push(outcome(hub.connect(carol)))
  })
  const heard: unknown[] = []
  pull(
    hub.listen(),
    pull.drain(
      ({address}) => void heard.push(address),
      () => heard.push('the end'),
    ),
  )
  hub.connect(bob).catch(() => {})
  expect(heard).toEqual([bob, carol, 'the end'])
  expect(await Promise.all(late)).toMatchObject([{rejected: {code: 'ERR_CLOSED'}}])
})

test('a call that a reader of what lies between has claimed is looked for again', () => {
  const {hub: live, stack} = setup()
  stack.incoming('bob', bob)
  stack.incoming('carol', carol)
  live.update(bob, {a: 1})
  live.update(bob, {a: 1})
  const hub = new ReplayHub(logOf(live))
  on(hub, 'connected', ({address}) => {
    if (address === carol) hub.update(bob, {a: 1})
  })
  hub.step()
  expect(hub.update(bob, {a: 1})).toBe(true)
  expect([hub.snapshot().seq, hub.unclaimed(), hub.divergences]).toEqual([4, [], []])
})
