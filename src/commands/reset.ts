import type {Session} from '../connections/sessions'
import type {Context} from '../context'
import type {Cause} from '../events'
import {ConnHubError} from '../values/errors'

/** Ends every entry, calls every attempt off, and lets every rpc go. */
export function reset(context: Context, cause: Cause): void {
  const {sessions, stack, unowned} = context
  const rpcs = new Set([...stack.rpcs(), ...unowned.all()])
  const taken = new Map(sessions.takeAll().map((session) => [session.address, session]))
  for (const session of taken.values()) {
    session.closing?.cancel()
    for (const {rpc} of session.links) rpcs.add(rpc)
  }
  for (const rpc of rpcs) unowned.ban(rpc)
  context.applyFirst(() => {
    context.dispatch({type: 'reset', cause}, {rpcs: [...rpcs]})
    for (const [address, {key}] of context.peers.entries()) {
      const attempt = taken.get(address)?.openAttempt?.id
      // One that is disconnecting already does not begin to: the table refuses it.
      context.dispatch({type: 'disconnecting', address, cause: 'hub', key, attempt})
      context.dispatch({type: 'disconnected', address, cause: 'hub', key})
    }
  })
  // Who waits for these goes on when this tick is over, and so are the readers.
  for (const session of taken.values()) callOff(session)
}

function callOff(session: Session): void {
  for (const attempt of [session.dropAttempt(), session.dropWaiting()]) {
    attempt?.deferred.reject(new ConnHubError('ERR_CALLED_OFF'))
  }
  session.closing?.deferred.resolve(true)
}
