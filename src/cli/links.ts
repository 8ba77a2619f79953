import type {Life, ReserveSpan} from '../spans/life'
import {connectedAt} from '../spans/life'
import type {PeerSpans} from '../spans/peers'

/** One connection, as one side saw it: announced, in reserve, or first the one and then the other. Times are its own. */
export interface Link {
  readonly run: number
  readonly link: number | undefined
  /** Whether the other side made it. */
  readonly inbound: boolean
  /** When the dial began, where it was ours. */
  readonly dialled: number | undefined
  readonly from: number
  /** Undefined: it is there at the end of the log, or the log does not tell. */
  readonly to: number | undefined
  /** When we began to close it. */
  readonly closing: number | undefined
  readonly how: string
}

/** The connections with a peer, in the order in which they began. */
export function linksOf({lives, reserves}: PeerSpans): Link[] {
  const links = new Map<string, Link>()
  const parts = [...lives.flatMap(announced), ...reserves.map(reserved)].sort((a, b) => a.from - b.from)
  for (const part of parts) {
    const id = part.link === undefined ? `${links.size}` : `${part.run}:${part.link}`
    const known = links.get(id)
    links.set(id, known ? {...known, to: part.to, closing: part.closing, how: part.how} : part)
  }
  return [...links.values()]
}

function announced(life: Life): Link[] {
  const {run, link, inbound, start, end, closing, outcome, origin} = life
  const from = connectedAt(life)
  if (from === undefined) return []
  const how =
    outcome === 'open'
      ? 'open'
      : outcome === 'unknown'
        ? 'unknown'
        : closing
          ? 'closed by it'
          : 'closed by the other side'
  const dialled = origin === 'dial' && !inbound ? start : undefined
  const to = outcome === 'ended' ? end?.time : undefined
  return [{run, link, inbound: inbound ?? false, dialled, from, to, closing: closing?.time, how}]
}

function reserved({run, link, inbound, start, end}: ReserveSpan): Link {
  const isOver = end && end.type !== 'unknown' && end.type !== 'connected'
  const how = isOver ? 'closed in reserve' : end ? 'unknown' : 'open'
  return {
    run,
    link,
    inbound,
    dialled: undefined,
    from: start,
    to: isOver ? end.time : undefined,
    closing: undefined,
    how,
  }
}
