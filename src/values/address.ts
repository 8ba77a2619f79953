import ipaddr from 'ipaddr.js'
import multiserverAddress from 'multiserver-address'
import type {InferredType} from '../entry'
import {hidesSeed, isMarked} from './secrets'

const maxLength = 4096

/** Whether this is an address that can be an entry of the table. */
export function isAddress(value: unknown): value is string {
  return hasAddressForm(value) && !isMarked(value) && !hidesSeed(value)
}

/** Whether this is an address, with a seed or the mark of one. */
export function hasAddressForm(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && multiserverAddress.check(value)
}

/** The shs part, after the start or a separator that is not escaped; its first field is the public key. */
const shs = /(?:^|(?:^|[^!])(?:!!)*[~;])shs[a-z0-9-]*:([^:~;]+)/

/** The public key in an address, in the form of rpc.id: `@KEY.ed25519`. */
export function keyOf(address: string): string | undefined {
  const base64 = shs.exec(address)?.[1]
  return base64 === undefined ? undefined : `@${padded(base64)}.ed25519`
}

/**
 * A key may come without its padding, in the alphabet for URLs, or as an id; an rpc.id never does. All of them lead
 * to the same peer.
 */
function padded(key: string): string {
  const base64 = key.replace(/^@|\.ed25519$/g, '')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(base64)) return base64
  return `${base64.slice(0, 43).replace(/-/g, '+').replace(/_/g, '/')}=`
}

/** Which kind of peer an address leads to, as far as that can be told. Never throws. */
export function inferType(address: string, meta?: unknown): InferredType | undefined {
  const protocol = /^[a-z0-9-]*/.exec(address)?.[0]
  if (meta === 'dht') return 'dht'
  switch (protocol) {
    case 'bt':
    case 'dht':
    case 'tunnel':
      return protocol
    case 'net':
    case 'ws':
    case 'wss':
      return isLan(hostOf(address)) ? 'lan' : 'internet'
    default:
      return undefined
  }
}

/** The host of a `net:`, `ws:` or `wss:` address, without brackets and zone. */
function hostOf(address: string): string {
  const [, authority = ''] = /^[a-z]+:(?:\/\/)?([^~;/?#]*)/.exec(address) ?? []
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1)
  const bracketed = /^\[([^\]]*)\]/.exec(hostAndPort)?.[1]
  const host = bracketed ?? hostAndPort.replace(/:[0-9]*$/, '')
  return host.replace(/%.*$/, '').replace(/\.$/, '').toLowerCase()
}

/** Most hosts are four numbers, for which there need be no parser: it would be a fifth of an incoming connection. */
const quad = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const lanQuad = /^(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./

const lanRanges: readonly string[] = ['private', 'loopback', 'linkLocal', 'uniqueLocal']

function isLan(host: string): boolean {
  if (quad.test(host)) return lanQuad.test(host)
  if (host === '' || host === 'localhost' || host.endsWith('.local')) return true
  return ipaddr.isValid(host) && lanRanges.includes(ipaddr.process(host).range())
}
