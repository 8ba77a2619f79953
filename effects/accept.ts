import {isAddress} from '../src/address'
import {atEndOfTick} from '../src/clock'
import {Connection, idOf, isRpc, type Rpc} from '../src/stack'
import type {Core} from './core'
import {isFree, isOurselves, join} from './link'

/** rpc:connect → connected | reserved. Returns how to stop listening. */
export function acceptConnections(core: Core): () => void {
  return core.stack.onConnect((rpc, isClient) => {
    if (isRpc(rpc)) accept(core, rpc, isClient)
  })
}

function accept(core: Core, rpc: Rpc, isClient: boolean): void {
  const {stack, strays} = core
  strays.announce(rpc, isClient)
  if (isOurselves(core, idOf(rpc)) || !isFree(core, rpc)) return
  if (!stack.isReady()) return strays.castOut(rpc)
  if (!isClient) return assign(core, rpc)
  // Ours, if the callback of a dial of ours claims it: that comes next, in this tick.
  strays.expectClaim(rpc)
  atEndOfTick(() => {
    if (strays.claim(rpc)) assign(core, rpc)
  })
}

/** An rpc that is no attempt's belongs to the oldest entry of its key, else to that of its address. */
function assign(core: Core, rpc: Rpc): void {
  const connection = new Connection(rpc)
  const {key, origin} = connection
  const address = (key && core.peers.oldest(key, ['connecting', 'connected'])) ?? origin
  // Its own code has run: it may be anything by now.
  if (connection.isClosed || !isFree(core, rpc) || !isAddress(address)) return connection.unwatch()
  join(core, core.holders.open(address), connection)
}
