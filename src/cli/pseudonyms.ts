import {createHmac} from 'node:crypto'
import type {Json, Metadata} from '../entry'
import type {ErrorRecord, LogItem} from '../events'
import {ownFields} from '../values/metadata'

/** Names of metadata that tell nothing of anybody: those that the plugins of SSB give. */
const known = new Set(
  (
    'name type source birth failure stateChange autoconnect isSupposedToBeConnected pausedUntil birthdate mode room hub ' +
    'address host port note pool verified announcers ping rtt skew mean stdev count sum sqsum duration self firewall'
  )
    .split(' ')
    .concat([...ownFields]),
)
/** Kinds of peers, as the plugins of SSB name them. */
const kinds = new Set(
  'bt dht internet lan tunnel pub room room-endpoint room-attendant peer friend staged'.split(' '),
)

const base64 = '[A-Za-z0-9+/_-]'
/** A public key of 32 bytes, with what may stand around it. */
const publicKey = new RegExp(`(?<!${base64})(@?)(${base64}{43})(=?)(\\.ed25519)?(?![A-Za-z0-9+/_])`, 'g')

/** Puts pseudonyms in place of all that tells who somebody is. The same has the same pseudonym, by the same salt. */
export class Pseudonyms {
  readonly #salt: string

  constructor(salt: string) {
    this.#salt = salt
  }

  item(item: LogItem): LogItem {
    if (item.type === 'checkpoint') {
      const {entries, reserve, ...rest} = item
      return {
        ...rest,
        entries: entries.map(([address, peer]) => [
          this.address(address),
          this.#data(peer),
        ]) as typeof entries,
        ...(reserve && {
          reserve: reserve.map((link) => ({
            ...link,
            address: this.address(link.address),
            ...(link.key !== undefined && {key: this.key(link.key)}),
          })),
        }),
      }
    }
    if (!('address' in item)) return item
    const {address, key} = item
    return {
      ...item,
      address: this.address(address),
      ...(key !== undefined && {key: this.key(key)}),
      ...('data' in item && item.data && {data: this.#data(item.data)}),
      ...('error' in item && item.error && {error: this.#error(item.error)}),
    } as LogItem
  }

  /** A key that is none where it is of the form of one, else a word. */
  key(key: string): string {
    const replaced = this.#keysIn(key)
    return replaced === key ? `@${this.#word('key', key)}` : replaced
  }

  /** Of the form of an address, of the same protocols. */
  address(address: string): string {
    return address
      .split(/(?<!!)([;~])/)
      .map((part) => (part === ';' || part === '~' ? part : this.#part(part)))
      .join('')
  }

  #part(part: string): string {
    if (part === '' || part === 'noauth') return part
    const [, protocol = 'net', rest = ''] = /^([a-z0-9-]+):?(.*)$/s.exec(part) ?? [undefined, undefined, part]
    if (/^shs/.test(protocol)) {
      const [key = '', ...seed] = rest.split(':')
      const fields = [this.key(`@${key}`).slice(1), ...seed.map((each) => `seed-${this.#hex('seed', each)}`)]
      return [protocol, ...fields].join(':')
    }
    if (!['net', 'ws', 'wss', 'onion', 'tor'].includes(protocol)) {
      const keys = this.#keysIn(rest)
      // What is made of keys alone, as the addresses of a room, stays readable.
      const isOnlyKeys =
        /^[@:a-z0-9+/=_.-]*$/i.test(rest) && rest.split(':').every((each) => this.#keysIn(each) !== each)
      return `${protocol}:${isOnlyKeys ? keys : this.#word('address', rest)}`
    }
    const [, slashes = '', host = '', port, path = ''] =
      /^(\/\/)?(.*?)(?::(\d{1,5}))?(\/.*)?$/s.exec(rest) ?? []
    const place = `${slashes}${this.#word('host', host)}.example`
    return `${protocol}:${place}${port ? `:${this.#port(port)}` : ''}${path && `/${this.#word('path', path)}`}`
  }

  /** Other ports have other pseudonyms: they tell addresses apart. */
  #port(port: string): number {
    return Number(port) ^ Number.parseInt(this.#hex('port', '').slice(0, 4), 16)
  }

  #data<D extends object>(data: D): D {
    const fields = Object.entries(data as Metadata).map(([name, value]) => {
      if (name === 'key') return [name, this.key(String(value))]
      if (ownFields.has(name)) return [name, value]
      if (name === 'type' && kinds.has(String(value))) return [name, value]
      return [known.has(name) ? name : this.#word('field', name), this.#json(value)]
    })
    return Object.fromEntries(fields) as D
  }

  #json(value: Json): Json {
    if (typeof value === 'string') return this.#string(value)
    if (typeof value === 'number') return Number.parseInt(this.#hex('number', String(value)).slice(0, 5), 16)
    if (typeof value !== 'object' || value === null) return value
    return Array.isArray(value) ? value.map((each: Json) => this.#json(each)) : (this.#data(value) as Json)
  }

  #string(text: string): string {
    const keys = this.#keysIn(text)
    return keys !== text && new RegExp(`^(?:${publicKey.source})$`).test(text)
      ? keys
      : this.#word('text', text)
  }

  #error({message, name, code}: ErrorRecord): ErrorRecord {
    // "connect ECONNREFUSED 192.0.2.1:8008"
    const [start] = /^(?:[a-z]{2,12} )?E[A-Z]{2,20}\b/.exec(message) ?? []
    const isCode =
      typeof code === 'number' || (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code))
    return {
      message: start ?? this.#word('text', message),
      ...(name !== undefined && {name: /^[A-Za-z]{0,30}Error$/.test(name) ? name : this.#word('text', name)}),
      ...(code !== undefined && {code: isCode ? code : this.#word('text', String(code))}),
    }
  }

  #keysIn(text: string): string {
    return text.replace(publicKey, (_, at: string, key: string, padding: string, ending = '') => {
      // The same key in another spelling is the same peer, and its address another one.
      const isForUrls = /[_-]/.test(key)
      const bytes = this.#hash('key', key.replace(/-/g, '+').replace(/_/g, '/'))
      const pseudonym = bytes.toString('base64').slice(0, 43)
      const spelled = isForUrls ? pseudonym.replace(/\+/g, '-').replace(/\//g, '_') : pseudonym
      return `${at}${spelled}${padding}${ending}`
    })
  }

  #word(kind: string, text: string): string {
    return `${kind}-${this.#hex(kind, text)}`
  }

  #hex(kind: string, text: string): string {
    return this.#hash(kind, text).toString('hex').slice(0, 16)
  }

  #hash(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#salt).update(`${kind}\0${text}`).digest()
  }
}
