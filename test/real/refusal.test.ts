import {describe, expect, test} from 'vitest'
import {onlyEntry, rpcsTo, startPeer, watchDials, withHub} from './peers'
import {until} from './until'
import {type Rpc, versions} from './versions'

const closeAtOnce = (rpc: Rpc) => rpc.close(true)

describe.each(versions)('on %s', (version) => {
  test('a remote that closes right after the handshake leaves nothing behind', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await startPeer(version)
    bob.ssb.on('rpc:connect', closeAtOnce)
    const [attempt] = await Promise.allSettled([alice.hub.connect(bob.address)])
    await until(() => alice.hub.getState(bob.address) === undefined && rpcsTo(alice, bob).length === 0)
    // It depends on the network which of the two comes first, the end of the handshake or that of the link.
    expect(alice.told.types).toEqual(
      attempt.status === 'fulfilled'
        ? ['connecting', 'connected', 'disconnected']
        : ['connecting', 'connecting-failed'],
    )
    expect([...alice.hub.entries()]).toEqual([])
  })

  test('a remote that refused once can be connected to later', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await startPeer(version)
    bob.ssb.once('rpc:connect', closeAtOnce)
    await Promise.allSettled([alice.hub.connect(bob.address)])
    await until(() => alice.hub.getState(bob.address) === undefined)
    expect(await alice.hub.connect(bob.address)).toMatchObject({id: bob.id, closed: false})
    expect(onlyEntry(alice).address).toBe(bob.address)
  })

  test('a connection that a listener before the hub closed was never connected', async () => {
    const alice = await startPeer(version)
    alice.ssb.on('rpc:connect', closeAtOnce)
    const {hub, told} = withHub(alice)
    const bob = withHub(await startPeer(version))
    const error = await hub.connect(bob.address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({code: 'ERR_DEAD_ON_ARRIVAL'})
    expect(told.types).toEqual(['connecting', 'connecting-failed'])

    await Promise.allSettled([bob.hub.connect(alice.address)])
    await until(() => bob.hub.getState(alice.address) === undefined)
    expect(told.types).toEqual(['connecting', 'connecting-failed'])
  })

  test('a connection that a listener after the hub closed was connected until then', async () => {
    const alice = withHub(await startPeer(version))
    alice.ssb.on('rpc:connect', closeAtOnce)
    const bob = withHub(await startPeer(version))
    await Promise.allSettled([bob.hub.connect(alice.address)])
    await until(() => bob.hub.getState(alice.address) === undefined)
    expect(alice.told.types).toEqual(['connected', 'disconnected'])
  })

  test('a peer that is not ready refuses connections, its own and those of others', async () => {
    const alice = withHub(await startPeer(version))
    const bob = withHub(await startPeer(version))
    const dials = watchDials(alice)
    Object.assign(alice.ssb, {ready: () => false})
    await expect(alice.hub.connect(bob.address)).rejects.toMatchObject({code: 'ERR_NOT_READY'})
    expect(dials).toMatchObject([{rpc: {closed: true}}])
    await Promise.allSettled([bob.hub.connect(alice.address)])
    await until(() => rpcsTo(bob, alice).length === 0)
    expect(alice.told.types).toEqual(['connecting', 'connecting-failed'])

    Object.assign(alice.ssb, {ready: () => true})
    expect(await alice.hub.connect(bob.address)).toMatchObject({closed: false})
  })
})
