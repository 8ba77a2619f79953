import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {startBadProxy} from '../chaos/proxy'
import {addressOf, dialDirectly, type Peer, rpcsTo, startPair, startPeer, withHub} from './peers'
import {until} from './until'
import {type Rpc, versions} from './versions'

// Which link is announced, on real peers: dials that cross, a peer that comes back, plugins that hear of an end first.

interface Message {
  readonly address?: string
  readonly event?: string
  readonly isClient?: boolean
}

/** A process with ssb-conn, and what its hub told. */
async function startSsbConn(version: string) {
  const child: ChildProcess = fork(join(__dirname, 'ssb-conn-peer.cjs'), [version], {silent: true})
  onTestFinished(() => void child.kill('SIGKILL'))
  const [{address = ''}] = (await once(child, 'message')) as [Message]
  const told: Message[] = []
  child.on('message', (message: Message) => told.push(message))
  return {address, told, connect: (other: string) => child.send(other)}
}

/** How long the stacks of these processes keep what is not used, in ms: their long times pass 300 times as fast. */
const inactivity = 600_000 / 300

describe.each(versions)('on %s', (version) => {
  test('two ssb-conn that dial each other at once each ping the link that they opened: both stay', async () => {
    const [alice, bob] = await Promise.all([startSsbConn(version), startSsbConn(version)])
    alice.connect(bob.address)
    bob.connect(alice.address)
    const connected = ({told}: typeof alice) => told.find(({event}) => event === 'connected')
    await until(() => connected(alice) && connected(bob))
    const since = Date.now()
    expect([connected(alice), connected(bob)].map((event) => event?.isClient)).toContain(true)
    await until(() => Date.now() - since > 3 * inactivity)
    for (const {told} of [alice, bob]) {
      expect(told.map(({event}) => event)).toEqual(['connecting', 'connected'])
    }
  })

  test('a pub answers over the new connection of a peer whose old one fell silent', async () => {
    const [pub, bob] = await startPair(version)
    const proxy = await startBadProxy(pub.port)
    onTestFinished(() => proxy.resetAll())
    const old = await dialDirectly(bob, addressOf(pub.id, proxy.port))
    await until(() => pub.told.rpcs.length === 1)
    const since = Date.now()
    proxy.fallSilent()
    await until(() => Date.now() - since > 2_100)
    const fresh = await dialDirectly(bob, pub.address)
    await until(() => pub.told.rpcs.length === 2)
    expect(old.closed).toBe(false)
    expect(pub.told.types).toEqual(['connected', 'disconnected', 'connected'])
    const address = [...pub.hub.entries()][0]?.[0] ?? ''
    const answer = (await pub.hub.connect(address)) as Rpc
    expect(answer).toBe(rpcsTo(pub, bob).at(-1))
    expect(answer).toBe(pub.told.rpc)
    fresh.close(true)
    // The old one is all that is left: nobody knows yet that it is dead.
    await until(() => pub.told.types.length === 5)
    expect(pub.told.types.slice(3)).toEqual(['disconnected', 'connected'])
  })

  test.each([
    'before',
    'after',
  ])('a plugin that dials again where its own listener hears the end, registered %s the hub', async (when) => {
    const pub = withHub(await startPeer(version))
    const peer: Peer = await startPeer(version)
    const answers: Promise<unknown>[] = []
    const plugin = (rpc: Rpc) => {
      rpc.on('closed', () => {
        if (answers.length === 0) answers.push(bob.hub.connect(pub.address))
      })
    }
    if (when === 'before') peer.ssb.on('rpc:connect', plugin)
    const bob = withHub(peer)
    if (when === 'after') peer.ssb.on('rpc:connect', plugin)
    await bob.hub.connect(pub.address)
    await until(() => rpcsTo(pub, bob).length === 1)
    for (const rpc of rpcsTo(pub, bob)) rpc.close(true)
    await until(() => answers.length === 1)
    const again = (await answers[0]) as Rpc
    expect(again.closed).toBe(false)
    expect(again).toBe(bob.told.rpc)
    expect(bob.told.types).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected'])
  })
})
