import type {Closing} from '../src/closing'
import {ConnHubError, describe} from '../src/errors'
import type {Cause, Disconnecting} from '../src/events'
import type {Holder} from '../src/live'
import {close} from '../src/stack'
import type {Core, Effect} from './core'
import {endEntry, lose} from './link'

/** disconnecting → rpc.close() of every link → disconnected | disconnecting-failed */
export const hangUp: Effect<Disconnecting> = ({address}, {closing}, core) => {
  const {clock, closeTimeout} = core
  const holder = core.holders.get(address)
  if (!closing || holder?.closing !== closing) return
  const cause = closing.pending.length > 0 ? 'stack' : 'hub'
  for (const link of closing.pending) {
    close(link.rpc, (error) => {
      if (error === undefined) lose(core, link, 'stack')
      else closing.failed(link, error)
    })
  }
  const late = closing.pending
  const timer = clock.setTimeout(() => {
    for (const link of late) closing.failed(link, new ConnHubError('ERR_CLOSE_TIMEOUT'))
  }, closeTimeout)
  closing.start(
    () => finish(core, holder, closing, cause),
    () => clock.clearTimeout(timer),
  )
}

function finish(core: Core, holder: Holder, closing: Closing, cause: Cause): void {
  const {address} = holder
  const {failure, outcome} = closing
  holder.closing = undefined
  if (!failure) return endEntry(core, holder, cause, () => outcome.resolve(true))
  core.dispatch(
    {
      type: 'disconnecting-failed',
      address,
      cause: 'stack',
      key: core.peers.get(address)?.key,
      error: describe(failure.error),
    },
    {error: failure.error, settle: () => outcome.reject(failure.error)},
  )
}
