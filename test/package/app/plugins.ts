// Code as plugins have it that were written for 1.2.1: ssb-conn ties its pools together, ssb-room-client finds rooms.
// biome-ignore-all lint/suspicious/noExplicitAny: as they have it
import ConnHub = require('ssb-conn-hub')

import type {Address, ConnectionData, ListenEvent as HubEvent} from 'ssb-conn-hub/lib/types'

// What these packages bring no declarations for is `any` to them.
declare const pull: any
declare const ssb: any

interface Pool {
  update(address: string, data: object | ((previous: any) => object)): void
  get(address: string): object | undefined
  entries(): Iterable<[string, {key?: string}]>
}

export function glue(database: Pool, hub: ConnHub, staging: Pool): void {
  function ping(address: string, rpc: any): void {
    rpc.gossip.ping({timeout: 3e5}, (error: any) => database.update(address, {failed: error.name}))
  }

  function onConnecting(event: HubEvent): void {
    for (const [address, data] of staging.entries()) {
      if (data.key && data.key === event.key) database.update(address, {})
    }
    const found = database.get(event.address)
    hub.update(event.address, {...found, ...staging.get(event.address)})
  }

  function onConnected(event: HubEvent): void {
    onConnecting(event)
    if (event.details.isClient) ping(event.address, event.details.rpc)
  }

  pull(
    hub.listen(),
    pull.drain((event: HubEvent) => {
      if (event.type === 'connecting') onConnecting(event)
      if (event.type === 'connected') onConnected(event)
      if (event.type === 'connecting-failed') database.update(event.address, (previous: any) => previous)
    }),
  )
}

export class Conn {
  private readonly _hub: ConnHub

  constructor(peer: any) {
    this._hub = new ConnHub(peer)
    glue(peer.db, this._hub, peer.staging)
  }

  public connect = (address: string, data: any, cb: (error?: any, rpc?: any) => void): void => {
    this._hub.connect(address, data).then(
      (result) => cb(null, result),
      (error) => cb(error),
    )
  }

  public peers = () => this._hub.liveEntries()
  public hub = () => this._hub

  public isKnown(key: string): boolean {
    for (const other of this._hub.entries()) if (other[1].key === key) return true
    return false
  }
}

/** What a room's client asks of a hub, in its own words. */
interface Rooms {
  hub: () => {
    listen: CallableFunction
    update: (k: string, d: any) => void
    entries: () => Iterable<[string, ConnectionData]>
  }
}

interface RoomRpc {
  readonly room: {metadata(callback: (error: unknown, metadata: object) => void): void}
}

export function findRooms(): void {
  const conn: Rooms = new Conn(ssb)
  const rooms = new Map<string, RoomRpc>()
  pull(
    conn.hub().listen(),
    pull.filter(({type}: HubEvent) => type === 'connected'),
    pull.drain(async ({address, key, details}: HubEvent) => {
      if (!key || !details?.rpc || address.startsWith('tunnel:')) return
      const rpc: RoomRpc = details.rpc
      rooms.set(key, rpc)
    }),
  )
}

type HubEntry = [Address, ConnectionData]

export function inConnection(hub: ConnHub): Address[] {
  return Array.from(hub.entries())
    .filter(([, data]: HubEntry) => data.state === 'connected' || data.state === 'connecting')
    .map((entry: HubEntry) => entry[0])
}
