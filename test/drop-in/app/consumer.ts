import ConnHub = require('ssb-conn-hub')

import type {ListenEvent} from 'ssb-conn-hub/lib/types'

import ConnQuery = require('ssb-conn-query')

import type {CONN} from 'ssb-conn/lib/conn'
import type {ConnScheduler} from 'ssb-conn/lib/conn-scheduler'
import type {interpoolGlue} from 'ssb-conn/lib/interpool-glue'
import type makeTunnel from 'ssb-room-client/lib/ms-tunnel'
import type RoomObserver from 'ssb-room-client/lib/room-observer'

// What the packages ask of a hub is what ours is.
export function fits(hub: ConnHub, conn: CONN): Parameters<typeof interpoolGlue>[1] {
  const own: ConnHub = conn.hub()
  own.reset()
  return hub
}

export function told(event: ListenEvent): string {
  switch (event.type) {
    case 'connected':
      return `${event.address} ${event.details.isClient}`
    default:
      return event.type
  }
}

export type All = [ConnQuery, ConnScheduler, RoomObserver, typeof makeTunnel]
