import {createRequire} from 'node:module'
import {join} from 'node:path'
import {beforeAll, expect, onTestFinished, test} from 'vitest'
import ConnHub from '../../src/index'
import {freePort} from '../real/sockets'
import {until} from '../real/until'
import {configOf, generateId, type Stack, type Version, versions} from '../real/versions'
import {bundle} from './bundle'
import {useChromium} from './chromium'

// A real peer in a page, with a hub, and a real peer in Node, with a hub, over a WebSocket on loopback.

const open = useChromium()
const load = createRequire(__filename)

/** Node’s modules that secret-stack and what is below it import. The hub imports none, and needs none of this. */
const polyfill = (name: string) => join(__dirname, 'polyfills', `${name}.ts`)
const polyfilled = {
  define: {global: 'globalThis'},
  inject: [polyfill('globals')],
  alias: {
    ...Object.fromEntries(['buffer', 'events', 'url'].map((name) => [name, polyfill(name)])),
    ...Object.fromEntries(['fs', 'http', 'https', 'os'].map((name) => [name, polyfill('none')])),
  },
}

let script = ''

beforeAll(async () => {
  script = await bundle('peer.ts', polyfilled)
})

/** The configuration of a peer that speaks by WebSocket only; with a port, it listens there. */
function wsConfig(version: Version, port?: number): object {
  const host = '127.0.0.1'
  const connections = {
    incoming: port ? {ws: [{scope: 'device', transform: 'shs', host, port}]} : {},
    outgoing: {ws: [{transform: 'shs'}]},
  }
  const config = configOf(version, {host, port: 0})
  return 'global' in config ? {global: {...(config.global as object), connections}} : {...config, connections}
}

/** A peer in Node that listens for WebSockets, with a hub, until the test ends. */
async function startNode(version: Version) {
  const port = await freePort()
  const createWs = load('multiserver/plugins/ws')
  const ws = {
    name: 'multiserver-ws',
    version: '1.0.0',
    init(ssb: {multiserver: {transport(transport: object): void}}) {
      ssb.multiserver.transport({name: 'ws', create: createWs})
    },
  }
  const ssb: Stack & {getAddress(scope: string): string} = load(version)({}).use(ws)(wsConfig(version, port))
  const hub = new ConnHub(ssb)
  onTestFinished(async () => {
    hub.close()
    await new Promise<void>((resolve) => ssb.close(true, () => resolve()))
  })
  const address = ssb.getAddress('device')
  expect(address).toContain(`ws://127.0.0.1:${port}~shs:`)
  return {id: ssb.id, address, hub}
}

async function startPage() {
  const page = await open()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  onTestFinished(() => expect(errors).toEqual([]))
  await page.addScriptTag({content: script})
  const call = (name: string, argument: unknown) =>
    page.evaluate(`page.${name}(${JSON.stringify(argument)})`) as Promise<never>
  const id: string = await call('start', wsConfig('secret-stack'))
  return {id, call}
}

test.each(versions)('a hub in a page connects its peer to a peer in Node, of %s', async (version) => {
  const node = await startNode(version)
  const page = await startPage()
  const {address} = node

  const connected: {id: string; manifest: unknown; entries: [string, object][]} = await page.call(
    'connect',
    address,
  )
  expect(connected.id).toBe(node.id)
  // The remote has answered a call, so that the connection does carry muxrpc.
  expect(connected.manifest).toMatchObject({manifest: 'sync'})
  const data = {state: 'connected', type: 'pub', key: node.id, inbound: false}
  expect(connected.entries).toEqual([[address, expect.objectContaining(data)]])
  const [[, inbound] = []] = node.hub.entries()
  expect(inbound).toMatchObject({state: 'connected', key: page.id, inbound: true})
  expect(await page.call('take', address)).toEqual({
    told: [`connecting ${address} ${node.id}`, `connected ${address} ${node.id}`],
    state: 'connected',
  })

  expect(await page.call('disconnect', address)).toBe(true)
  expect(await page.call('take', address)).toEqual({
    told: [`disconnecting ${address} ${node.id}`, `disconnected ${address} ${node.id}`],
    state: 'absent',
  })
  await until(() => [...node.hub.entries()].length === 0)

  // Again; this time the other side hangs up.
  await page.call('connect', address)
  const [[back = ''] = []] = node.hub.entries()
  expect(await node.hub.disconnect(back)).toBe(true)
  await page.call('ended', address)
  expect(await page.call('take', address)).toEqual({
    told: [
      ...[`connecting ${address} ${node.id}`, `connected ${address} ${node.id}`],
      `disconnected ${address} ${node.id}`,
    ],
    state: 'absent',
  })
})

test('a hub in a page fails to connect where nobody listens', async () => {
  const {call} = await startPage()
  const id = generateId()
  const address = `ws://127.0.0.1:${await freePort()}~shs:${id.slice(1, -'.ed25519'.length)}`
  await expect(call('connect', address)).rejects.toThrow()
  const told = [`connecting ${address} ${id}`, `connecting-failed ${address} ${id}`]
  expect(await call('take', address)).toEqual({told, state: 'absent'})
})
