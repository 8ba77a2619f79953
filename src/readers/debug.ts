import createDebug from 'debug'
import type {Recorded} from '../events'
import {mark} from '../values/secrets'

const debug = createDebug('ssb:conn-hub')

/** Prints what happens, without secrets, where `DEBUG=ssb:conn-hub` asks for it. */
export function print(event: Recorded): void {
  if (!debug.enabled) return
  switch (event.type) {
    case 'connecting':
      return debug('connecting to %s', mark(event.address))
    case 'connected':
      return debug('connected to %s', mark(event.address))
    case 'connecting-failed':
      return debug('failed to connect to %s because: %s', mark(event.address), event.error.message)
    case 'disconnecting':
      return debug('disconnecting from %s', mark(event.address))
    case 'disconnecting-failed':
      return debug('failed to disconnect from %s because: %s', mark(event.address), event.error.message)
    case 'disconnected':
      return debug('disconnected from %s', mark(event.address))
    case 'closed':
      return debug('closed the ConnHub instance')
    case 'updated':
    case 'reserved':
    case 'released':
    case 'reset':
      return
    default:
      event satisfies never
  }
}
