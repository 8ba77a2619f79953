import {inferType, keyOf} from '../src/address'
import {withoutOwnFields} from '../src/decide'
import type {Cause} from '../src/events'
import type {Holder, Link} from '../src/live'
import type {Connection, Rpc} from '../src/stack'
import type {Core} from './core'

/**
 * An rpc becomes a link of the holder's entry: the announced one where there was none, else one in reserve. None
 * of its own code runs here, nor anybody else's.
 */
export function join(core: Core, holder: Holder, connection: Connection): void {
  const {address} = holder
  const {rpc} = connection
  const link = {id: core.holders.nextId(), rpc, connection, isClient: core.strays.isClient(rpc), holder}
  connection.whenClosed(() => lose(core, link, 'remote'))
  core.holders.add(link)
  const state = core.peers.get(address)?.state
  // An entry that has just ended with a link left comes again with that one, also where another joins first.
  const [first = link] = holder.links
  if (state === undefined || state === 'connecting') {
    announce(core, holder, first, first === link ? causeOf(link) : 'hub')
  }
  if (first !== link) {
    core.dispatch({
      type: 'reserved',
      address,
      cause: causeOf(link),
      key: connection.key,
      link: link.id,
      inbound: isInbound(link),
    })
  }
}

/** A link becomes the announced one of its entry, and answers whoever asked for a connection. */
export function announce(core: Core, holder: Holder, link: Link, cause: Cause): void {
  const {address, kept} = holder
  const {rpc, connection, isClient} = link
  const peer = core.peers.get(address)
  const waiting = holder.dropWaiting()
  const asked = holder.attempt ?? waiting
  if (asked) asked.answered = true
  holder.kept = undefined
  holder.announced = link
  const brought = kept || waiting ? {...kept, ...waiting?.data} : undefined
  const data = peer ? undefined : withoutOwnFields(brought)
  core.dispatch(
    {
      type: 'connected',
      address,
      cause,
      key: connection.key ?? peer?.key ?? keyOf(address),
      link: link.id,
      inbound: isInbound(link),
      isClient,
      attempt: asked?.id,
      inferredType: (peer ?? data)?.type ? undefined : inferType(address, connection.meta),
      data,
    },
    {rpc, isClient, settle: asked && (() => asked.outcome.resolve(rpc))},
  )
}

/** A link closed. Where it was the announced one, its entry ends. */
export function lose(core: Core, link: Link, cause: Cause): void {
  const {holder} = link
  if (!core.holders.remove(link)) return
  const {address, closing} = holder
  if (link !== holder.announced) {
    core.dispatch({type: 'released', address, cause: closing ? 'stack' : cause, link: link.id})
  } else if (!closing) {
    endEntry(core, holder, cause)
  }
  closing?.closed(link)
}

/** Whether this is our own key. */
export function isOurselves({stack}: Core, key: string | undefined): boolean {
  return key !== undefined && key === stack.id
}

/** Whether the rpc belongs to no entry, and may belong to one. */
export function isFree({strays, holders}: Core, rpc: Rpc): boolean {
  return !strays.isOutcast(rpc) && !holders.linkOf(rpc)
}

/** Takes an rpc away from the entry that it belongs to, if it belongs to one. */
export function letGo(core: Core, rpc: Rpc): void {
  const link = core.holders.linkOf(rpc)
  if (link) lose(core, link, 'stack')
}

/** The entry ends. Where links are left, it will come again, with its metadata. */
export function endEntry(core: Core, holder: Holder, cause: Cause, settle?: () => void): void {
  const {address, links} = holder
  const peer = core.peers.get(address)
  holder.announced = undefined
  holder.dropAttempt()
  holder.kept = links.length > 0 ? withoutOwnFields(peer) : undefined
  const end = {settle}
  holder.end = end
  core.dispatch({type: 'disconnected', address, cause, key: peer?.key}, end)
}

function isInbound(link: Link): boolean {
  return link.isClient === false
}

function causeOf(link: Link): Cause {
  return isInbound(link) ? 'remote' : 'stack'
}
