import {once} from 'node:events'
import {connect} from 'node:net'
import {describe, expect, test} from 'vitest'
import {addressOf, silenceStack, startPair, startPeer, withHub} from '../real/peers'
import {startProxy} from '../real/sockets'
import {until} from '../real/until'
import {versions} from '../real/versions'
import {joinCrowd} from './crowd'
import {expectNothingLeft, expectSound, some} from './sound'

const timeout = 600_000

describe.each(versions)('on %s', (version) => {
  test('a thousand connections at once that say nothing get no entries, and keep nobody out', {
    timeout,
  }, async () => {
    silenceStack()
    const [alice, bob] = await startPair(version)
    const sockets = Array.from({length: 1000}, () => connect(alice.port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    expect(await bob.hub.connect(alice.address)).toMatchObject({id: alice.id})
    expect(alice.told.types).toEqual(['connected'])
    for (const socket of sockets) socket.resetAndDestroy()
    expect(await bob.hub.disconnect(alice.address)).toBe(true)
    await expectNothingLeft(alice, bob)
  })

  test('a crowd of peers that connect at once gets an entry each, for as long as they stay', {
    timeout,
  }, async () => {
    const crowd = some(100, 1000)
    const alice = withHub(await startPeer(version))
    // At the end of the test, it hangs up for those who do not.
    const proxy = await startProxy(alice.port)
    const address = addressOf(alice.id, proxy.port)
    const leave = await Promise.all(Array.from({length: crowd}, () => joinCrowd(address)))
    await until(() => alice.hub.stats().entries.connected === crowd)
    expectSound(alice)
    const half = leave.splice(0, crowd / 2)
    for (const go of half) go()
    await until(() => alice.hub.stats().entries.connected === crowd / 2)
    expectSound(alice)
    alice.hub.reset()
    await expectNothingLeft(alice)
    expect(alice.hub.stats().connections.inbound).toBe(crowd)
  })
})
