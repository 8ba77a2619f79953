import type {AnyRpc, WatchedRpc} from '../connections/rpc'
import type {Link, Session} from '../connections/session'
import {stopWaiting} from '../connections/session'
import type {Context} from '../context'
import type {Cause, ErrorRecord} from '../events'
import {inferType, keyOf} from '../values/address'
import {withoutOwnFields} from '../values/metadata'
import {crossing, isInbound, linkToAnnounce, replaces, waitsForDial} from './announced-link'

/**
 * An rpc has become a link of the session's entry. Nothing foreign runs here before all of it is applied.
 *
 * @param rpc what readers get: the watched one, or what a hook made of it
 */
export function join(context: Context, session: Session, watched: WatchedRpc, rpc: AnyRpc): void {
  const link = context.sessions.add(session, watched, rpc)
  watch(context, link)
  const state = context.peers.get(session.address)?.state
  const {announced} = session
  context.applyFirst(() => {
    if (state === undefined || state === 'connecting') return announceOrWait(context, session, link)
    reserve(context, link, causeOf(link))
    if (state === 'connected' && announced && replaces(link, announced, context.now)) {
      endEntry(context, session, 'hub')
    }
  })
}

/** A function of its own: what it sets keeps the link, and nothing else of what join() knows, from being collected. */
function watch(context: Context, link: Link): void {
  link.watched.whenClosed(() => {
    context.readClock()
    lose(context, link, 'remote')
  })
}

/** Announces a link of an entry that has none announced, unless all of them wait for our own dial. */
function announceOrWait(context: Context, session: Session, arrived: Link): void {
  const link = linkToAnnounce(session)
  if (link && !waitsForDial(session, arrived)) return announce(context, session, link)
  const {clock, readClock} = context
  const timer = clock.setTimeout(() => {
    arrived.stopWaiting = undefined
    readClock()
    announceNewest(context, session)
  }, crossing)
  arrived.stopWaiting = () => clock.clearTimeout(timer)
}

/**
 * Announces the newest live link of an entry that has none announced, and waits for no dial. It looks at the rpcs, whose
 * code may have reset the hub: a session that is taken away has nothing to announce.
 *
 * @returns false where there is no live link
 */
export function announceNewest(context: Context, session: Session): boolean {
  endClosedLinks(context, session)
  const link = linkToAnnounce(session)
  const state = context.peers.get(session.address)?.state
  if (!link || session.announced || (state && state !== 'connecting')) return false
  if (!context.sessions.has(session)) return false
  announce(context, session, link)
  return true
}

/** A link becomes the announced one of its entry, and answers whoever asked for a connection. */
export function announce(context: Context, session: Session, link: Link): void {
  const {address, kept} = session
  const {rpc, watched, isReserved} = link
  const peer = context.peers.get(address)
  const waiting = session.dropWaiting()
  const asked = session.attempt ?? waiting
  const data = peer ? undefined : (kept ?? withoutOwnFields(waiting?.data))
  if (asked) asked.answered = true
  session.kept = undefined
  session.announced = link
  link.isReserved = false
  link.announcedAt = context.now
  context.applyFirst(() => {
    context.dispatch(
      {
        type: 'connected',
        address,
        cause: isReserved ? 'hub' : causeOf(link),
        key: watched.key ?? peer?.key ?? keyOf(address),
        link: link.id,
        inbound: isInbound(link),
        isClient: watched.isClient,
        attempt: asked?.id,
        inferredType: (peer ?? data)?.type ? undefined : inferType(address, watched),
        data,
      },
      {rpc, isClient: watched.isClient, settle: asked && (() => asked.resolve(rpc))},
    )
    // Most entries have one link.
    for (const other of link.older || link.newer ? session.links : []) {
      if (other !== link && !other.isReserved)
        reserve(context, other, other.announcedAt ? 'hub' : causeOf(other))
    }
    // Last: a clock may run any code when a timer is cleared.
    session.stopWaiting()
  })
}

function reserve(context: Context, link: Link, cause: Cause): void {
  const {id, session} = link
  link.isReserved = true
  context.dispatch({
    type: 'reserved',
    address: session.address,
    cause,
    key: keyOfLink(context, link),
    link: id,
    inbound: isInbound(link),
  })
}

/** A link closed. Where it was the announced one, its entry ends; where it waited unannounced, no event tells of it. */
export function lose(context: Context, link: Link, cause: Cause): void {
  if (detach(context, link, cause)) link.watched.unwatch()
}

/** Takes a link away from its entry. Its rpc stays watched, for another entry. */
export function detach(context: Context, link: Link, cause: Cause): boolean {
  const {session, watched} = link
  const {address, announced, closing} = session
  const {error} = watched
  if (!context.sessions.remove(link)) return false
  // With the last link, the entry will not come again: who connects now begins without its metadata.
  if (!session.newest) session.kept = undefined
  if (link === announced) {
    if (!closing) endEntry(context, session, cause, {error})
  } else if (link.isReserved) {
    context.dispatch({
      type: 'released',
      address,
      cause: closing ? 'stack' : cause,
      key: keyOfLink(context, link),
      link: link.id,
      error,
    })
  }
  stopWaiting(link)
  closing?.closed(link)
  return true
}

/**
 * Ends the announced link of an entry if it says that it is closed, also where its `closed` event is still on its way,
 * and so on with each that would take over: nobody may be told of, or wait for, a connection that is gone. It looks at
 * the rpcs, whose code runs here: decide afterwards.
 */
export function endClosedLinks(context: Context, session: Session): void {
  let link = session.announced ?? linkToAnnounce(session)
  while (link?.watched.isClosed && detach(context, link, 'remote')) {
    link.watched.unwatch()
    link = session.announced ?? linkToAnnounce(session)
  }
}

/**
 * The entry ends. Where links are left, it will come again, with its metadata.
 *
 * @param end what its end settles, and why its link ended
 */
export function endEntry(
  context: Context,
  session: Session,
  cause: Cause,
  {settle, error}: {readonly settle?: () => void; readonly error?: ErrorRecord | undefined} = {},
): void {
  const {address} = session
  const peer = context.peers.get(address)
  session.announced = undefined
  session.dropAttempt()
  session.kept = session.newest ? withoutOwnFields(peer) : undefined
  const end = {settle}
  session.end = end
  context.applyFirst(() => {
    context.dispatch({type: 'disconnected', address, cause, key: peer?.key, error}, end)
    session.stopWaiting()
  })
}

function keyOfLink({peers}: Context, {session, watched}: Link): string | undefined {
  return watched.key ?? peers.get(session.address)?.key
}

function causeOf(link: Link): Cause {
  return isInbound(link) ? 'remote' : 'stack'
}
