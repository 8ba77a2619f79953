import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {addressOf, onlyEntry, rpcsTo, startPair, startPeer, withHub} from './peers'
import {hasIPv6Loopback} from './sockets'
import {until} from './until'
import {versions} from './versions'

const cameAndWent = ['connecting', 'connected', 'disconnecting', 'disconnected']

describe.each(versions)('on %s', (version) => {
  test('a connection is an outgoing entry here, and an inbound one there', async () => {
    const [alice, bob] = await startPair(version)
    const rpc = await alice.hub.connect(bob.address, {note: 'hi'})
    await until(() => bob.told.rpc)

    const {address, id: key} = bob
    expect(rpc).toMatchObject({id: key, closed: false})
    expect(alice.told.types).toEqual(['connecting', 'connected'])
    expect(alice.told.events[0]).toEqual({type: 'connecting', address, key})
    expect(alice.told.events[1]).toMatchObject({type: 'connected', address, key, details: {isClient: true}})
    expect(alice.told.rpc).toBe(rpc)
    expect(onlyEntry(alice)).toEqual({
      address,
      data: {
        state: 'connected',
        key,
        inferredType: 'lan',
        inbound: false,
        note: 'hi',
        hubBirth: expect.any(Number),
        hubUpdated: expect.any(Number),
      },
    })

    expect(bob.told.types).toEqual(['connected'])
    expect(bob.told.events[0]).toMatchObject({key: alice.id, details: {isClient: false}})
    expect(bob.told.rpc?.id).toBe(alice.id)
    expect(onlyEntry(bob)).toEqual({
      address: bob.told.rpc?.stream.address,
      data: {
        state: 'connected',
        key: alice.id,
        inferredType: 'lan',
        inbound: true,
        hubBirth: expect.any(Number),
        hubUpdated: expect.any(Number),
      },
    })
  })

  test('disconnect() by the side that dialled ends both entries', async () => {
    const [alice, bob] = await startPair(version)
    const rpc = await alice.hub.connect(bob.address)
    await until(() => bob.told.rpc)
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    expect(rpc).toMatchObject({closed: true})
    await until(() => bob.told.types.includes('disconnected'))
    expect(alice.told.types).toEqual(cameAndWent)
    expect(alice.told.events.at(-1)).toEqual({type: 'disconnected', address: bob.address, key: bob.id})
    expect(bob.told.types).toEqual(['connected', 'disconnected'])
    expect([...alice.hub.entries(), ...bob.hub.entries()]).toEqual([])
    expect([...rpcsTo(alice, bob), ...rpcsTo(bob, alice)]).toEqual([])
  })

  test('disconnect() by the side that was dialled ends both entries', async () => {
    const [alice, bob] = await startPair(version)
    await alice.hub.connect(bob.address)
    await until(() => bob.told.rpc)
    expect(await bob.hub.disconnect(onlyEntry(bob).address)).toBe(true)
    await until(() => alice.told.types.includes('disconnected'))
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnected'])
    expect(bob.told.types).toEqual(['connected', 'disconnecting', 'disconnected'])
    expect([...rpcsTo(alice, bob), ...rpcsTo(bob, alice)]).toEqual([])
  })

  test('connecting many times at once dials once', async () => {
    const [alice, bob] = await startPair(version)
    const [first, second] = await Promise.all([
      alice.hub.connect(bob.address, {one: 1}),
      alice.hub.connect(bob.address, {two: 2}),
    ])
    expect(second).toBe(first)
    expect(await alice.hub.connect(bob.address)).toBe(first)
    await until(() => bob.told.rpc)
    expect(rpcsTo(bob, alice)).toHaveLength(1)
    expect(onlyEntry(alice).data).toMatchObject({one: 1, two: 2})
  })

  test('connecting anew right after a disconnect dials once, however many ask', async () => {
    const [alice, bob] = await startPair(version)
    const first = await alice.hub.connect(bob.address)
    const disconnected = alice.hub.disconnect(bob.address)
    const again = [alice.hub.connect(bob.address), alice.hub.connect(bob.address)]
    expect(await disconnected).toBe(true)
    const [second, third] = await Promise.all(again)
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    await until(() => bob.told.rpcs.length === 2 && rpcsTo(bob, alice).length === 1)
    expect(alice.told.types).toEqual([...cameAndWent, 'connecting', 'connected'])
  })

  test('a connect() by a reader of the disconnect waits for its end, then dials', async () => {
    const [alice, bob] = await startPair(version)
    const first = await alice.hub.connect(bob.address)
    const states: unknown[] = []
    const again = new Promise((resolve) => {
      pull(
        alice.hub.listen(),
        pull.drain(({type}) => {
          if (type !== 'disconnecting') return
          resolve(alice.hub.connect(bob.address, {again: true}))
          states.push(alice.hub.getState(bob.address))
        }),
      )
    })
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    expect(await again).not.toBe(first)
    expect(states).toEqual(['disconnecting'])
    expect(alice.told.types).toEqual([...cameAndWent, 'connecting', 'connected'])
    expect(onlyEntry(alice).data).toMatchObject({state: 'connected', again: true})
  })

  test('connecting to ourselves is refused without an event', async () => {
    const alice = withHub(await startPeer(version))
    expect(await alice.hub.connect(alice.address)).toBe(false)
    expect(alice.told.events).toEqual([])
    expect(rpcsTo(alice, alice)).toEqual([])
  })

  test('a host name is dialled as it is, and its entry stays at that address', async () => {
    const [alice, bob] = await startPair(version)
    const address = addressOf(bob.id, bob.port, 'localhost')
    const rpc = await alice.hub.connect(address)
    expect(rpc).toMatchObject({id: bob.id, stream: {address: bob.address}})
    expect(onlyEntry(alice)).toMatchObject({address, data: {inferredType: 'lan', key: bob.id}})
    expect(await alice.hub.disconnect(address)).toBe(true)
    expect(alice.told.typesOf(address)).toEqual(cameAndWent)
    expect(alice.told.events).toHaveLength(4)
  })

  test.skipIf(!hasIPv6Loopback())('an IPv6 address is dialled, and seen at the other end', async () => {
    const alice = withHub(await startPeer(version))
    const bob = withHub(await startPeer(version, {host: '::1'}))
    await alice.hub.connect(bob.address)
    await until(() => bob.told.rpc)
    expect(onlyEntry(alice)).toMatchObject({address: bob.address, data: {inferredType: 'lan'}})
    const inbound = onlyEntry(bob)
    expect(inbound.address).toMatch(/^net:::1:\d+~shs:/)
    expect(inbound.data).toMatchObject({inferredType: 'lan', key: alice.id, inbound: true})
    expect(await bob.hub.disconnect(inbound.address)).toBe(true)
    await until(() => alice.told.types.includes('disconnected'))
  })
})
