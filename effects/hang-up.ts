import type {Closing} from '../src/connections/closing'
import {close} from '../src/connections/rpc'
import type {Link, Session} from '../src/connections/sessions'
import type {Context} from '../src/context'
import type {Cause, Disconnecting} from '../src/events'
import {ConnHubError, toErrorRecord} from '../src/values/errors'
import type {Effect} from './effect'
import {endEntry, lose} from './outcomes'

/** disconnecting → rpc.close() of every link → disconnected | disconnecting-failed */
export const hangUp: Effect<Disconnecting> = ({address}, {closing}, context) => {
  const {clock, closeTimeout} = context
  const session = context.sessions.get(address)
  if (!closing || session?.closing !== closing) return
  const cause = closing.pending.length > 0 ? 'stack' : 'hub'
  for (const link of closing.pending) {
    close(link.rpc, (error) => {
      if (error === undefined) lose(context, link, 'stack')
      else closing.failed(link, error)
    })
  }
  const late = closing.pending
  const timer = clock.setTimeout(() => {
    for (const link of late) closing.failed(link, new ConnHubError('ERR_CLOSE_TIMEOUT'))
  }, closeTimeout)
  closing.start(
    () => finish(context, session, closing, cause),
    () => clock.clearTimeout(timer),
  )
}

function finish(context: Context, session: Session, closing: Closing<Link>, cause: Cause): void {
  const {address} = session
  const {failure, deferred} = closing
  session.closing = undefined
  if (!failure) return endEntry(context, session, cause, () => deferred.resolve(true))
  context.dispatch(
    {
      type: 'disconnecting-failed',
      address,
      cause: 'stack',
      key: context.peers.get(address)?.key,
      error: toErrorRecord(failure.error),
    },
    {error: failure.error, settle: () => deferred.reject(failure.error)},
  )
}
