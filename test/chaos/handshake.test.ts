import {describe, expect, test} from 'vitest'
import {addressOf, silenceStack, startPair} from '../real/peers'
import {until} from '../real/until'
import {versions} from '../real/versions'
import {type Direction, startBadProxy, type Treatment} from './proxy'
import {expectNothingLeft, some} from './sound'

/** What the secret handshake sends each way, and the first bytes of what comes after it. */
const bytes: readonly [Direction, number][] = [
  ['to the server', 64 + 112],
  ['to the client', 64 + 80],
]
const beyond = 8

/** Every offset, or every so manyth. */
function offsets(length: number): number[] {
  const step = some(4, 1)
  return Array.from({length: Math.floor((length + beyond) / step)}, (_, i) => i * step)
}

const everyOffset = (how: (direction: Direction, byte: number) => Treatment): Treatment[] =>
  bytes.flatMap(([direction, length]) => offsets(length).map((byte) => how(direction, byte)))

const faults: [string, Treatment[]][] = [
  ['ended', everyOffset((direction, byte) => ({cutAt: {direction, byte, how: 'end'}}))],
  ['reset', everyOffset((direction, byte) => ({cutAt: {direction, byte, how: 'reset'}}))],
  ['corrupted', everyOffset((direction, byte) => ({corrupt: {direction, byte}}))],
]

describe.each(versions)('on %s', (version) => {
  test.each(faults)(
    'a connection that is %s at any byte of the handshake leaves nothing behind',
    {timeout: 120_000},
    async (_, treatments) => {
      silenceStack()
      const [alice, bob] = await startPair(version)
      const proxy = await startBadProxy(bob.port)
      const address = addressOf(bob.id, proxy.port)
      let failed = 0
      for (const treatment of treatments) {
        proxy.treat(treatment)
        const outcome = await alice.hub.connect(address).then(
          () => 'connected',
          () => 'failed',
        )
        if (outcome === 'failed') failed++
        else void alice.hub.disconnect(address).catch(() => {})
        await until(
          () => alice.hub.getState(address) === undefined && bob.hub.stats().entries.connected === 0,
        )
      }
      expect(failed).toBeGreaterThan(treatments.length / 2)
      await expectNothingLeft(alice, bob)
      proxy.treat({})
      expect(await alice.hub.connect(address)).toMatchObject({id: bob.id})
    },
  )

  test.each<[string, Treatment]>([
    ['split into single bytes', {split: true}],
    ['held back', {delay: 5}],
    ['held back, in single bytes', {split: true, delay: 1}],
  ])('a connection whose bytes are %s is a connection', async (_, treatment) => {
    const [alice, bob] = await startPair(version)
    const proxy = await startBadProxy(bob.port)
    proxy.treat(treatment)
    const address = addressOf(bob.id, proxy.port)
    expect(await alice.hub.connect(address)).toMatchObject({id: bob.id, closed: false})
    expect(await alice.hub.disconnect(address)).toBe(true)
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    await expectNothingLeft(alice, bob)
  })
})
