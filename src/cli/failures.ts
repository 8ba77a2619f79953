import type {Life} from '../spans/life'
import type {PeerSpans} from '../spans/peers'
import type {Command} from './command'
import {ranked} from './print'
import {spansOf} from './reading'
import {duration, moment} from './times'
import {UsageError} from './usage-error'

/** Dials that came to nothing, and have one thing in common. */
interface Group {
  readonly name: string
  failed: number
  givenUp: number
  readonly peers: Set<string>
  readonly reasons: Map<string, number>
  /** The end of the first and of the last, in ms since the epoch. */
  first: number
  last: number
  /** How long the dials took, in ms. */
  took: number
  example: string
}

const ways = ['code', 'peer', 'hour']

/** `failures`: which dials fail, and why; those that were given up are among them. */
export const failures: Command = {
  about: 'which dials fail and why; those that were given up are among them',
  options: {by: {type: 'string', value: 'BY', about: `${ways.join(', ')} (code)`}},
  async run(call) {
    const {values, print} = call
    const {by = 'code'} = values
    if (!ways.includes(String(by))) throw new UsageError(`--by is ${ways.join(', ')}`)
    const failed: [Life, PeerSpans][] = []
    const dials = new Map<string, number>()
    const spans = await spansOf(call.logs, {
      keep: false,
      onEnd: (life, peer) => {
        if (life.outcome === 'failed' || life.outcome === 'called-off') failed.push([life, peer])
      },
    })
    // The key of an address may become known late.
    const owners = new Map(
      spans.peers.flatMap((peer) => [...peer.addresses].map((address) => [address, peer] as const)),
    )
    const groups = new Map<string, Group>()
    const named = new Map<string, PeerSpans>()
    for (const [life, peer] of failed) {
      const owner = peer.key === undefined ? (owners.get(life.address) ?? peer) : peer
      if (!call.isAsked(owner)) continue
      named.set(owner.id, owner)
      dials.set(owner.id, owner.attempts)
      const {reason} = causeOf(life)
      const hour = moment(Math.floor((life.end?.time ?? 0) / 3_600_000) * 3_600_000).slice(0, 16)
      add(groups, by === 'code' ? reason : by === 'peer' ? owner.id : hour, life, owner)
    }
    if (groups.size === 0) return 1
    const all = [...groups.values()]
    if (by !== 'hour') all.sort((a, b) => b.failed + b.givenUp - (a.failed + a.givenUp) || a.first - b.first)
    if (values.json) {
      await print.json(
        all.map(({peers, ...group}) => ({...group, peers: peers.size, ...dialsOf(group, by, dials)})),
      )
      return 0
    }
    const rows = all.map((group) => {
      const {failed, givenUp, peers, reasons, last, example, took, name} = group
      const mean = duration(took / (failed + givenUp))
      const reason = print.text(ranked(reasons))
      const peer = named.get(name)
      if (by === 'code')
        return [failed + givenUp, peers.size, mean, moment(last), print.text(name), print.text(example)]
      const every = failed + givenUp > 1 ? duration((last - group.first) / (failed + givenUp - 1)) : ''
      if (by === 'hour') return [name, failed, givenUp, peers.size, reason]
      const seen =
        peer && peer.connected === 0 && peer.seen === undefined ? 'never' : moment(peer?.seen ?? spans.time)
      return [dials.get(name) ?? 0, failed, givenUp, every, mean, seen, reason, peer ? print.peer(peer) : '']
    })
    await print.table(headers[String(by)] ?? [], rows)
    return 0
  },
}

const headers: Readonly<Record<string, readonly string[]>> = {
  code: ['DIALS', 'PEERS', 'TOOK', 'LAST', 'WHY', 'FOR EXAMPLE'],
  hour: ['HOUR', 'FAILED', 'GIVEN UP', 'PEERS', 'WHY'],
  peer: ['DIALS', 'FAILED', 'GIVEN UP', 'EVERY', 'TOOK', 'LAST SEEN', 'WHY', 'PEER'],
}

function add(groups: Map<string, Group>, name: string, life: Life, owner: PeerSpans): void {
  const {reason, example} = causeOf(life)
  const end = life.end?.time ?? life.start
  let group = groups.get(name)
  if (!group) {
    group = {
      name,
      failed: 0,
      givenUp: 0,
      peers: new Set(),
      reasons: new Map(),
      first: end,
      last: end,
      took: 0,
      example,
    }
    groups.set(name, group)
  }
  if (life.outcome === 'failed') group.failed++
  else group.givenUp++
  group.peers.add(owner.id)
  group.reasons.set(reason, (group.reasons.get(reason) ?? 0) + 1)
  group.last = end
  group.took += end - life.start
  group.example = example
}

function dialsOf({name}: {readonly name: string}, by: unknown, dials: ReadonlyMap<string, number>) {
  return by === 'peer' ? {dials: dials.get(name)} : {}
}

function causeOf({outcome, end, closing}: Life): {readonly reason: string; readonly example: string} {
  if (outcome === 'failed') {
    const {code = 'none', message = ''} = end?.error ?? {}
    return {reason: String(code), example: message}
  }
  const {reason, error} = closing ?? {}
  return {reason: `given up (${reason ?? 'unknown'})`, example: error?.message ?? ''}
}
