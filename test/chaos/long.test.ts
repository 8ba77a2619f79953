import * as v8 from 'node:v8'
import {runInNewContext} from 'node:vm'
import pull from 'pull-stream'
import {describe, expect, test} from 'vitest'
import {Session} from '../../src/connections/session'
import type {Source} from '../../src/types'
import {logOf} from '../kit/reading'
import {uncaught} from '../kit/setup'
import {dialDirectly, rpcsTo, startPair, startPeer, withHub} from '../real/peers'
import {until} from '../real/until'
import {versions} from '../real/versions'
import {expectNothingLeft, expectSound, isLong, some} from './sound'

v8.setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const timeout = 1_800_000

/** How many of these a process holds. */
function count(...kinds: string[]): number {
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length
}

/** Goes through a cycle many times. Returns how much the heap grew by it, in bytes a cycle; nothing else may. */
async function growthOf(cycles: number, cycle: () => Promise<void>): Promise<number> {
  for (let n = 0; n < 20; n++) await cycle()
  gc()
  const heap = process.memoryUsage().heapUsed
  const sockets = count('TCPSocketWrap', 'TCPConnectWrap')
  const timers = count('Timeout')
  for (let n = 0; n < cycles; n++) await cycle()
  await until(() => count('TCPSocketWrap', 'TCPConnectWrap') <= sockets + 1)
  expect(count('Timeout')).toBeLessThanOrEqual(timers + 2)
  const {queryObjects} = v8 as unknown as {queryObjects(of: unknown, options: object): number}
  expect(queryObjects(Session, {format: 'count'})).toBe(0)
  gc()
  return (process.memoryUsage().heapUsed - heap) / cycles
}

/** Does something when the source gives what it does not give at once. */
function whenItIsGiven(read: Source<unknown>, then: () => void): void {
  let isLater = false
  const ask = () =>
    read(null, (end) => {
      if (end) return
      if (isLater) then()
      else ask()
    })
  ask()
  isLater = true
}

describe.each(versions)('on %s', (version) => {
  test('connecting and disconnecting again and again adds nothing', {timeout}, async () => {
    const cycles = some(40, 5000)
    // What the stack itself keeps of each connection, until its own timers let go of it.
    const dialler = await startPeer(version)
    const other = await startPeer(version)
    const stackAlone = await growthOf(cycles, async () => {
      const rpc = await dialDirectly(dialler, other.address)
      await until(() => rpcsTo(other, dialler).length === 1)
      rpc.close(true)
      await until(() => rpcsTo(other, dialler).length === 0)
    })

    const alice = withHub(await startPeer(version), {logLimit: 20})
    const bob = withHub(await startPeer(version), {logLimit: 20})
    const listeners = [alice, bob].map(({ssb}) => ssb.listenerCount('rpc:connect'))
    let n = 0
    const withHubs = await growthOf(cycles, async () => {
      await alice.hub.connect(bob.address, {n})
      await until(() => bob.hub.stats().entries.connected === 1)
      // Now one side closes, and now the other.
      if (n++ % 2 === 0) await alice.hub.disconnect(bob.address)
      else bob.hub.reset()
      await until(() => alice.hub.stats().entries.connected + bob.hub.stats().entries.connected === 0)
      alice.told.forget()
      bob.told.forget()
    })
    expect([alice, bob].map(({ssb}) => ssb.listenerCount('rpc:connect'))).toEqual(listeners)
    // The measure is coarse: a megabyte more or less is how full the heap happens to be.
    expect(withHubs - stackAlone).toBeLessThan(1000 + 1e6 / cycles)
    const bytes = [withHubs, stackAlone].map(Math.round)
    if (isLong) console.log(`${version}: ${cycles} cycles, ${bytes[0]} bytes each; without hubs, ${bytes[1]}`)
    await expectNothingLeft(alice, bob)
  })

  test('readers that stall, throw and leave by the thousand harm no connection', {timeout}, async () => {
    const [alice, bob] = await startPair(version)
    const many = some(1000, 5000)
    const open = (): Source<unknown>[] => [
      alice.hub.listen(),
      alice.hub.liveEntries(),
      alice.hub.log({live: true}),
    ]
    const leave: (() => void)[] = []
    const fail = () => {
      throw new Error('reader')
    }
    const errors = await uncaught(async () => {
      for (let i = 0; i < many; i++) {
        for (const read of open()) {
          if (i % 3 === 0) read(null, () => {})
          else if (i % 3 === 1) leave.push(() => read(true, () => {}))
          else whenItIsGiven(read, fail)
        }
      }
      const heard: string[] = []
      pull(
        alice.hub.listen(),
        pull.drain(({type}) => {
          heard.push(type)
        }),
      )
      await alice.hub.connect(bob.address)
      for (const go of leave) go()
      await alice.hub.disconnect(bob.address)
      expect(heard).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    })
    expect(errors).toHaveLength(3 * Math.floor(many / 3))
    await expectNothingLeft(alice, bob)
  })

  test('a clock that jumps back changes nothing but its times, which never go back', async () => {
    let now = Date.now()
    const clock = {
      now: () => now,
      setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    }
    const alice = withHub(await startPeer(version), {clock, closeTimeout: 50})
    const bob = withHub(await startPeer(version))
    for (let i = 0; i < 5; i++) {
      await alice.hub.connect(bob.address)
      now -= 3_600_000
      await alice.hub.disconnect(bob.address)
      now += 1000
    }
    // The time that a close may take is that of timers.
    const rpc = (await alice.hub.connect(bob.address)) as unknown as {close: unknown}
    const {close} = rpc
    rpc.close = () => {
      now -= 3_600_000
    }
    await expect(alice.hub.disconnect(bob.address)).rejects.toMatchObject({code: 'ERR_CLOSE_TIMEOUT'})
    rpc.close = close
    await alice.hub.disconnect(bob.address)
    const times = logOf(alice.hub).map(({time}) => time)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expectSound(alice)
    await expectNothingLeft(alice, bob)
  })
})
