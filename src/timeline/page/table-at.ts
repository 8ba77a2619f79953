import type {InferredType, State} from '../../entry'
import type {Digest} from '../digest'
import {inferredTypes, kinds, states} from '../digest'

/** An entry as the timeline knows it, without its metadata. */
export interface Row {
  readonly address: string
  readonly key: string | undefined
  readonly state: State
  readonly inbound: boolean | undefined
  readonly inferredType: InferredType | undefined
  /** `hubBirth`, in ms since the epoch. */
  readonly birth: number
  readonly lane: number
  /** The bar that stands there. */
  readonly bar: number
}

/** The entries after an item of the log, in the order in which they came to be. */
export function tableAt(digest: Digest, at: number): Row[] {
  const {bars, lives} = digest
  const found: number[] = []
  for (let i = 0; i < bars.begin.length; i++) {
    if ((bars.begin[i] ?? 0) > at) continue
    const end = bars.end[i] ?? 0
    if (end < 0 || end > at) found.push(i)
  }
  return found.map((row) => {
    const kind = bars.kind[row] ?? 0
    const life = bars.life[row] ?? 0
    const lane = lives.lane[life] ?? 0
    const inbound = kinds.inbound(kind)
    return {
      address: digest.addresses[lives.address[life] ?? 0] ?? '',
      key: digest.lanes[lane]?.key,
      state: states[kinds.state(kind)] ?? 'connecting',
      inbound: inbound === 0 ? undefined : inbound === 2,
      inferredType: inferredTypes[kinds.type(kind)],
      birth: lives.birth[life] ?? 0,
      lane,
      bar: row,
    }
  })
}
