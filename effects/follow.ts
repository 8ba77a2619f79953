import {connecting} from '../src/commands/decide'
import type {Disconnected} from '../src/events'
import type {Effect} from './effect'
import {announce} from './outcomes'

/** disconnected → connected, where a link is left; else connecting, where a connect() waits */
export const follow: Effect<Disconnected> = ({address}, end, context) => {
  const session = context.sessions.get(address)
  const state = context.peers.get(address)?.state
  // Where the entry is there again, nothing follows; where it begins to be, it may take up the link.
  if (session?.end !== end || (state && state !== 'connecting')) return
  const [link] = session.links
  if (link) return announce(context, session, link, 'hub')
  const attempt = session.dropWaiting()
  if (!attempt) return context.sessions.release(session)
  session.attempt = attempt
  context.dispatch(connecting({address, attempt: attempt.id, data: attempt.data}, 'hub'), {attempt})
}
