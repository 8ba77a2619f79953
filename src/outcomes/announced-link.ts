import type {Link, Session} from '../connections/session'

/**
 * Which link of an entry is the announced one: the one idea from which follow two peers that dial each other at once,
 * a peer that comes back, and the reserve that takes over.
 *
 * - An entry without an announced link takes its newest reserve, else the newest link that has arrived. But an inbound
 *   link waits while our own dial is in flight: if each side is told of the link that it opened itself, each keeps one
 *   alive; if each were told of the other's, nobody would.
 * - An announced link stays, unless the peer opens another one so much later that it cannot have been a crossing dial:
 *   then the peer no longer believes in the old one, and the newest takes its place.
 */

/** How long dials may cross, in ms: an inbound link waits so long for our own dial, and one that comes later is news. */
export const crossing = 2_000

export function isInbound({watched}: Link): boolean {
  return watched.isClient === false
}

/** The link that is to be announced where none is. Undefined: there is none. */
export function linkToAnnounce({newest}: Session): Link | undefined {
  for (let link = newest; link; link = link.older) if (link.isReserved) return link
  return newest
}

/**
 * Whether the links of an entry that has none announced wait for our own dial. One that no timer ends the waiting of is
 * left from before the dial, and waits for nothing.
 *
 * @param arrived a link that would wait, and has no timer yet
 */
export function waitsForDial({newest, openAttempt}: Session, arrived?: Link): boolean {
  if (!openAttempt || openAttempt.isOver) return false
  for (let link = newest; link; link = link.older) {
    if (link.isReserved || !isInbound(link) || (link !== arrived && !link.stopWaiting)) return false
  }
  return true
}

/** Whether a link that has just arrived means that the peer no longer believes in the announced one. */
export function replaces(link: Link, announced: Link, now: number): boolean {
  return isInbound(link) && now - announced.announcedAt > crossing
}
