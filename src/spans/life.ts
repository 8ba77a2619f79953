import type {Address, InferredType, Peer, State} from '../entry'
import type {Cause, ErrorRecord, PeerEvent, Reason, Recorded} from '../events'

/** A time in which an entry was in one state. It ends where the next one of its life begins, or its life ends. */
export interface Span {
  readonly state: State
  /** The event, or the checkpoint, with which it begins. */
  readonly seq: number
  /** In ms since the epoch. */
  readonly start: number
  /** Why a link could not be closed, where the entry is connected again because of that. */
  readonly error?: ErrorRecord
}

/** That the links of an entry were to be closed, or its attempt was called off. */
export interface Closing {
  readonly seq: number
  /** In ms since the epoch. */
  readonly time: number
  readonly cause: Cause
  /** Version 1 of the format does not tell it. */
  readonly reason?: Reason | undefined
  readonly error?: ErrorRecord | undefined
  readonly during?: number | undefined
}

/** How the life of an entry, or a link in reserve, ended. */
export interface Ending {
  /** `unknown`: events are missing here, or the log ends without the end of its hub. */
  readonly type: 'connecting-failed' | 'disconnected' | 'released' | 'connected' | 'reset' | 'unknown'
  /** The event; the checkpoint in which it is gone; undefined at the end of a run. */
  readonly seq?: number | undefined
  /** In ms since the epoch. Of an unknown end, the last moment of which the log tells. */
  readonly time: number
  readonly cause?: Cause | undefined
  readonly error?: ErrorRecord | undefined
  readonly during?: number | undefined
}

/**
 * How an entry came to be: we dialled it; they connected to us; another plugin of ours did it, or it was there before
 * the hub; a link that waited in reserve took over from the entry that ended at this address; it was there before the
 * log begins, or before events that are missing.
 */
export type Origin = 'dial' | 'inbound' | 'stack' | 'reserve' | 'before'

/**
 * What became of an entry: it is still there; the dial failed; the dial was called off (given up); it was connected,
 * and is not any more; the log does not tell.
 */
export type Outcome = 'open' | 'failed' | 'called-off' | 'ended' | 'unknown'

/** One life of an entry: from the event that made it to the one that ended it. */
export interface Life {
  /** Its place among all lives of the log, in the order in which they began. */
  readonly index: number
  /** That of its run in `Spans.runs`. */
  readonly run: number
  readonly address: Address
  /** The public key of the peer: the latest that was told, which is the proven one where it was connected. */
  readonly key?: string | undefined
  readonly origin: Origin
  /** The event, or the checkpoint, with which it begins. */
  readonly seq: number
  /** In ms since the epoch. */
  readonly start: number
  /** When the entry came to be, in ms since the epoch: before `start` where the log begins later. */
  readonly birth: number
  /** What set it off; undefined where it was there before. */
  readonly cause?: Cause | undefined
  readonly during?: number | undefined
  /** The number of the attempt that it began with, or that its link answered. */
  readonly attempt?: number | undefined
  /** The number of the link that was announced. */
  readonly link?: number | undefined
  /** Whether they connected to us; undefined where it was never connected. */
  readonly inbound?: boolean | undefined
  readonly inferredType?: InferredType | undefined
  /** In order; one at least. */
  readonly spans: readonly Span[]
  /** How often its metadata was updated. */
  readonly updates: number
  /** The latest command, or reset, that was to end it. */
  readonly closing?: Closing | undefined
  readonly end?: Ending | undefined
  readonly outcome: Outcome
  /** What its entry is folded from, where it was asked to keep that. */
  readonly steps?: readonly Step[] | undefined
}

/** An event of an entry, or what a checkpoint had of it. */
export type Step = Recorded<PeerEvent> | {readonly seq: number; readonly peer: Readonly<Peer>}

/** A life as it is being written. */
export type LifeDraft = {-readonly [F in keyof Life]: Life[F]} & {
  readonly spans: Span[]
  steps: Step[] | undefined
}

/** A link that waited in reserve beside the announced one. */
export interface ReserveSpan {
  /** That of its run in `Spans.runs`. */
  readonly run: number
  readonly address: Address
  readonly link: number
  readonly inbound: boolean
  /** The event, or the checkpoint, with which it begins. */
  readonly seq: number
  /** In ms since the epoch. */
  readonly start: number
  /** `connected`: it took over; `released`: it closed. */
  readonly end?: Ending | undefined
}

/** Since when it was connected, in ms since the epoch; undefined where it never was. */
export function connectedAt({spans}: Life): number | undefined {
  return spans.find(({state}) => state === 'connected')?.start
}

/** When it was connected, in ms since the epoch; `now` is where what is still open ends. */
export function connectedSpans(
  {spans, end}: Life,
  now: number,
): {readonly from: number; readonly to: number}[] {
  return spans.flatMap(({state, start}, i) => {
    const to = spans[i + 1]?.start ?? end?.time ?? now
    return state === 'connected' ? [{from: start, to: Math.max(start, to)}] : []
  })
}

/** How long it was connected, in ms; `now` is where what is still open ends. */
export function uptimeOf(life: Life, now: number): number {
  return connectedSpans(life, now).reduce((sum, {from, to}) => sum + to - from, 0)
}
