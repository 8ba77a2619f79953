import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import pull from 'pull-stream'
import {expect, test} from 'vitest'
import ConnHub from '../../../src/index'
import {decode} from '../../../src/replay'
import {recordedWorld} from '../../../src/testing'
import type {LogItem} from '../../../src/types'
import {ConnHubError} from '../../../src/values/errors'
import {changed, changes} from '../../kit/hostile'
import {runs} from '../../kit/random'

const fixtures = join(__dirname, '../../fixtures/2.1.0')
const logs = ['both-sides-8', 'mid-life-8', 'reserve-at-start-8'].map(
  (name) => decode(readFileSync(join(fixtures, `${name}.jsonl`))).events,
)

/** Lives in the world, with a plugin that dials again, not for ever, and returns what happened. */
async function live(items: readonly LogItem[], seed: number): Promise<string> {
  try {
    const world = recordedWorld(items, {seed, jitter: 0.5})
    const hub = new ConnHub(world.stack, {clock: world.clock})
    const log: LogItem[] = []
    pull(
      hub.log({live: true}),
      pull.drain((item) => {
        log.push(item)
      }),
    )
    let dials = 20
    const dial = (address: string) => {
      if (dials-- > 0) hub.connect(address, {chance: world.random()}).catch(() => {})
    }
    pull(
      hub.listen(),
      pull.drain(({type, address}) => {
        if (type === 'disconnected' || type === 'connecting-failed')
          world.clock.setTimeout(() => dial(address), 100)
      }),
    )
    for (const item of items) if (item.type === 'connecting') dial(item.address)
    await world.play()
    hub.close()
    return JSON.stringify(log)
  } catch (error) {
    if (error instanceof ConnHubError) return error.message
    throw error
  }
}

test('a log that was changed in any way makes a world or a clear error, and the same seed the same run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...logs), changes, fc.integer(), async (log, how, seed) => {
      const items = changed(log, how) as LogItem[]
      expect(await live(items, seed)).toBe(await live(items, seed))
    }),
    runs,
  )
})
