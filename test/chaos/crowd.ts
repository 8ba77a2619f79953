import {createRequire} from 'node:module'
import {networkKey} from '../real/versions'

const load = createRequire(__filename)
const MultiServer: (suites: unknown[]) => {
  client(
    address: string,
    callback: (error: unknown, stream?: {source: Read; sink(source: Read): void}) => void,
  ): () => void
} = load('multiserver')
const createNet: (options: object) => unknown = load('multiserver/plugins/net')
const createShs: (options: object) => unknown = load('multiserver/plugins/shs')
const ssbKeys: {generate(): {readonly public: string; readonly private: string}} = load('ssb-keys')

type Read = (abort: unknown, callback: (end: unknown, data?: unknown) => void) => void

const bytesOf = (base64: string) => Buffer.from(base64.replace('.ed25519', ''), 'base64')

/** A client of the secret handshake with a key of its own, and nothing above it. It hangs up when asked to. */
export function joinCrowd(address: string): Promise<() => void> {
  const keys = ssbKeys.generate()
  const shs = createShs({
    keys: {publicKey: bytesOf(keys.public), secretKey: bytesOf(keys.private)},
    appKey: Buffer.from(networkKey, 'base64'),
    auth: (_id: unknown, callback: (error: unknown, isIn: boolean) => void) => callback(null, true),
    timeout: 60_000,
  })
  return new Promise((resolve, reject) => {
    MultiServer([[createNet({}), shs]]).client(address, (error, stream) => {
      if (!stream) return reject(error)
      const {source, sink} = stream
      let leaves: ((end: unknown) => void) | undefined
      sink((abort, callback) => {
        if (abort) callback(abort)
        else leaves = callback
      })
      source(null, function next(end) {
        // They hung up: so do we.
        if (end) leaves?.(true)
        else source(null, next)
      })
      resolve(() => leaves?.(true))
    })
  })
}
