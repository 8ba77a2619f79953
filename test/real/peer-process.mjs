// A peer in a process of its own: node peer-process.mjs <package name of secret-stack> <config as JSON>
// It tells its parent when it listens, dials what the parent asks it to, and ends with its parent.
import {createRequire} from 'node:module'

const [, , version, config] = process.argv
const SecretStack = createRequire(import.meta.url)(version)
const ssb = SecretStack({})(JSON.parse(config))

process.on('disconnect', () => process.exit())
process.on('message', (address) => ssb.connect(address, () => {}))
ssb.once('multiserver:listening', () => process.send(ssb.id))
