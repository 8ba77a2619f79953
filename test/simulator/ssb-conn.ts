import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from './client'
import {hookModules, requirePackage} from './modules'
import type {Network} from './network'
import type {Hub} from './scheduler'
import {virtualize} from './virtual-globals'

interface Plugin {
  readonly name: string
  init(ssb: unknown, config: unknown): unknown
}

/** There is no such folder, and nothing is written. */
const path = join(tmpdir(), 'ssb-conn-hub-simulator', 'no-such-folder')

/**
 * Puts `ssb-conn` itself on top, as it comes from npm, with its database of addresses, its staging area, its
 * scheduler and its pings. Virtual are the time, its randomness, the disk, and what it asks the machine about
 * its network. Once a process, because modules are loaded once. Returns how to stop it, which closes the hub.
 */
export function startSsbConn(network: Network, makeHub: () => Hub): () => void {
  const restore = virtualize(network.clock, network.random.fork())
  const unhook = hookModules({
    'ssb-conn-hub': function ConnHub() {
      return makeHub()
    },
    'has-network2': () => network.isUp,
    'on-change-network-strict': (callback: () => void) => {
      network.onSwitch = callback
    },
    'on-wakeup': () => {},
    'atomic-file-rw': {writeFile: (_path: string, _data: string, _code: string, done: () => void) => done()},
  })
  const client = new Client(network)
  const config = {path, conn: {populatePubs: false}}
  const database = requirePackage('ssb-conn-db') as {prototype: {_write(): void}}
  // It would write the whole of it at each virtual second.
  database.prototype._write = () => {}
  for (const plugin of requirePackage('ssb-conn') as Plugin[])
    client.use(plugin.name, plugin.init(client, config))
  unhook()
  client.start()
  return () => {
    client.close()
    restore()
  }
}
