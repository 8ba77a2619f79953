import type {AnyRpc} from '../connections/rpc'
import {connectionOf} from '../connections/rpc'
import type {Link, Session} from '../connections/session'
import type {Context} from '../context'
import type {Cause} from '../events'
import {ConnHubError} from '../values/errors'

/** Ends every entry, calls every attempt off, and closes every rpc of the stack. */
export function reset(context: Context, cause: Cause): void {
  const {sessions, stack, unowned} = context
  const rpcs = new Map<object, AnyRpc>()
  for (const rpc of stack.rpcs()) rpcs.set(connectionOf(rpc), rpc)
  context.readClock()
  // From here on nothing foreign runs until all is applied.
  for (const [connection, rpc] of unowned.takeAll()) rpcs.set(connection, rpc)
  const taken = new Map(sessions.takeAll().map((session) => [session.address, session]))
  const attempts = new Map<string, number | undefined>()
  const links: Link[] = []
  for (const [address, session] of taken) {
    session.callOffs++
    session.closing?.cancel()
    attempts.set(address, session.openAttempt?.id)
    for (const link of session.links) links.push(link)
  }
  // They are closed in the order in which they came.
  for (const {watched, rpc} of links.sort((a, b) => a.id - b.id)) {
    watched.ignore()
    rpcs.set(watched.connection, rpc)
  }
  for (const connection of rpcs.keys()) unowned.ban(connection)
  const reason = cause === 'hub' ? 'close' : 'reset'
  context.applyFirst(() => {
    context.dispatch({type: 'reset', cause}, {rpcs: [...rpcs.values()]})
    for (const [address, {key}] of context.peers.entries()) {
      // One that is disconnecting already does not begin to: the table refuses it.
      const attempt = attempts.get(address)
      context.dispatch({type: 'disconnecting', address, cause: 'hub', key, attempt, reason})
      context.dispatch({type: 'disconnected', address, cause: 'hub', key})
    }
  })
  // The readers were told: now those who wait go on, and what is left of the links is cleared away.
  for (const session of taken.values()) leave(session)
}

function leave(session: Session): void {
  const calledOff = new ConnHubError('ERR_CALLED_OFF')
  session.dropAttempt()?.reject(calledOff)
  session.dropWaiting()?.reject(calledOff)
  session.closing?.deferred.resolve(true)
  session.closing?.stopTimer()
  session.stopWaiting()
  for (const {watched} of session.links) watched.unwatch()
}
