import {describe, expect, test} from 'vitest'
import {addressOf, onlyEntry, rpcsTo, silenceStack, startPair, watchDials} from './peers'
import {startProxy} from './sockets'
import {until} from './until'
import {type Version, versions} from './versions'

/** Two peers that have dialled each other at once: two links, of which each side announces one. */
async function startDialledBoth(version: Version) {
  const [alice, bob] = await startPair(version)
  await Promise.all([
    alice.hub.connect(bob.address, {note: 'of alice'}),
    bob.hub.connect(alice.address, {note: 'of bob'}),
  ])
  await until(() => rpcsTo(alice, bob).length === 2 && rpcsTo(bob, alice).length === 2)
  const reserve = rpcsTo(alice, bob).find((rpc) => rpc !== alice.told.rpc)
  return {alice, bob, reserve}
}

/** Alice dials, and is held back until Bob's own dial has connected them. */
async function startOvertaken(version: Version) {
  const [alice, bob] = await startPair(version)
  const dials = watchDials(alice)
  const proxy = await startProxy(bob.port, {holds: true})
  const address = addressOf(bob.id, proxy.port)
  const attempt = alice.hub.connect(address, {note: 'hi'})
  await until(() => proxy.sockets.size === 1)
  await bob.hub.connect(alice.address)
  const rpc = await attempt
  return {alice, bob, dials, proxy, address, rpc}
}

describe.each(versions)('on %s', (version) => {
  test('two who dial each other at once have one entry each, and a link in reserve', async () => {
    const {alice, bob} = await startDialledBoth(version)
    expect(alice.told.types).toEqual(['connecting', 'connected'])
    expect(bob.told.types).toEqual(['connecting', 'connected'])
    expect(onlyEntry(alice)).toMatchObject({address: bob.address, data: {note: 'of alice'}})
    expect(onlyEntry(bob)).toMatchObject({address: alice.address, data: {note: 'of bob'}})
  })

  test('when the announced link closes, the one in reserve takes over with the metadata', async () => {
    const {alice, bob, reserve} = await startDialledBoth(version)
    const [announced] = alice.told.rpcs
    announced?.close(true)
    await until(() => rpcsTo(bob, alice).length === 1)
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnected', 'connected'])
    expect(alice.told.rpc).toBe(reserve)
    expect(onlyEntry(alice)).toMatchObject({
      address: bob.address,
      data: {state: 'connected', key: bob.id, inferredType: 'lan', note: 'of alice'},
    })
    expect(await alice.hub.connect(bob.address)).toBe(reserve)
    expect(onlyEntry(bob)).toMatchObject({address: alice.address, data: {note: 'of bob'}})
    expect(bob.told.rpc).toBe(rpcsTo(bob, alice)[0])
  })

  test('which side dialled the link is told anew when the one in reserve takes over', async () => {
    const {alice, bob} = await startDialledBoth(version)
    const inbound = onlyEntry(alice).data?.inbound
    alice.told.rpc?.close(true)
    expect(onlyEntry(alice).data?.inbound).toBe(!inbound)
    const isClient = alice.told.events.flatMap((event) =>
      event.type === 'connected' ? [event.details.isClient] : [],
    )
    expect(isClient).toEqual([!inbound, inbound])
    await until(() => rpcsTo(bob, alice).length === 1)
  })

  test('a link in reserve that closes is not heard of', async () => {
    const {alice, bob, reserve} = await startDialledBoth(version)
    reserve?.close(true)
    await until(() => rpcsTo(bob, alice).length === 1)
    expect(alice.told.types).toEqual(['connecting', 'connected'])
    alice.told.rpc?.close(true)
    await until(() => [...bob.hub.entries()].length === 0)
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnected'])
  })

  test('disconnect() closes every link of the entry', async () => {
    const {alice, bob} = await startDialledBoth(version)
    expect(await alice.hub.disconnect(bob.address)).toBe(true)
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    expect(rpcsTo(alice, bob)).toEqual([])
    await until(() => rpcsTo(bob, alice).length === 0)
    expect([...alice.hub.entries(), ...bob.hub.entries()]).toEqual([])
  })

  test('an attempt is answered by the link of the other side, and its own dial becomes the reserve', async () => {
    const {alice, bob, dials, proxy, address, rpc} = await startOvertaken(version)
    expect(alice.told.rpc).toBe(rpc)
    expect(onlyEntry(alice)).toMatchObject({address, data: {inbound: true, note: 'hi'}})
    proxy.release()
    await until(() => dials.length === 1)
    expect(dials[0]).toMatchObject({error: null, rpc: {closed: false}})
    expect(alice.told.types).toEqual(['connecting', 'connected'])

    await bob.hub.disconnect(alice.address)
    await until(() => rpcsTo(alice, bob).length === 0)
    expect([...alice.hub.entries(), ...bob.hub.entries()]).toEqual([])
  })

  test('a dial that fails after the other side was faster is nobody’s error', async () => {
    silenceStack()
    const {alice, dials, proxy, address, rpc} = await startOvertaken(version)
    for (const socket of proxy.sockets) socket.destroy()
    await until(() => dials.length === 1)
    expect(dials[0]?.error).toBeInstanceOf(Error)
    expect(alice.told.types).toEqual(['connecting', 'connected'])
    expect(await alice.hub.connect(address)).toBe(rpc)
    expect(dials).toHaveLength(1)
  })

  test('a dial is called off when the entry, which the other side had connected, ends before it', async () => {
    const {alice, bob, dials, proxy} = await startOvertaken(version)
    expect(await bob.hub.disconnect(alice.address)).toBe(true)
    await until(() => alice.told.types.includes('disconnected'))
    proxy.release()
    await until(() => dials.length === 1 && rpcsTo(bob, alice).length === 0)
    expect(dials[0]).toMatchObject({rpc: {closed: true}})
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnected'])
    expect([...bob.hub.entries()]).toEqual([])
  })
})
