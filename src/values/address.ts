import ipaddr from 'ipaddr.js'
import multiserverAddress from 'multiserver-address'
import type {InferredType} from '../entry'
import {ConnHubError} from './errors'
import {hidesSeed, isMarked} from './secrets'
import {shown} from './shown'

const maxLength = 4096

/** Whether this is an address that can be an entry of the table. */
export function isAddress(value: unknown): value is string {
  return hasAddressForm(value) && !isMarked(value) && !hidesSeed(value)
}

/** Whether this is an address, with a seed or the mark of one. */
export function hasAddressForm(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && multiserverAddress.check(value)
}

/** The error of a value that is no address: what was given, and why it cannot be one. */
export function invalidAddress(value: unknown): ConnHubError {
  return new ConnHubError('ERR_INVALID_ADDRESS', `${shown(value)}; ${expectedInstead(value)}`)
}

function expectedInstead(value: unknown): string {
  if (typeof value === 'string' && value.length > maxLength)
    return `it must not be longer than ${maxLength} characters`
  if (!hasAddressForm(value)) return 'expected a string such as net:example.com:8008~shs:KEY'
  if (isMarked(value))
    return 'a mark stands in place of its seed: use the address as it was before it was logged'
  return 'its seed must be written in plain base64, as in net:example.com:8008~shs:KEY:SEED'
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
  // Most are written as the id has them.
  if (/^[A-Za-z0-9+/]{43}=$/.test(key)) return key
  const base64 = key.replace(/^@|\.ed25519$/g, '')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(base64)) return base64
  return `${base64.slice(0, 43).replace(/-/g, '+').replace(/_/g, '/')}=`
}

/** What is known of a link beside the address of its entry. */
export interface LinkFacts {
  /** The address that multiserver gave to the stream: with the IP that a name led to, and of the part that was dialled. */
  readonly origin?: unknown
  /** What multiserver tells besides. */
  readonly meta?: unknown
}

/** Which kind of network a link goes over: as the link tells, else by its entry's address. Never throws. */
export function inferType(address: string, {origin, meta}: LinkFacts = {}): InferredType | undefined {
  if (meta === 'dht') return 'dht'
  return (typeof origin === 'string' ? typeOf(origin) : undefined) ?? typeOf(address)
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
/** Most hosts are four numbers, for which there need be no parser: it would be a seventh of an incoming connection. */
const ipv4 = new RegExp(`^(?:net|wss?):(?://)?${byte}(?:\\.${byte}){3}(?::\\d*)?(?:[~;/?#]|$)`)
const lanIpv4 = /^[a-z]+:(?:\/\/)?(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./

/** The type of the first of its parts that has one. */
function typeOf(address: string): InferredType | undefined {
  if (ipv4.test(address)) return lanIpv4.test(address) ? 'lan' : 'internet'
  for (const part of address.split(';')) {
    const protocol = /^[a-z0-9-]*/.exec(part)?.[0]
    switch (protocol) {
      case 'bt':
      case 'dht':
      case 'tunnel':
        return protocol
      case 'net':
      case 'ws':
      case 'wss':
        return isLan(hostOf(part), protocol) ? 'lan' : 'internet'
    }
  }
  return undefined
}

/** The host of a `net:`, `ws:` or `wss:` address, without brackets and zone. */
function hostOf(address: string): string {
  const [, authority = ''] = /^[a-z]+:(?:\/\/)?([^~/?#]*)/.exec(address) ?? []
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1).replace(/%[^\]:]*/, '')
  const bracketed = /^\[([^\]]*)\]/.exec(hostAndPort)?.[1]
  const host = bracketed ?? hostAndPort.replace(/:[0-9]*$/, '')
  // An IPv6 address without brackets and without a port: what looks like the port is its end.
  const isWhole = host.includes(':') && !ipaddr.isValid(host) && ipaddr.isValid(hostAndPort)
  return (isWhole ? hostAndPort : host).replace(/\.$/, '').toLowerCase()
}

const lanRanges: readonly string[] = ['unspecified', 'private', 'loopback', 'linkLocal', 'uniqueLocal']

function isLan(host: string, protocol: string): boolean {
  if (host === '' || host === 'localhost' || host.endsWith('.local')) return true
  // What multiserver has for a page that has no origin: it looks at the origin on loopback connections only.
  if (protocol === 'ws' && host === 'null') return true
  return ipaddr.isValid(host) && lanRanges.includes(ipaddr.process(host).range())
}
