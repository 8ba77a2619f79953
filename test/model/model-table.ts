export type Data = Record<string, unknown>
export type Row = readonly [address: string, data: Data]

interface LinkOf {
  readonly rpc: {readonly id: string; readonly stream?: {readonly address: unknown}}
  readonly isClient: boolean | undefined
}

/** The fields that are the hub's own, `key` but for one that is not known yet. */
const own = ['state', 'inferredType', 'inbound', 'hubBirth', 'hubUpdated']

/** The entries in the order in which they came, each in full. */
export class ModelTable {
  #rows: Row[] = []

  rows(): readonly Row[] {
    return [...this.#rows]
  }

  get(address: string): Data | undefined {
    return this.#rows.find((row) => row[0] === address)?.[1]
  }

  /** The caller's part of an entry. */
  metadata(address: string): Data {
    const {key, state, inferredType, inbound, hubBirth, hubUpdated, ...metadata} = this.get(address) ?? {}
    return metadata
  }

  /** What of some data would go into an entry. */
  left(address: string, data: Data): Data {
    const left: Data = {}
    for (const [name, value] of Object.entries(data)) {
      if (own.includes(name)) continue
      if (name === 'key' && (this.get(address)?.key !== undefined || typeof value !== 'string')) continue
      left[name] = value
    }
    return left
  }

  apply(type: string, address: string, data: Data, link: LinkOf | undefined, time: number): void {
    if (type === 'disconnected' || type === 'connecting-failed') {
      this.#rows = this.#rows.filter((row) => row[0] !== address)
      return
    }
    const old = this.get(address)
    const shs = keyOf(address)
    const next: Data = old ? {...old} : {...(shs && {key: shs}), hubBirth: time}
    if (!old) this.#rows.push([address, next])
    this.#rows = this.#rows.map((row) => (row[0] === address ? [address, next] : row))
    Object.assign(next, this.left(address, data), {hubUpdated: time})
    if (type === 'connecting' || type === 'connected' || type === 'disconnecting') next.state = type
    if (type === 'disconnecting-failed') next.state = 'connected'
    if (link) {
      if (link.rpc.id) next.key = link.rpc.id
      next.inbound = link.isClient === false
      const origin = link.rpc.stream?.address
      // The type is that of the link; the entry's address decides only where the link does not tell.
      if (next.type === undefined) next.inferredType = typeOf(isAddress(origin) ? origin : address)
    }
  }
}

export function isAddress(address: unknown): address is string {
  return typeof address === 'string' && address.length <= 4096 && address.includes(':')
}

/** The key in an address. */
export function keyOf(address: string): string | undefined {
  const base64 = address.split('~shs:')[1]?.split(':')[0]
  return base64 && `@${base64}.ed25519`
}

/** What kind of address it is, for those that the steps have. */
export function typeOf(address: string): string {
  if (address.startsWith('tunnel:')) return 'tunnel'
  if (address.startsWith('net:192.168.') || address.startsWith('ws:localhost:')) return 'lan'
  return 'internet'
}

/** What a caller gave, as JSON would carry it; undefined where it is refused. */
export function takenIn(given: unknown): Data | undefined {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object') return undefined
  try {
    return JSON.parse(JSON.stringify(given))
  } catch {
    return undefined
  }
}
