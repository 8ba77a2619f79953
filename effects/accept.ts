import type {AnyRpc} from '../src/connections/rpc'
import {isRpc, WatchedRpc} from '../src/connections/rpc'
import type {Context} from '../src/context'
import {endClosedLinks, join} from '../src/outcomes/links'
import {atEndOfTick} from '../src/util/microtask'
import {isAddress} from '../src/values/address'

/** rpc:connect → connected | reserved. Makes links of what is connected already. Returns how to stop listening. */
export function acceptConnections(context: Context): () => void {
  const stop = context.stack.onConnect((rpc, isClient) => {
    if (isRpc(rpc)) accept(context, rpc, isClient)
  })
  for (const rpc of context.stack.rpcs()) adopt(context, rpc)
  return stop
}

function accept(context: Context, rpc: AnyRpc, isClient: boolean): void {
  const {stack, unowned} = context
  const watched = new WatchedRpc(rpc, isClient)
  // Where the stack announces an rpc twice in one tick, what it said last about `isClient` holds.
  unowned.claim(watched.connection)?.unwatch()
  const isReady = stack.isReady()
  const isOurselves = watched.key !== undefined && watched.key === stack.id
  context.readClock()
  if (isOurselves || !isFree(context, watched)) return watched.unwatch()
  if (!isReady) {
    unowned.closeAndBan(rpc)
    return watched.unwatch()
  }
  if (!isClient) return assign(context, watched)
  // If we dialled it, the callback of that dial comes later in this tick, and claims it. Else another plugin did.
  unowned.expectClaim(watched)
  atEndOfTick(() => {
    context.readClock()
    if (unowned.isUnclaimed(watched)) assign(context, watched)
  })
}

/** A connection that was there before the hub was made. Who made it is not known. */
function adopt(context: Context, rpc: AnyRpc): void {
  const watched = new WatchedRpc(rpc)
  const isOurselves = watched.key !== undefined && watched.key === context.stack.id
  context.readClock()
  if (isOurselves || !isFree(context, watched)) return watched.unwatch()
  assign(context, watched)
}

/** An rpc that is no attempt's belongs to the oldest entry of its key, else to that of its address. */
function assign(context: Context, watched: WatchedRpc): void {
  const {sessions, unowned} = context
  const address = watched.isClosed || !isFree(context, watched) ? undefined : homeOf(context, watched)
  // Code of others has run: a callback of ours may have claimed the rpc, which then is watched for its entry.
  if (sessions.linkOf(watched.connection)?.watched === watched) return
  unowned.claim(watched.connection)
  if (!isFree(context, watched)) return watched.unwatch()
  if (address !== undefined) return join(context, sessions.open(address), watched, watched.rpc)
  unowned.leave(watched)
  watched.unwatch()
}

/**
 * Ends the entries of the rpc's key whose links are closed, so that the rpc does not become a link of one of those.
 * The rpc itself is looked at last: readers who were told of such an end may have closed it.
 */
function homeOf(context: Context, watched: WatchedRpc): string | undefined {
  const {peers, sessions} = context
  const {key, origin} = watched
  const ofKey = () => (key === undefined ? undefined : peers.oldest(key, ['connecting', 'connected']))
  let address: string | undefined
  do {
    address = ofKey()
    const session = address === undefined ? undefined : sessions.get(address)
    if (session) endClosedLinks(context, session)
    if (watched.isClosed) return undefined
  } while (ofKey() !== address)
  return address ?? (isAddress(origin) ? origin : undefined)
}

/** Whether the connection belongs to no entry, and may belong to one. */
function isFree({unowned, sessions}: Context, {connection}: WatchedRpc): boolean {
  return !unowned.isBanned(connection) && !sessions.linkOf(connection)
}
