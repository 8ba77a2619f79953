// A peer with a hub in a process of its own: node hub-process.mjs <lib> <package name of secret-stack> <config> <address>
// It connects to the address in several ways, closes its hub and its peer, and has nothing left to do.
import {createRequire} from 'node:module'

const [, , lib, version, config, address] = process.argv
const require = createRequire(import.meta.url)
const ConnHub = require(lib)
const ssb = require(version)({})(JSON.parse(config))

ssb.once('multiserver:listening', async () => {
  const hub = new ConnHub(ssb)
  await hub.connect(address)
  await hub.disconnect(address)
  await hub.connect(address.replace(/:\d+~/, ':65536~')).catch(() => {})
  await hub.connect(address)
  hub.close()
  ssb.close(true, () => {})
  console.log('closed')
})
