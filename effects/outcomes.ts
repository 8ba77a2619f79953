import type {AnyRpc, WatchedRpc} from '../src/connections/rpc'
import type {Link, Session} from '../src/connections/sessions'
import type {Context} from '../src/context'
import type {Cause} from '../src/events'
import {inferType, keyOf} from '../src/values/address'
import {withoutOwnFields} from '../src/values/metadata'

/**
 * An rpc becomes a link of the session's entry: the announced one where there was none, else one in reserve. None
 * of its own code runs here, nor anybody else's.
 */
export function join(context: Context, session: Session, watched: WatchedRpc): void {
  const {address} = session
  const {rpc} = watched
  const link = {id: context.sessions.nextId(), rpc, watched, isClient: context.unowned.isClient(rpc), session}
  watched.whenClosed(() => lose(context, link, 'remote'))
  context.sessions.add(link)
  const state = context.peers.get(address)?.state
  // An entry that has just ended with a link left comes again with that one, also where another joins first.
  const [first = link] = session.links
  if (state === undefined || state === 'connecting') {
    announce(context, session, first, first === link ? causeOf(link) : 'hub')
  }
  if (first !== link) {
    context.dispatch({
      type: 'reserved',
      address,
      cause: causeOf(link),
      key: watched.key,
      link: link.id,
      inbound: isInbound(link),
    })
  }
}

/** A link becomes the announced one of its entry, and answers whoever asked for a connection. */
export function announce(context: Context, session: Session, link: Link, cause: Cause): void {
  const {address, kept} = session
  const {rpc, watched, isClient} = link
  const peer = context.peers.get(address)
  const waiting = session.dropWaiting()
  const asked = session.attempt ?? waiting
  if (asked) asked.answered = true
  session.kept = undefined
  session.announced = link
  const brought = kept || waiting ? {...kept, ...waiting?.data} : undefined
  const data = peer ? undefined : withoutOwnFields(brought)
  context.dispatch(
    {
      type: 'connected',
      address,
      cause,
      key: watched.key ?? peer?.key ?? keyOf(address),
      link: link.id,
      inbound: isInbound(link),
      isClient,
      attempt: asked?.id,
      inferredType: (peer ?? data)?.type ? undefined : inferType(address, watched.meta),
      data,
    },
    {rpc, isClient, settle: asked && (() => asked.deferred.resolve(rpc))},
  )
}

/** A link closed. Where it was the announced one, its entry ends. */
export function lose(context: Context, link: Link, cause: Cause): void {
  const {session} = link
  if (!context.sessions.remove(link)) return
  const {address, closing} = session
  if (link !== session.announced) {
    context.dispatch({type: 'released', address, cause: closing ? 'stack' : cause, link: link.id})
  } else if (!closing) {
    endEntry(context, session, cause)
  }
  closing?.closed(link)
}

/** Whether this is our own key. */
export function isOurselves({stack}: Context, key: string | undefined): boolean {
  return key !== undefined && key === stack.id
}

/** Whether the rpc belongs to no entry, and may belong to one. */
export function isFree({unowned, sessions}: Context, rpc: AnyRpc): boolean {
  return !unowned.isBanned(rpc) && !sessions.linkOf(rpc)
}

/** Takes an rpc away from the entry that it belongs to, if it belongs to one. */
export function detach(context: Context, rpc: AnyRpc): void {
  const link = context.sessions.linkOf(rpc)
  if (link) lose(context, link, 'stack')
}

/** The entry ends. Where links are left, it will come again, with its metadata. */
export function endEntry(context: Context, session: Session, cause: Cause, settle?: () => void): void {
  const {address, links} = session
  const peer = context.peers.get(address)
  session.announced = undefined
  session.dropAttempt()
  session.kept = links.length > 0 ? withoutOwnFields(peer) : undefined
  const end = {settle}
  session.end = end
  context.dispatch({type: 'disconnected', address, cause, key: peer?.key}, end)
}

function isInbound(link: Link): boolean {
  return link.isClient === false
}

function causeOf(link: Link): Cause {
  return isInbound(link) ? 'remote' : 'stack'
}
