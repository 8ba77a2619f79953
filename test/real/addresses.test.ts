import {describe, expect, test} from 'vitest'
import {addressOf, onlyEntry, rpcsTo, startPair, watchDials} from './peers'
import {startProxy} from './sockets'
import {until} from './until'
import {type Version, versions} from './versions'

/** Bob can be reached at his own address, and at a second one, as through a room. */
async function startWithRoom(version: Version, {holds = false} = {}) {
  const [alice, bob] = await startPair(version)
  const proxy = await startProxy(bob.port, {holds})
  return {alice, bob, proxy, room: addressOf(bob.id, proxy.port)}
}

describe.each(versions)('on %s', (version) => {
  test('one peer at two addresses has two entries here, and one at its own end', async () => {
    const {alice, bob, room} = await startWithRoom(version)
    const direct = await alice.hub.connect(bob.address, {via: 'nothing'})
    const tunnel = await alice.hub.connect(room, {via: 'room'})
    expect(tunnel).not.toBe(direct)
    expect([...alice.hub.entries()]).toEqual([
      [bob.address, expect.objectContaining({key: bob.id, state: 'connected', via: 'nothing'})],
      [room, expect.objectContaining({key: bob.id, state: 'connected', via: 'room'})],
    ])
    await until(() => rpcsTo(bob, alice).length === 2)
    expect(onlyEntry(bob).data).toMatchObject({key: alice.id, inbound: true})
    expect(bob.told.types).toEqual(['connected'])
  })

  test('disconnecting one address leaves the other, whose link the remote then hears of', async () => {
    const {alice, bob, room} = await startWithRoom(version)
    await alice.hub.connect(bob.address)
    const tunnel = await alice.hub.connect(room)
    await until(() => rpcsTo(bob, alice).length === 2)
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    await until(() => rpcsTo(bob, alice).length === 1)
    expect(alice.hub.getState(bob.address)).toBeUndefined()
    expect(onlyEntry(alice).address).toBe(room)
    expect(tunnel).toMatchObject({closed: false})
    expect(bob.told.types).toEqual(['connected', 'disconnected', 'connected'])
    expect(bob.told.rpc).toBe(rpcsTo(bob, alice)[0])
  })

  test('of two attempts in flight to one peer, each gets the rpc of its own dial', async () => {
    const {alice, bob, proxy, room} = await startWithRoom(version, {holds: true})
    const [older, younger] = [alice.hub.connect(room), alice.hub.connect(bob.address)]
    const direct = await younger
    await until(() => proxy.sockets.size === 1)
    expect(direct).toMatchObject({stream: {address: bob.address}})
    expect(alice.hub.getState(room)).toBe('connecting')
    proxy.release()
    expect(await older).toMatchObject({stream: {address: room}})
    expect(alice.told.typesOf(room)).toEqual(['connecting', 'connected'])
    expect(alice.told.typesOf(bob.address)).toEqual(['connecting', 'connected'])
  })

  test('calling off the attempt at one address does not disturb the other', async () => {
    const {alice, bob, proxy, room} = await startWithRoom(version, {holds: true})
    const dials = watchDials(alice)
    const older = alice.hub.connect(room).catch(({code}) => code)
    const direct = await alice.hub.connect(bob.address)
    await until(() => proxy.sockets.size === 1)
    expect(await alice.hub.disconnect(room)).toBe(true)
    expect(await older).toBe('ERR_CALLED_OFF')
    proxy.release()
    await until(() => dials.length === 2 && rpcsTo(bob, alice).length === 1)
    expect(dials[1]).toMatchObject({rpc: {closed: true}})
    expect(direct).toMatchObject({closed: false})
    expect(onlyEntry(alice).address).toBe(bob.address)
    expect(alice.told.typesOf(room)).toEqual(['connecting', 'disconnecting', 'disconnected'])
  })

  test('an address and its host name are two addresses of one peer', async () => {
    const [alice, bob] = await startPair(version)
    const named = addressOf(bob.id, bob.port, 'localhost')
    const [one, two] = await Promise.all([alice.hub.connect(named), alice.hub.connect(bob.address)])
    expect(one).not.toBe(two)
    expect([...alice.hub.entries()].map(([address]) => address)).toEqual([named, bob.address])
    await until(() => rpcsTo(bob, alice).length === 2)
    alice.hub.reset()
    await until(() => rpcsTo(bob, alice).length === 0)
  })

  test('a connection of theirs belongs to the oldest of their addresses, and goes with it', async () => {
    const {alice, bob, room} = await startWithRoom(version)
    await alice.hub.connect(room)
    await alice.hub.connect(bob.address)
    await until(() => rpcsTo(bob, alice).length === 2)
    const theirs = await bob.hub.connect(alice.address)
    await until(() => rpcsTo(alice, bob).length === 3)
    expect([...alice.hub.entries()].map(([address]) => address)).toEqual([room, bob.address])

    expect(await alice.hub.disconnect(room)).toBe(true)
    await until(() => bob.hub.getState(alice.address) === undefined)
    expect(theirs).toMatchObject({closed: true})
    expect(onlyEntry(alice).address).toBe(bob.address)
    expect(rpcsTo(alice, bob)).toHaveLength(1)
  })
})
