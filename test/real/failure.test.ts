import {describe, expect, test} from 'vitest'
import {addressOf, type HubPeer, silenceStack, startPair, startPeer, watchDials, withHub} from './peers'
import {freePort, startSilentServer} from './sockets'
import {until} from './until'
import {generateId, versions} from './versions'

/** Expects that the one dial failed, and that nothing is left of it. */
function expectFailed({hub, told}: HubPeer, address: string, error: unknown): void {
  const key = expect.stringMatching(/^@.*=\.ed25519$/)
  expect(told.events).toEqual([
    {type: 'connecting', address, key},
    {type: 'connecting-failed', address, key, details: error},
  ])
  expect(told.lastDetails).toBe(error)
  expect(hub.getState(address)).toBeUndefined()
}

describe.each(versions)('on %s', (version) => {
  test('the error of a refused connection is passed on as the same object', async () => {
    const alice = withHub(await startPeer(version))
    const dials = watchDials(alice)
    const address = addressOf(generateId(), await freePort())
    const error = await alice.hub.connect(address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({code: 'ECONNREFUSED'})
    expect(dials).toHaveLength(1)
    expect(dials[0]?.error).toBe(error)
    expectFailed(alice, address, error)
  })

  test('all who joined a refused attempt get the same error, and may dial again', async () => {
    const alice = withHub(await startPeer(version))
    const address = addressOf(generateId(), await freePort())
    const joined = [alice.hub.connect(address), alice.hub.connect(address)]
    const [one, two] = await Promise.allSettled(joined)
    expect(one).toMatchObject({status: 'rejected', reason: {code: 'ECONNREFUSED'}})
    expect(two).toEqual(one)
    await expect(alice.hub.connect(address)).rejects.toMatchObject({code: 'ECONNREFUSED'})
    expect(alice.told.types).toEqual(['connecting', 'connecting-failed', 'connecting', 'connecting-failed'])
  })

  test('a handshake with the wrong key fails, and the other side has no entry', async () => {
    const printed = silenceStack()
    const [alice, bob] = await startPair(version)
    const dials = watchDials(alice)
    const address = addressOf(generateId(), bob.port)
    const error = await alice.hub.connect(address).catch((reason: unknown) => reason)
    await until(() => printed.mock.calls.length > 0)
    expect(error).toBeInstanceOf(Error)
    expect(dials[0]?.error).toBe(error)
    expectFailed(alice, address, error)
    expect(bob.told.events).toEqual([])
    expect(await alice.hub.connect(bob.address)).toMatchObject({id: bob.id})
  })

  test.each([65536, 4_000_000_000])('a dial to port %d, which throws, is a failed dial', async (port) => {
    const alice = withHub(await startPeer(version))
    const address = addressOf(generateId(), port)
    const error = await alice.hub.connect(address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({code: 'ERR_SOCKET_BAD_PORT'})
    expectFailed(alice, address, error)
  })

  test('an address that no transport of the stack knows is a failed dial', async () => {
    const alice = withHub(await startPeer(version))
    const address = `carrier-pigeon:loft${addressOf(generateId(), 1).replace(/^[^~]*/, '')}`
    const error = await alice.hub.connect(address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({message: expect.stringContaining('could not connect')})
    expectFailed(alice, address, error)
  })

  test('a handshake that is never answered fails when the stack gives up', async () => {
    const alice = withHub(await startPeer(version, {handshake: 50}))
    const {port} = await startSilentServer()
    const address = addressOf(generateId(), port)
    const error = await alice.hub.connect(address).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expectFailed(alice, address, error)
  })

  test('a server that hangs up in the handshake is a failed dial', async () => {
    const alice = withHub(await startPeer(version))
    const server = await startSilentServer()
    const address = addressOf(generateId(), server.port)
    const attempt = alice.hub.connect(address).catch((reason: unknown) => reason)
    await until(() => server.sockets.size === 1)
    expect(alice.hub.getState(address)).toBe('connecting')
    server.hangUp()
    const error = await attempt
    expect(error).toBeInstanceOf(Error)
    expectFailed(alice, address, error)
  })
})
