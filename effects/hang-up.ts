import type {Closing} from '../src/connections/closing'
import {close} from '../src/connections/rpc'
import type {Link, Session} from '../src/connections/session'
import type {Context} from '../src/context'
import type {Cause, Disconnecting} from '../src/events'
import {endEntry, lose} from '../src/outcomes/links'
import {ConnHubError, toErrorRecord} from '../src/values/errors'
import type {Effect} from './effect'

/** disconnecting → rpc.close() of every link → disconnected | disconnecting-failed */
export const hangUp: Effect<Disconnecting> = ({address}, {closing}, context) => {
  const {clock, closeTimeout, readClock} = context
  const session = context.sessions.get(address)
  if (!closing || session?.closing !== closing) return
  const links = closing.pending
  const cause = links.length > 0 ? 'stack' : 'hub'
  session.stopWaiting()
  for (const link of links) {
    // While another link was closed, this one may have closed by itself, or have moved to the entry of its own dial.
    if (!closing.isPending(link)) continue
    // Another listener of `closed` runs before ours: the rpc is closed already, and needs no close().
    if (link.watched.isClosed) {
      lose(context, link, 'stack')
      continue
    }
    close(link.rpc, (error) => {
      readClock()
      if (error === undefined) lose(context, link, 'stack')
      else closing.failed(link, error)
    })
  }
  const goesOn = closing.start(() => finish(context, session, closing, cause))
  if (!goesOn) return
  const timer = clock.setTimeout(() => {
    readClock()
    for (const link of links) closing.failed(link, new ConnHubError('ERR_CLOSE_TIMEOUT'))
  }, closeTimeout)
  closing.boundBy(() => clock.clearTimeout(timer))
}

function finish(context: Context, session: Session, closing: Closing<Link>, cause: Cause): void {
  const {address} = session
  const {failure, deferred} = closing
  const record = failure && toErrorRecord(failure.error)
  // toErrorRecord() has run code of the error, which may have reset the hub.
  if (session.closing !== closing || !context.sessions.has(session)) return
  session.closing = undefined
  if (!failure || !record) return endEntry(context, session, cause, {settle: () => deferred.resolve(true)})
  context.dispatch(
    {
      type: 'disconnecting-failed',
      address,
      cause: 'stack',
      key: context.peers.get(address)?.key,
      error: record,
    },
    {error: failure.error, settle: () => deferred.reject(failure.error)},
  )
}
