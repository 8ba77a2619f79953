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
    for (const [address, {state, key}] of core.peers.snapshot()) {
      const holder = taken.get(address)
      taken.delete(address)
      if (state !== 'disconnecting') {
        core.dispatch({
          type: 'disconnecting',
          address,
          cause: 'hub',
          key,
          attempt: holder?.openAttempt?.id,
        })
      }
      const settle = holder && (() => callOff(holder))
      core.dispatch({type: 'disconnected', address, cause: 'hub', key}, {settle})
    }
  })
  // What is left had no entry: connects that waited for one to come again.
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
