import pull from 'pull-stream'
import {expect, test} from 'vitest'
import {addressOf} from '../kit/fake-stack'
import {asking} from '../kit/reading'
import {settled, setup} from '../kit/setup'

const bob = addressOf('bob')

test('2,000 readers that came and left leave nothing behind', async () => {
  const {hub} = setup()
  let heard = 0
  for (let i = 0; i < 1000; i++) {
    const events = hub.listen()
    events(null, () => heard++)
    events(true, () => {})
    const {ask, abort} = asking(hub)
    ask()
    ask()
    abort()
  }
  heard = 0
  hub.connect(bob).catch(() => {})
  await settled()
  expect(heard).toBe(0)
})

test.each([
  'listen',
  'liveEntries',
  'log',
] as const)('a stream that is asked for while readers are told the end of %s() ends', async (first) => {
  const {hub} = setup()
  const ends: unknown[] = []
  pull(
    hub[first]({live: true} as never),
    pull.drain(
      () => {},
      () => {
        for (const late of [hub.listen(), hub.log({old: false, live: true})])
          late(null, (end) => ends.push(end))
        pull(
          hub.liveEntries(),
          pull.collect((end) => ends.push(end ?? true)),
        )
      },
    ),
  )
  hub.close()
  await settled()
  expect(ends).toEqual([true, true, true])
})

test.each(['listen', 'liveEntries', 'log'] as const)('%s() may be aborted without a callback', (name) => {
  const {hub} = setup()
  const stream = hub[name]() as unknown as (abort: unknown) => void
  expect(() => stream(true)).not.toThrow()
})
