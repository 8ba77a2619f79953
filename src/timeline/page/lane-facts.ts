import type {Digest} from '../digest'
import {ends, kinds} from '../digest'

/** What is told of a peer in one line, and what filters and sorting ask. */
export interface LaneFacts {
  readonly lane: number
  /** Its name, its key, its addresses: what a filter looks through. */
  readonly texts: readonly string[]
  readonly firstSeen: number
  /** How long it was connected, in ms: the sum over its addresses. */
  uptime: number
  failures: number
  inbound: number
  outbound: number
  handOvers: number
  reserves: number
  isConnected: boolean
  readonly codes: string[]
}

/** The facts of each lane. */
export function laneFacts(digest: Digest): LaneFacts[] {
  const {bars, lives, reserves} = digest
  const facts = digest.lanes.map(({key, name, addresses}, lane): LaneFacts => {
    const known = [name, key, ...addresses.map((address) => digest.addresses[address])]
    return {
      lane,
      texts: known.filter((text) => text !== undefined),
      firstSeen: Number.POSITIVE_INFINITY,
      ...{uptime: 0, failures: 0, inbound: 0, outbound: 0, handOvers: 0, reserves: 0},
      isConnected: false,
      codes: [],
    }
  })
  for (let i = 0; i < bars.life.length; i++) {
    const fact = facts[lives.lane[bars.life[i] ?? 0] ?? 0]
    if (!fact) continue
    const begin = bars.beginTime[i] ?? 0
    if (begin < fact.firstSeen) Object.assign(fact, {firstSeen: begin})
    const kind = bars.kind[i] ?? 0
    const isOpen = kinds.end(kind) === ends.open
    if (kinds.state(kind) === 1) {
      fact.uptime += Math.max(0, (isOpen ? digest.to : (bars.endTime[i] ?? 0)) - begin)
      if (kinds.inbound(kind) === 2) fact.inbound++
      else fact.outbound++
      if (isOpen) fact.isConnected = true
    }
    if (kinds.isHandOver(kind)) fact.handOvers++
    if (!kinds.isFailed(kind)) continue
    fact.failures++
    const code = digest.codes[(bars.code[i] ?? 0) - 1]
    if (code !== undefined && !fact.codes.includes(code)) fact.codes.push(code)
  }
  for (const lane of reserves.lane) {
    const fact = facts[lane]
    if (fact) fact.reserves++
  }
  return facts
}

export type Sort = 'seen' | 'uptime' | 'failures'

const orders: Readonly<Record<Sort, (a: LaneFacts, b: LaneFacts) => number>> = {
  seen: (a, b) => a.firstSeen - b.firstSeen,
  uptime: (a, b) => b.uptime - a.uptime,
  failures: (a, b) => b.failures - a.failures,
}

/** Lanes in this order; those that are alike stay as they were first seen. */
export function sorted(facts: readonly LaneFacts[], sort: Sort): LaneFacts[] {
  return [...facts].sort((a, b) => orders[sort](a, b) || a.lane - b.lane)
}
