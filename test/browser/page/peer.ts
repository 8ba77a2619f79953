// What is bundled for a page that is a peer: secret-stack with a WebSocket transport, and a hub.
import pull from 'pull-stream'
import ConnHub from '../../../src/index'
import type {SSB} from '../../../src/types'

declare function require(name: string): unknown

interface Creator {
  use(plugin: unknown): Creator
  (config: object): SSB & {readonly id: string}
}

const SecretStack = require('secret-stack/bare') as (defaults: object) => Creator
const createWs = require('multiserver/plugins/ws')

/** secret-stack itself comes with TCP only. */
const ws = {
  name: 'multiserver-ws',
  version: '1.0.0',
  init(ssb: {multiserver: {transport(transport: object): void}}) {
    ssb.multiserver.transport({name: 'ws', create: createWs})
  },
}

let hub: InstanceType<typeof ConnHub>
const told: string[] = []

/** Starts the peer, and returns its id. */
export function start(config: object): string {
  const ssb = SecretStack({}).use(require('secret-stack/plugins/shs')).use(ws)(config)
  hub = new ConnHub(ssb)
  pull(
    hub.listen(),
    pull.drain(({type, address, key}) => told.push(`${type} ${address} ${key}`)),
  )
  return ssb.id
}

/** Connects, and asks the remote for its manifest, over the connection. */
export async function connect(address: string) {
  const rpc = (await hub.connect(address, {type: 'pub'})) as unknown as {
    id: string
    manifest(callback: (error: unknown, manifest: unknown) => void): void
  }
  const manifest = await new Promise((resolve, reject) => {
    rpc.manifest((error, manifest) => (error ? reject(error) : resolve(manifest)))
  })
  return {id: rpc.id, manifest, entries: [...hub.entries()]}
}

export function disconnect(address: string): Promise<boolean> {
  return hub.disconnect(address)
}

/** Resolves when the entry is gone. */
export function ended(address: string): Promise<void> {
  return new Promise((resolve) => {
    pull(
      hub.liveEntries(),
      pull.drain((entries) => {
        if (!entries.some(([other]) => other === address)) resolve()
      }),
    )
  })
}

/** What readers were told since this was last asked for, and the state of the address. */
export function take(address: string) {
  return {told: told.splice(0), state: hub.getState(address) ?? 'absent'}
}
