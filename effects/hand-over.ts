import type {DisconnectingFailed} from '../src/events'
import type {Effect} from './effect'
import {endEntry} from './outcomes'

/** disconnecting-failed → the waiting connect() gets the live rpc; where that one closed, disconnected */
export const handOver: Effect<DisconnectingFailed> = ({address}, _live, context) => {
  const session = context.sessions.get(address)
  if (!session || context.peers.get(address)?.state !== 'connected') return
  const [link] = session.links
  if (!link || link !== session.announced) return endEntry(context, session, 'hub')
  session.dropWaiting()?.deferred.resolve(link.rpc)
}
