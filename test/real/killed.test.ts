import {describe, expect, test} from 'vitest'
import {addressOf, onlyEntry, rpcsTo, startPeer, withHub} from './peers'
import {spawnPeer} from './processes'
import {startProxy} from './sockets'
import {until} from './until'
import {versions} from './versions'

describe.each(versions)('on %s', (version) => {
  test('a peer whose process is killed is disconnected, and cannot be dialled', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await spawnPeer(version)
    const rpc = await alice.hub.connect(bob.address)
    expect(rpc).toMatchObject({id: bob.id})
    await bob.kill()
    await until(() => alice.told.types.includes('disconnected'))
    expect(rpc).toMatchObject({closed: true})
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnected'])
    expect([...alice.hub.entries()]).toEqual([])
    expect(rpcsTo(alice, bob)).toEqual([])
    await expect(alice.hub.connect(bob.address)).rejects.toMatchObject({code: 'ECONNREFUSED'})
  })

  test('a peer that connected to us and is killed is disconnected', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await spawnPeer(version)
    bob.dial(alice.address)
    await until(() => alice.told.rpc)
    expect(onlyEntry(alice).data).toMatchObject({state: 'connected', key: bob.id, inbound: true})
    await bob.kill()
    await until(() => alice.told.types.includes('disconnected'))
    expect(alice.told.types).toEqual(['connected', 'disconnected'])
    expect(rpcsTo(alice, bob)).toEqual([])
  })

  test('an attempt to connect to a peer that is killed in the handshake fails', async () => {
    const alice = withHub(await startPeer(version))
    const bob = await spawnPeer(version)
    const proxy = await startProxy(bob.port, {holds: true})
    const attempt = alice.hub.connect(addressOf(bob.id, proxy.port)).catch((reason: unknown) => reason)
    await until(() => proxy.sockets.size === 1)
    await bob.kill()
    const error = await attempt
    expect(error).toBeInstanceOf(Error)
    expect(alice.told.types).toEqual(['connecting', 'connecting-failed'])
    expect(alice.told.lastDetails).toBe(error)
  })
})
