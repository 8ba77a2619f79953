import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {ReplayHub} from '../../src/replay'
import type {ListenEvent} from '../../src/types'
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

  test('while one that ended later has answered', async () => {
    const {hub: live, stack} = setup()
    const asked = live.connect(bob)
    const rpc = stack.lastDial.succeed()
    await asked
    rpc.die()
    live.connect(bob).catch(() => {})
    const hub = new ReplayHub(logOf(live))
    const first = hub.connect(bob)
    while (hub.getState(bob)) hub.step()
    expect(await outcome(first)).toMatchObject({resolved: {id: rpc.id}})
  })
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
