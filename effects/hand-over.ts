import type {DisconnectingFailed} from '../src/events'
import {endClosedLinks, endEntry} from '../src/outcomes/links'
import type {Effect} from './effect'

/** disconnecting-failed → the waiting connect() gets the live rpc; where that one closed, disconnected */
export const handOver: Effect<DisconnectingFailed> = ({address}, _live, context) => {
  const session = context.sessions.get(address)
  if (!session) return
  endClosedLinks(context, session)
  if (!context.sessions.has(session) || context.peers.get(address)?.state !== 'connected') return
  const {announced} = session
  if (announced) session.dropWaiting()?.resolve(announced.rpc)
  else endEntry(context, session, 'hub')
}
