import {describe, expect, test} from 'vitest'
import {decode, encode, ReplayHub} from '../../src/replay'
import {logOf} from '../kit/reading'
import {setup} from '../kit/setup'
import {bob, headerOf1, linesOf, newIn2, without} from '../log/items'

/** A log as version 1 would have it: `key` in `updated` only where the update claimed it. */
function ofVersion1(hub: ReturnType<typeof setup>['hub']) {
  const lines = logOf(hub).map((item) =>
    without(item, [...(newIn2[item.type] ?? []), ...(item.type === 'updated' ? ['key'] : [])]),
  )
  return decode(headerOf1 + linesOf(...lines)).events
}

describe('a replay of a log of version 1', () => {
  test('answers the updates of an entry whose key is known, though the log does not name it there', () => {
    const {hub} = setup()
    hub.connect(bob, {n: 1}).catch(() => {})
    hub.update(bob, {n: 2})
    hub.update(bob, {n: 3, key: '@other'})
    for (const events of [ofVersion1(hub), decode(encode(logOf(hub))).events]) {
      const replay = new ReplayHub(events)
      replay.connect(bob, {n: 1}).catch(() => {})
      replay.update(bob, {n: 2})
      replay.stepTo(3)
      replay.update(bob, {n: 3})
      expect([replay.unclaimed(), replay.divergences]).toEqual([[], []])
      expect(replay.snapshot()).toEqual(hub.snapshot())
    }
  })
})

test('a replay notices an update that claims another key than the recorded one', () => {
  const {hub} = setup()
  const keyless = 'net:example.com:8008'
  hub.connect(keyless).catch(() => {})
  hub.update(keyless, {key: '@carol', n: 1})
  for (const key of ['@dave', undefined]) {
    const replay = new ReplayHub(logOf(hub))
    replay.connect(keyless).catch(() => {})
    expect(() => replay.update(keyless, {key, n: 1})).toThrow('@carol')
  }
})
