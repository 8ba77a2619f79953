import {connecting} from '../src/commands/decide'
import type {Disconnected} from '../src/events'
import {waitsForDial} from '../src/outcomes/announced-link'
import {announceNewest} from '../src/outcomes/links'
import type {Effect} from './effect'

/** disconnected → connected, where a link is left; else connecting, where a connect() waits */
export const follow: Effect<Disconnected> = ({address}, end, context) => {
  const {dispatch, peers, sessions} = context
  const session = sessions.get(address)
  // The entry has ended again meanwhile, or was reset: what follows is for the effect of that event.
  if (session?.end !== end || waitsForDial(session) || announceNewest(context, session)) return
  if (!sessions.has(session) || peers.get(address)) return
  session.kept = undefined
  const attempt = session.dropWaiting()
  if (!attempt) return sessions.release(session)
  session.attempt = attempt
  dispatch(connecting({address, attempt: attempt.id, data: attempt.data}, 'hub'), {attempt})
}
