import {describe, expect, test} from 'vitest'
import {addressOf, rpcsTo, startPair, startPeer, watchDials, withHub} from './peers'
import {startProxy, startSilentServer} from './sockets'
import type {Hub} from './told'
import {until} from './until'
import {generateId, versions} from './versions'

const calledOff = {code: 'ERR_CALLED_OFF'}
const attempted = ['connecting', 'disconnecting', 'disconnected']

const endings: [name: string, end: (hub: Hub, address: string) => unknown][] = [
  ['disconnect()', async (hub, address) => expect(await hub.disconnect(address)).toBe(true)],
  ['reset()', (hub) => hub.reset()],
  ['close()', (hub) => hub.close()],
]

describe.each(versions)('on %s', (version) => {
  test.each(
    endings,
  )('%s ends a dial that is never answered, and nobody hears of it later', async (_, end) => {
    const alice = withHub(await startPeer(version))
    const dials = watchDials(alice)
    const server = await startSilentServer()
    const address = addressOf(generateId(), server.port)
    const attempt = alice.hub.connect(address)
    await until(() => server.sockets.size === 1)
    const ended = end(alice.hub, address)
    await expect(attempt).rejects.toMatchObject(calledOff)
    await ended
    expect(alice.told.types).toEqual(attempted)

    server.hangUp()
    await until(() => dials.length === 1)
    expect(dials[0]?.error).toBeInstanceOf(Error)
    expect(alice.told.types).toEqual(attempted)
  })

  test.each(endings)('%s in a handshake: the rpc that comes later is closed unheard', async (_, end) => {
    const [alice, bob] = await startPair(version)
    const dials = watchDials(alice)
    const proxy = await startProxy(bob.port, {holds: true})
    const address = addressOf(bob.id, proxy.port)
    const attempt = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 1)
    const ended = end(alice.hub, address)
    await expect(attempt).rejects.toMatchObject(calledOff)
    await ended

    proxy.release()
    await until(() => dials.length === 1)
    expect(dials[0]).toMatchObject({error: null, rpc: {id: bob.id, closed: true}})
    await until(() => bob.told.types.includes('disconnected'))
    expect(bob.told.types).toEqual(['connected', 'disconnected'])
    expect(alice.told.types).toEqual(attempted)
    expect([...rpcsTo(alice, bob), ...rpcsTo(bob, alice)]).toEqual([])
  })

  test('the late rpc of an attempt that was called off is not taken for that of the next', async () => {
    const [alice, bob] = await startPair(version)
    const dials = watchDials(alice)
    const proxy = await startProxy(bob.port, {holds: true})
    const address = addressOf(bob.id, proxy.port)
    const first = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 1)
    const disconnected = alice.hub.disconnect(address)
    await expect(first).rejects.toMatchObject(calledOff)
    expect(await disconnected).toBe(true)
    const second = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 2)

    proxy.release()
    await until(() => dials.length === 1 && bob.told.types.includes('disconnected'))
    expect(dials[0]).toMatchObject({rpc: {closed: true}})
    expect(alice.hub.getState(address)).toBe('connecting')

    proxy.release()
    expect(await second).toBe(dials[1]?.rpc)
    await until(() => bob.told.rpcs.length === 2)
    expect(alice.told.types).toEqual([...attempted, 'connecting', 'connected'])
    expect(rpcsTo(bob, alice)).toHaveLength(1)
  })

  test('an rpc that comes later than the one of the next attempt does not disturb it', async () => {
    const [alice, bob] = await startPair(version)
    const dials = watchDials(alice)
    const proxy = await startProxy(bob.port, {holds: true})
    const address = addressOf(bob.id, proxy.port)
    const first = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 1)
    const disconnected = alice.hub.disconnect(address)
    await expect(first).rejects.toMatchObject(calledOff)
    expect(await disconnected).toBe(true)
    const second = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 2)

    proxy.release(1)
    const rpc = await second
    proxy.release()
    await until(() => dials.length === 2)
    expect(dials[1]).toMatchObject({rpc: {closed: true}})
    await until(() => bob.told.rpcs.length > 0 && rpcsTo(bob, alice).length === 1)
    expect(rpc).toMatchObject({closed: false})
    expect(alice.told.types).toEqual([...attempted, 'connecting', 'connected'])
  })
})
