import type {PeerSpans} from '../spans/peers'
import type {Command} from './command'
import {askedPeers, spansOf} from './reading'
import {duration, moment} from './times'
import {total} from './totals'
import {UsageError} from './usage-error'

type Row = ReturnType<typeof rowOf>

/** What the rows can be sorted by: the most comes first. */
const sorts: Readonly<Record<string, (row: Row) => number>> = {
  failures: ({failed, givenUp}) => failed + givenUp,
  flaps: ({flaps}) => flaps,
  uptime: ({uptime}) => uptime,
  last: ({seen, connected, first}) => (connected ? Number.POSITIVE_INFINITY : (seen ?? first - 1e13)),
}

/** `peers`: one line a peer. */
export const peers: Command = {
  about: 'one line a peer: uptime, connections in and out, failures, last seen',
  options: {
    sort: {
      type: 'string',
      value: 'BY',
      about: `${Object.keys(sorts).join(', ')}; the most comes first (last)`,
    },
  },
  async run(call) {
    const {values, print} = call
    const {sort = 'last'} = values
    const by = Object.hasOwn(sorts, String(sort)) ? sorts[String(sort)] : undefined
    if (!by) throw new UsageError(`--sort is ${Object.keys(sorts).join(', ')}`)
    const spans = await spansOf(call.logs, {keep: false})
    const rows = askedPeers(call, spans).map((peer) => rowOf(peer, spans.time ?? 0))
    if (rows.length === 0) return 1
    rows.sort((a, b) => by(b) - by(a) || a.first - b.first)
    if (values.json) await print.json(rows)
    else {
      const header = ['UPTIME', 'IN', 'OUT', 'DIALS', 'FAILED', 'GIVEN UP', 'FLAPS', 'LAST SEEN', 'PEER']
      const lines = rows.map((row) => [
        duration(row.uptime),
        ...[row.inbound, row.outbound, row.dials, row.failed, row.givenUp, row.flaps],
        row.connected ? 'is connected' : row.seen === undefined ? 'never' : moment(row.seen),
        print.peer(row),
      ])
      await print.table(header, lines)
    }
    return 0
  },
}

function rowOf(peer: PeerSpans, now: number) {
  const {
    id,
    key,
    name,
    addresses,
    connected,
    since = now,
    inbound,
    outbound,
    attempts,
    flaps,
    handOvers,
  } = peer
  const {failures, calledOff, first, seen, uptime} = peer
  return {
    ...{id, key, name, addresses, connected: connected > 0, uptime: uptime + Math.max(0, now - since)},
    ...{inbound, outbound, dials: attempts, failed: total(failures), givenUp: total(calledOff)},
    ...{failures, givenUpBy: calledOff, flaps, handOvers, first, seen: connected > 0 ? now : seen},
  }
}
