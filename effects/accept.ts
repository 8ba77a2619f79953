import {isAddress} from '../src/address'
import {atEndOfTick} from '../src/clock'
import {idOf, isClosed, isRpc, type Rpc, streamAddressOf} from '../src/stack'
import type {Core} from './core'
import {join} from './link'

/** rpc:connect → connected | reserved. Returns how to stop listening. */
export function acceptConnections(core: Core): () => void {
  return core.stack.onConnect((rpc, isClient) => {
    if (isRpc(rpc)) accept(core, rpc, isClient)
  })
}

function accept(core: Core, rpc: Rpc, isClient: boolean): void {
  const {stack, strays} = core
  strays.announce(rpc, isClient)
  const id = idOf(rpc)
  if ((id !== undefined && id === stack.id) || !isFree(core, rpc)) return
  if (!stack.isReady()) return strays.castOut(rpc)
  if (!isClient) return assign(core, rpc)
  // Ours, if the callback of a dial of ours claims it: that comes next, in this tick.
  strays.expectClaim(rpc)
  atEndOfTick(() => {
    if (strays.claim(rpc)) assign(core, rpc)
  })
}

function isFree(core: Core, rpc: Rpc): boolean {
  return !isClosed(rpc) && !core.strays.isOutcast(rpc) && !core.holders.linkOf(rpc)
}

/** An rpc that is no attempt's belongs to the oldest entry of its key, else to that of its address. */
function assign(core: Core, rpc: Rpc): void {
  if (!isFree(core, rpc)) return
  const id = idOf(rpc)
  const address = (id && core.peers.oldest(id, ['connecting', 'connected'])) ?? streamAddressOf(rpc)
  if (!isAddress(address)) return
  const holder = core.holders.open(address)
  if (!join(core, holder, rpc)) core.holders.release(holder)
}
