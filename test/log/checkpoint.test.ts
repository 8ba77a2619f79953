import {describe, expect, test} from 'vitest'
import {Fold} from '../../reducers/fold'
import {foldInto} from '../../src/log/fold'
import {ReplayHub} from '../../src/replay'
import type {Checkpoint, LogItem} from '../../src/types'
import {logOf} from '../kit/reading'
import {settled, setup} from '../kit/setup'
import {bob, carol, checkpointOf} from './items'

function checkpointAfter(items: Iterable<LogItem>): Checkpoint {
  const fold = new Fold()
  foldInto(fold, items)
  return fold.checkpoint()
}

/** A hub with two links of Bob's in reserve, one of which takes over, and one of Carol's that closes. */
async function world(logLimit?: number) {
  const {hub, stack, clock} = setup(logLimit === undefined ? {} : {logLimit})
  const since = clock.now()
  clock.advance(5000)
  const first = stack.incoming('bob', bob)
  stack.dialByPlugin('bob', bob)
  await settled()
  stack.incoming('carol', carol)
  const other = stack.incoming('carol', carol)
  return {hub, since, first, other}
}

describe('a checkpoint', () => {
  test('has the links that wait in reserve, until they take over, close, or all is reset', async () => {
    const {hub, first, other} = await world()
    const [key, carolsKey] = [...hub.entries()].map(([, data]) => data.key)
    const ofBob = {address: bob, link: 2, inbound: false, key}
    expect(hub.checkpoint().reserve).toEqual([
      ofBob,
      {address: carol, link: 4, inbound: true, key: carolsKey},
    ])
    other.die()
    expect(hub.checkpoint().reserve).toEqual([ofBob])
    first.die()
    expect(hub.getState(bob)).toBe('connected')
    expect(hub.checkpoint()).not.toHaveProperty('reserve')
  })

  test('of a hub that was reset has none', async () => {
    const {hub} = await world()
    hub.reset()
    expect(hub.checkpoint()).not.toHaveProperty('reserve')
  })

  test('says since when there is the hub, in ms, beside the time of the latest event', async () => {
    const {hub, since} = await world()
    expect(setup().hub.checkpoint()).toEqual({type: 'checkpoint', seq: 0, time: 0, since, entries: []})
    expect(hub.checkpoint()).toMatchObject({...hub.snapshot(), since, time: since + 5000})
    expect(hub.checkpoint().since).toBe(hub.stats().since)
  })

  test('is frozen, and has no secrets', async () => {
    const {hub, stack} = setup()
    const secret = `${bob}:${'A'.repeat(43)}=`
    hub.connect(secret).catch(() => {})
    stack.lastDial.succeed()
    stack.incoming('bob', bob)
    const checkpoint = hub.checkpoint()
    expect(checkpoint.reserve?.[0]?.address).toMatch(/:seed-[0-9a-f]{16}$/)
    expect(Object.isFrozen(checkpoint.reserve?.[0])).toBe(true)
    expect(JSON.stringify(checkpoint)).not.toContain('A'.repeat(43))
  })

  test.each([
    0, 1, 3, 100,
  ])('that a log of %i events begins with folds on to that of the present', async (limit) => {
    const {hub, first, other} = await world(limit)
    for (const happen of [() => other.die(), () => first.die(), () => hub.reset()]) {
      const before = limit === 100 ? [checkpointOf({seq: 0, time: 0, entries: []})] : []
      const items = [...before, ...logOf(hub)]
      const {since, ...folded} = checkpointAfter(items)
      expect({...folded, since: limit === 100 ? hub.stats().since : since}).toEqual(hub.checkpoint())
      happen()
    }
  })
})

describe('a replay from a checkpoint', () => {
  test('knows the links in reserve, and since when there was the hub', async () => {
    const {hub} = await world()
    const checkpoint = hub.checkpoint()
    hub.update(bob, {note: 'later'})
    const replay = new ReplayHub([checkpoint, ...logOf(hub).slice(-1)])
    expect(replay.checkpoint()).toEqual(checkpoint)
    expect(replay.stats()).toMatchObject({reserve: 2, since: checkpoint.since})
    replay.step()
    expect(replay.checkpoint()).toEqual(hub.checkpoint())
    replay.seek(0)
    expect(replay.checkpoint()).toEqual(checkpoint)
  })

  test('of a log that does not tell since when does not either', () => {
    const {hub} = setup()
    hub.connect(bob).catch(() => {})
    expect(new ReplayHub(logOf(hub)).checkpoint()).not.toHaveProperty('since')
  })
})
