import {describe, expect, test} from 'vitest'
import type {Clock} from '../../src/types'
import {addressOf, dialDirectly, onlyEntry, rpcsTo, startPair, startPeer, withHub} from './peers'
import {startSilentServer} from './sockets'
import {until} from './until'
import {generateId, versions} from './versions'

/** The clock of the machine, and how many timers the hub has set on it. */
class CountingClock implements Clock {
  readonly timers = new Set<unknown>()
  now = () => Date.now()

  setTimeout = (callback: () => void, ms: number) => {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      callback()
    }, ms)
    this.timers.add(timer)
    return timer
  }

  clearTimeout = (timer: unknown) => {
    this.timers.delete(timer)
    clearTimeout(timer as NodeJS.Timeout)
  }
}

describe.each(versions)('on %s', (version) => {
  test('reset() closes what the hub has, also the connections that were there before it', async () => {
    const before = await startPeer(version)
    const bob = withHub(await startPeer(version))
    const unknown = await dialDirectly(before, bob.address)
    const alice = withHub(before)
    const [carol, dave] = await startPair(version)
    const rpcs = [unknown, await alice.hub.connect(carol.address), await dave.hub.connect(alice.address)]
    await until(() => alice.told.rpcs.length === 2)
    expect([...alice.hub.entries()]).toHaveLength(3)

    alice.hub.reset()
    expect([...alice.hub.entries()]).toEqual([])
    expect(alice.told.types.slice(3)).toEqual([
      ...['disconnecting', 'disconnected'],
      ...['disconnecting', 'disconnected'],
      ...['disconnecting', 'disconnected'],
    ])
    for (const other of [bob, carol, dave]) {
      expect(rpcsTo(alice, other)).toEqual([])
      await until(() => rpcsTo(other, alice).length === 0)
      expect([...other.hub.entries()]).toEqual([])
    }
    expect(rpcs).toMatchObject(rpcs.map(() => ({closed: true})))
  })

  test('reset() leaves a connection to ourselves alone', async () => {
    const alice = withHub(await startPeer(version))
    const self = await dialDirectly(alice, alice.address)
    await until(() => rpcsTo(alice, alice).length === 2)
    alice.hub.reset()
    expect(self.closed).toBe(false)
    expect(rpcsTo(alice, alice)).toHaveLength(2)
    expect(alice.told.events).toEqual([])
  })

  test('after reset() the hub works as if it had just been made', async () => {
    const [alice, bob] = await startPair(version)
    await alice.hub.connect(bob.address, {note: 'hi'})
    alice.hub.reset()
    expect(await alice.hub.connect(bob.address)).toMatchObject({closed: false})
    await until(() => bob.told.rpcs.length === 2 && rpcsTo(bob, alice).length === 1)
    expect(onlyEntry(alice).data).not.toHaveProperty('note')
    expect(await bob.hub.disconnect(onlyEntry(bob).address)).toBe(true)
    await until(() => alice.hub.getState(bob.address) === undefined)
  })

  test('close() ends every connection and every stream, and every method after it', async () => {
    const [alice, bob] = await startPair(version)
    const server = await startSilentServer()
    await alice.hub.connect(bob.address)
    const attempt = alice.hub.connect(addressOf(generateId(), server.port))
    await until(() => server.sockets.size === 1)
    alice.hub.close()
    await expect(attempt).rejects.toMatchObject({code: 'ERR_CALLED_OFF'})
    expect(alice.told.typesOf(bob.address).slice(2)).toEqual(['disconnecting', 'disconnected'])
    expect(alice.told.snapshots.at(-1)).toEqual([])
    expect(alice.told.ends).toBe(2)
    await until(() => rpcsTo(bob, alice).length === 0)

    await expect(alice.hub.connect(bob.address)).rejects.toMatchObject({code: 'ERR_CLOSED'})
    await expect(alice.hub.disconnect(bob.address)).rejects.toThrow('instance is closed')
    expect(() => alice.hub.entries()).toThrow('instance is closed')
    alice.hub.reset()
    alice.hub.close()
    expect(alice.told.ends).toBe(2)
  })

  test('close() lets go of the stack: later connections are not touched, and a new hub can have them', async () => {
    const [alice, bob] = await startPair(version)
    alice.hub.close()
    expect(alice.ssb.listenerCount('rpc:connect')).toBe(0)
    const first = await bob.hub.connect(alice.address)
    const successor = withHub(alice)
    expect(onlyEntry(successor).data).toMatchObject({key: bob.id, state: 'connected'})
    const second = await dialDirectly(bob, alice.address)
    await until(() => successor.hub.stats().reserve === 1)
    expect(first).toMatchObject({closed: false})
    expect(second).toMatchObject({closed: false})
  })

  test.each([
    'reset',
    'close',
  ] as const)('%s() ends a disconnect in flight, and its timer', async (method) => {
    const clock = new CountingClock()
    const alice = withHub(await startPeer(version), {clock})
    const bob = withHub(await startPeer(version))
    await alice.hub.connect(bob.address)
    const {rpc} = alice.told
    const close = rpc?.close
    // A connection that takes its time to close.
    Object.assign(rpc ?? {}, {close: () => {}})
    const disconnected = alice.hub.disconnect(bob.address)
    expect(alice.hub.getState(bob.address)).toBe('disconnecting')
    expect(clock.timers.size).toBe(1)
    alice.hub[method]()
    expect(clock.timers.size).toBe(0)
    expect(await disconnected).toBe(true)
    expect(alice.told.types).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    close?.call(rpc, true)
  })

  test('no connection of a peer’s life leaves a timer of the hub behind', async () => {
    const clock = new CountingClock()
    const alice = withHub(await startPeer(version), {clock})
    const bob = withHub(await startPeer(version))
    await alice.hub.connect(bob.address)
    await alice.hub.disconnect(bob.address)
    await alice.hub.connect(bob.address)
    alice.hub.close()
    expect(clock.timers.size).toBe(0)
  })
})
