import {describe, expect, test} from 'vitest'
import {addressOf, startPair, startPeer, withHub} from '../real/peers'
import {spawnPeer} from '../real/processes'
import {until} from '../real/until'
import {versions} from '../real/versions'
import {startBadProxy} from './proxy'
import {expectNothingLeft, expectSound, some} from './sound'

describe.each(versions)('on %s', (version) => {
  test('a connection that falls silent can be closed, though the other side never hears of it', async () => {
    const [alice, bob] = await startPair(version)
    const proxy = await startBadProxy(bob.port)
    const address = addressOf(bob.id, proxy.port)
    await alice.hub.connect(address)
    await until(() => bob.told.rpc)
    proxy.fallSilent()
    expect(alice.hub.getState(address)).toBe('connected')
    expect(await alice.hub.disconnect(address)).toBe(true)
    await expectNothingLeft(alice)
    // Half open: to them, it is a connection still.
    expect(bob.told.types).toEqual(['connected'])
    expectSound(bob)
    proxy.resetAll()
    await expectNothingLeft(bob)
    expect(bob.told.types).toEqual(['connected', 'disconnected'])
  })

  test('a connection that is reset ends on both sides', async () => {
    const [alice, bob] = await startPair(version)
    const proxy = await startBadProxy(bob.port)
    const address = addressOf(bob.id, proxy.port)
    for (let i = 0; i < some(5, 100); i++) {
      const connected = alice.hub.connect(address)
      await connected
      await until(() => bob.hub.stats().entries.connected === 1)
      proxy.resetAll()
      await expectNothingLeft(alice, bob)
    }
    expect(alice.told.types.slice(-3)).toEqual(['connecting', 'connected', 'disconnected'])
  })

  test('a frozen process: what is connected can be closed, what is dialled can be called off', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await spawnPeer(version)
    const rpc = await alice.hub.connect(bob.address)
    bob.freeze()
    expect(alice.hub.getState(bob.address)).toBe('connected')
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    expect(rpc).toMatchObject({closed: true})
    const connected = alice.hub.connect(bob.address)
    const calledOff = expect(connected).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    await until(() => alice.hub.getState(bob.address) === 'connecting')
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    await calledOff
    expectSound(alice)
    bob.thaw()
    await expectNothingLeft(alice)
    expect(await alice.hub.connect(bob.address)).toMatchObject({id: bob.id, closed: false})
  })

  test('processes that are killed at any moment leave nothing behind', async () => {
    const alice = withHub(await startPeer(version))
    const outcomes: string[] = []
    for (let i = 0; i < some(3, 30); i++) {
      const bob = await spawnPeer(version)
      const attempt = alice.hub.connect(bob.address)
      bob.dial(alice.address)
      const connected = attempt.then(
        () => outcomes.push('connected'),
        () => outcomes.push('failed'),
      )
      // From before the first byte to long after the last.
      await new Promise((resolve) => setTimeout(resolve, i * 3))
      await bob.kill()
      await connected
      await expectNothingLeft(alice)
    }
    expect(outcomes).toHaveLength(some(3, 30))
  })
})
