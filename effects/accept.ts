import {type AnyRpc, idOf, isRpc, WatchedRpc} from '../src/connections/rpc'
import type {Context} from '../src/context'
import {atEndOfTick} from '../src/util/microtask'
import {isAddress} from '../src/values/address'
import {isFree, isOurselves, join} from './outcomes'

/** rpc:connect → connected | reserved. Returns how to stop listening. */
export function acceptConnections(context: Context): () => void {
  return context.stack.onConnect((rpc, isClient) => {
    if (isRpc(rpc)) accept(context, rpc, isClient)
  })
}

function accept(context: Context, rpc: AnyRpc, isClient: boolean): void {
  const {stack, unowned} = context
  unowned.announce(rpc, isClient)
  if (isOurselves(context, idOf(rpc)) || !isFree(context, rpc)) return
  if (!stack.isReady()) return unowned.closeAndBan(rpc)
  if (!isClient) return assign(context, rpc)
  // Ours, if the callback of a dial of ours claims it: that comes next, in this tick.
  unowned.expectClaim(rpc)
  atEndOfTick(() => {
    if (unowned.claim(rpc)) assign(context, rpc)
  })
}

/** An rpc that is no attempt's belongs to the oldest entry of its key, else to that of its address. */
function assign(context: Context, rpc: AnyRpc): void {
  const watched = new WatchedRpc(rpc)
  const {key, origin} = watched
  const address = (key && context.peers.oldest(key, ['connecting', 'connected'])) ?? origin
  // Its own code has run: it may be anything by now.
  if (watched.isClosed || !isFree(context, rpc) || !isAddress(address)) return watched.unwatch()
  join(context, context.sessions.open(address), watched)
}
