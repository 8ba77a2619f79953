import type {Attempt} from '../src/connections/attempt'
import {isRpc, WatchedRpc} from '../src/connections/rpc'
import type {Session} from '../src/connections/sessions'
import type {Context} from '../src/context'
import type {Connecting} from '../src/events'
import {ConnHubError, toErrorRecord} from '../src/values/errors'
import type {Effect} from './effect'
import {detach, isFree, isOurselves, join} from './outcomes'

/** connecting → ssb.connect() → connected | connecting-failed */
export const dial: Effect<Connecting> = ({address}, {attempt}, context) => {
  const session = context.sessions.get(address)
  if (!attempt || session?.attempt !== attempt) return
  if (attempt.answered) {
    session.attempt = undefined
    return
  }
  // Let go with the first answer: whoever keeps the callbacks keeps nothing of ours.
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
      if (first) calledBack(context, first.session, first.attempt, error, rpc)
      else closeUnowned(context, rpc)
    },
    (error) => {
      const first = answered()
      if (first) failed(context, first.session, first.attempt, error)
    },
  )
}

function calledBack(
  context: Context,
  session: Session,
  attempt: Attempt,
  error: unknown,
  rpc: unknown,
): void {
  const {sessions, unowned} = context
  if (error) return failed(context, session, attempt, error)
  if (!isRpc(rpc)) return failed(context, session, attempt, new ConnHubError('ERR_NO_RPC'))
  unowned.claim(rpc)
  const isOurs = () => sessions.isCurrent(session, attempt)
  // The callback came late, and the rpc was accepted meanwhile: it may stay, or must move.
  const isAtHome = () => isOurs() && sessions.linkOf(rpc)?.session === session
  if (isAtHome()) return
  const isNew = !sessions.linkOf(rpc)
  const watched = new WatchedRpc(rpc)
  const refusal = refuse(context, watched, isNew)
  // Its own code has run: it may have brought itself home.
  if (isAtHome()) return watched.unwatch()
  // To move from one entry to another is one act: nobody hears of half of it.
  context.applyFirst(() => {
    detach(context, rpc)
    if (isOurs() && !refusal && !watched.isClosed && isFree(context, rpc))
      return join(context, session, watched)
    watched.unwatch()
    unowned.closeAndBan(rpc)
    failed(context, session, attempt, refusal ?? new ConnHubError('ERR_DEAD_ON_ARRIVAL'))
  })
}

/** A second callback of one dial: an rpc that is nobody's is closed, anything else is ignored. */
function closeUnowned(context: Context, rpc: unknown): void {
  if (isRpc(rpc) && !context.sessions.linkOf(rpc)) context.unowned.closeAndBan(rpc)
}

function refuse(context: Context, {key}: WatchedRpc, isNew: boolean): ConnHubError | undefined {
  if (isOurselves(context, key)) return new ConnHubError('ERR_SELF')
  return isNew && !context.stack.isReady() ? new ConnHubError('ERR_NOT_READY') : undefined
}

function failed(context: Context, session: Session, attempt: Attempt, error: unknown): void {
  if (!context.sessions.isCurrent(session, attempt)) return
  session.attempt = undefined
  context.sessions.release(session)
  const {address} = session
  // Where the other side was faster, this cannot happen any more: how the dial ends is nobody's error.
  context.dispatch(
    {
      type: 'connecting-failed',
      address,
      cause: 'stack',
      key: context.peers.get(address)?.key,
      attempt: attempt.id,
      error: toErrorRecord(error),
    },
    {error, settle: () => attempt.deferred.reject(error)},
  )
}
