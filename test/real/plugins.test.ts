import {describe, expect, test} from 'vitest'
import {
  addressOf,
  dialDirectly,
  type HubPeer,
  onlyEntry,
  rpcsTo,
  silenceStack,
  startPair,
  watchDials,
} from './peers'
import {startProxy} from './sockets'
import {until} from './until'
import {type Version, versions} from './versions'

/** From now on the callbacks of all dials wait here, as those of a plugin that looks something up first. */
function delayCallbacks({ssb}: HubPeer): (() => void)[] {
  const waiting: (() => void)[] = []
  ssb.connect.hook((dial, [address, callback]) =>
    dial(address, (error, rpc) => waiting.push(() => callback(error, rpc))),
  )
  return waiting
}

/** Alice's dials call back late, and can reach Bob at two addresses: at one, through a proxy that holds. */
async function startDelayed(version: Version) {
  const [alice, bob] = await startPair(version)
  const waiting = delayCallbacks(alice)
  const proxy = await startProxy(bob.port, {holds: true})
  return {alice, bob, waiting, proxy, slow: addressOf(bob.id, proxy.port)}
}

describe.each(versions)('on %s', (version) => {
  test('a connection that another plugin dialled is an entry at its address', async () => {
    const [alice, bob] = await startPair(version)
    const rpc = await dialDirectly(alice, bob.address)
    await until(() => alice.told.rpc)
    expect(alice.told.types).toEqual(['connected'])
    expect(alice.told.events[0]).toMatchObject({address: bob.address, details: {rpc, isClient: true}})
    expect(onlyEntry(alice).data).toMatchObject({key: bob.id, inbound: false, inferredType: 'lan'})
    const dials = watchDials(alice)
    expect(await alice.hub.connect(bob.address)).toBe(rpc)
    expect(dials).toEqual([])
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    expect(rpc.closed).toBe(true)
    await until(() => rpcsTo(bob, alice).length === 0)
  })

  test('of two connections that another plugin dialled, the second waits in reserve', async () => {
    const [alice, bob] = await startPair(version)
    await Promise.all([dialDirectly(alice, bob.address), dialDirectly(alice, bob.address)])
    await until(() => alice.told.rpc && rpcsTo(bob, alice).length === 2)
    expect(alice.hub.update(bob.address, {note: 'hi'})).toBe(true)
    expect(alice.told.types).toEqual(['connected'])
    const announced = alice.told.rpc
    announced?.close(true)
    await until(() => rpcsTo(bob, alice).length === 1)
    expect(alice.told.types).toEqual(['connected', 'disconnected', 'connected'])
    expect(alice.told.rpc).toBe(rpcsTo(alice, bob)[0])
    expect(onlyEntry(alice)).toMatchObject({address: bob.address, data: {note: 'hi'}})
  })

  test('a connection that another plugin dialled answers an attempt in flight to the same peer', async () => {
    const [alice, bob] = await startPair(version)
    const proxy = await startProxy(bob.port, {holds: true})
    const address = addressOf(bob.id, proxy.port)
    const attempt = alice.hub.connect(address)
    await until(() => proxy.sockets.size === 1)
    const rpc = await dialDirectly(alice, bob.address)
    expect(await attempt).toBe(rpc)
    expect(onlyEntry(alice).address).toBe(address)
    proxy.release()
    await until(() => rpcsTo(alice, bob).length === 2)
    expect(alice.told.types).toEqual(['connecting', 'connected'])
  })

  test('a callback that comes late finds its attempt answered, and changes nothing', async () => {
    const {alice, bob, waiting} = await startDelayed(version)
    const attempt = alice.hub.connect(bob.address)
    await until(() => waiting.length === 1)
    const rpc = await attempt
    waiting[0]?.()
    expect(alice.told.types).toEqual(['connecting', 'connected'])
    expect(alice.told.rpc).toBe(rpc)
    expect(rpcsTo(alice, bob)).toEqual([rpc])
    expect(onlyEntry(alice)).toMatchObject({address: bob.address, data: {inbound: false}})
  })

  test('a callback that comes late moves the rpc from the reserve of another address to its own', async () => {
    const {alice, bob, waiting, proxy, slow} = await startDelayed(version)
    const direct = await alice.hub.connect(bob.address)
    const attempt = alice.hub.connect(slow)
    await until(() => proxy.sockets.size === 1)
    proxy.release()
    await until(() => waiting.length === 2)
    expect(alice.hub.getState(slow)).toBe('connecting')
    waiting[1]?.()
    expect(await attempt).toMatchObject({closed: false, stream: {address: slow}})
    waiting[0]?.()
    expect(alice.told.typesOf(slow)).toEqual(['connecting', 'connected'])
    expect(alice.told.typesOf(bob.address)).toEqual(['connecting', 'connected'])
    expect(await alice.hub.disconnect(slow)).toBe(true)
    expect(direct).toMatchObject({closed: false})
  })

  test('a callback that comes late takes the rpc even from an entry that it had connected', async () => {
    silenceStack()
    const {alice, bob, waiting, proxy, slow} = await startDelayed(version)
    const [older, younger] = [alice.hub.connect(slow), alice.hub.connect(bob.address)]
    await until(() => proxy.sockets.size === 1 && waiting.length === 1)
    const rpc = await older
    expect(rpc).toMatchObject({stream: {address: bob.address}})
    waiting[0]?.()
    expect(await younger).toBe(rpc)
    expect(alice.told.typesOf(slow)).toEqual(['connecting', 'connected', 'disconnected'])
    expect(alice.told.typesOf(bob.address)).toEqual(['connecting', 'connected'])
    expect(rpc).toMatchObject({closed: false})
  })

  test('a callback that comes after its attempt was called off closes the rpc', async () => {
    const {alice, bob, waiting, proxy, slow} = await startDelayed(version)
    const attempt = alice.hub.connect(slow).catch(({code}) => code)
    await until(() => proxy.sockets.size === 1)
    expect(await alice.hub.disconnect(slow)).toBe(true)
    expect(await attempt).toBe('ERR_CALLED_OFF')
    proxy.release()
    await until(() => waiting.length === 1)
    waiting[0]?.()
    await until(() => bob.told.types.includes('disconnected'))
    expect(rpcsTo(alice, bob)).toEqual([])
    expect(alice.hub.getState(slow)).toBeUndefined()
    // As long as nobody claimed it, it looked like another plugin's.
    const attempted = ['connecting', 'disconnecting', 'disconnected']
    expect(alice.told.types).toEqual([...attempted, 'connected', 'disconnected'])
  })

  test('a callback that comes after a reset finds its rpc closed, and changes nothing', async () => {
    const {alice, bob, waiting} = await startDelayed(version)
    await alice.hub.connect(bob.address)
    alice.hub.reset()
    waiting[0]?.()
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    await until(() => rpcsTo(bob, alice).length === 0)
    expect([...alice.hub.entries(), ...bob.hub.entries()]).toEqual([])
  })
})
