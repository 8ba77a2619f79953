import {ConnHubError} from '../src/errors'
import type {Cause, Reset} from '../src/events'
import type {Holder} from '../src/live'
import type {Core, Effect} from './core'

/** Ends every entry, calls every attempt off, and lets every rpc go. */
export function reset(core: Core, cause: Cause): void {
  const {holders, stack, strays} = core
  const rpcs = new Set([...stack.rpcs(), ...strays.all()])
  const taken = new Map(holders.takeAll().map((holder) => [holder.address, holder]))
  for (const holder of taken.values()) {
    holder.closing?.cancel()
    for (const {rpc} of holder.links) rpcs.add(rpc)
  }
  for (const rpc of rpcs) strays.outlaw(rpc)
  core.applyFirst(() => {
    core.dispatch({type: 'reset', cause}, {rpcs: [...rpcs]})
    for (const [address, {key}] of core.peers.snapshot()) {
      const attempt = taken.get(address)?.openAttempt?.id
      // One that is disconnecting already does not begin to: the table refuses it.
      core.dispatch({type: 'disconnecting', address, cause: 'hub', key, attempt})
      core.dispatch({type: 'disconnected', address, cause: 'hub', key})
    }
  })
  // Who waits for these goes on when this tick is over, and so are the readers.
  for (const holder of taken.values()) callOff(holder)
}

/** reset → rpc.close() of everything there was */
export const closeAll: Effect<Reset> = (_event, {rpcs = []}, core) => {
  for (const rpc of rpcs) core.strays.castOut(rpc)
}

function callOff(holder: Holder): void {
  for (const attempt of [holder.dropAttempt(), holder.dropWaiting()]) {
    attempt?.outcome.reject(new ConnHubError('ERR_CALLED_OFF'))
  }
  holder.closing?.outcome.resolve(true)
}
