import type {Attempt} from '../src/connections/attempt'
import {connectionOf, isRpc, WatchedRpc} from '../src/connections/rpc'
import type {Session} from '../src/connections/session'
import type {Context} from '../src/context'
import type {Connecting} from '../src/events'
import {announce, announceNewest, detach, endClosedLinks, join} from '../src/outcomes/links'
import {ConnHubError, toErrorRecord} from '../src/values/errors'
import {shown} from '../src/values/shown'
import type {Effect} from './effect'

/** connecting → ssb.connect() → connected | connecting-failed */
export const dial: Effect<Connecting> = ({address}, {attempt}, context) => {
  const session = context.sessions.get(address)
  if (!attempt || session?.attempt !== attempt) return
  if (attempt.answered) {
    session.attempt = undefined
    return
  }
  // Dropped with the first answer: a stack that keeps the callback would else keep the attempt from being collected.
  let asked: {readonly session: Session; readonly attempt: Attempt} | undefined = {session, attempt}
  const answered = () => {
    const first = asked
    asked = undefined
    return first
  }
  context.stack.dial(
    address,
    (error, rpc) => {
      const first = answered()
      if (!first) closeUnowned(context, rpc)
      else if (error) failed(context, first.session, first.attempt, error)
      else succeeded(context, first.session, first.attempt, rpc)
    },
    (error) => {
      const first = answered()
      if (first) failed(context, first.session, first.attempt, error)
    },
  )
}

function succeeded(context: Context, session: Session, attempt: Attempt, rpc: unknown): void {
  if (!isRpc(rpc)) return failed(context, session, attempt, new ConnHubError('ERR_NO_RPC', shown(rpc)))
  const {sessions, unowned} = context
  const connection = connectionOf(rpc)
  const watched =
    unowned.claim(connection) ??
    sessions.linkOf(connection)?.watched ??
    new WatchedRpc(rpc, unowned.isClientOf(connection))
  const refusal = refuse(context, watched)
  // Where the callback came late, accept() has taken the rpc for another plugin's: now it stays in its entry, moves to
  // ours, or is closed.
  attempt.isOver = true
  const link = sessions.linkOf(connection)
  const isOurs = sessions.isCurrent(session, attempt)
  if (isOurs && link?.session === session && !refusal) {
    if (!session.announced) announce(context, session, link)
    return forget(session, attempt)
  }
  const isRefused = refusal !== undefined || !isOurs || unowned.isBanned(connection)
  if (isRefused) unowned.ban(connection)
  // The end of one entry and the beginning of the other are applied together: no reader sees the rpc in neither.
  context.applyFirst(() => {
    if (link) detach(context, link, 'stack')
    if (!isRefused) join(context, session, watched, rpc)
    else failed(context, session, attempt, refusal ?? new ConnHubError('ERR_DEAD_ON_ARRIVAL'))
    if (isOurs) forget(session, attempt)
  })
  if (!isRefused) return
  watched.unwatch()
  unowned.closeAndBan(rpc)
}

/** The attempt is over. A clock that was asked to clear a timer may have begun another one. */
function forget(session: Session, attempt: Attempt): void {
  if (session.attempt === attempt) session.attempt = undefined
}

/** A second callback of one dial: an rpc that belongs to no entry is closed, anything else is ignored. */
function closeUnowned({sessions, unowned}: Context, rpc: unknown): void {
  if (isRpc(rpc) && !sessions.linkOf(connectionOf(rpc))) unowned.closeAndBan(rpc)
}

/**
 * Why the rpc cannot be a link, if it cannot. Reads the clock, and looks last whether the rpc is closed: whatever is
 * asked before may close it.
 */
function refuse(context: Context, watched: WatchedRpc): ConnHubError | undefined {
  const {sessions, stack} = context
  const {connection, key} = watched
  const isOurselves = key !== undefined && key === stack.id
  const isReady = isOurselves || sessions.linkOf(connection) !== undefined || stack.isReady()
  context.readClock()
  if (isOurselves) return new ConnHubError('ERR_SELF')
  if (!isReady) return new ConnHubError('ERR_NOT_READY')
  return watched.isClosed ? new ConnHubError('ERR_DEAD_ON_ARRIVAL') : undefined
}

function failed(context: Context, session: Session, attempt: Attempt, error: unknown): void {
  const record = toErrorRecord(error)
  context.readClock()
  const {sessions} = context
  if (!sessions.isCurrent(session, attempt)) return
  endClosedLinks(context, session)
  if (!sessions.isCurrent(session, attempt)) return
  // Where an inbound link waited for this dial, that link answers the attempt now.
  if (!attempt.answered) announceNewest(context, session)
  // A reader who was told of that may have called everything off, and begun anew.
  if (!sessions.isCurrent(session, attempt)) return
  session.attempt = undefined
  sessions.release(session)
  const {address} = session
  // Where an inbound link was announced first, the entry is connected and the table forbids this event: nobody is told
  // of the failed dial.
  context.dispatch(
    {
      type: 'connecting-failed',
      address,
      cause: 'stack',
      key: context.peers.get(address)?.key,
      attempt: attempt.id,
      error: record,
    },
    {error, settle: () => attempt.reject(error)},
  )
}
