import type {DisconnectingFailed} from '../src/events'
import type {Effect} from './core'
import {endEntry} from './link'

/** disconnecting-failed → the waiting connect() gets the live rpc; where that one closed, disconnected */
export const handOver: Effect<DisconnectingFailed> = ({address}, _live, core) => {
  const holder = core.holders.get(address)
  if (!holder || core.peers.get(address)?.state !== 'connected') return
  const [link] = holder.links
  if (!link || link !== holder.announced) return endEntry(core, holder, 'hub')
  holder.dropWaiting()?.outcome.resolve(link.rpc)
}
