import type {InferredType} from '../entry'
import type {Cause, Reason} from '../events'

/**
 * A log as the timeline draws it, in columns: what it takes to draw all lanes, and to tell the state of every address
 * after every event. Of a million events it is 1 to 1.8 MB of gzip.
 *
 * An event is named by its place in the log (0, 1, 2, …) and not by its `seq`, which begins anew with every run of the
 * hub. A checkpoint has the place of the event up to which it stands.
 */
export interface Digest {
  /** The public key of the peer whose log it is, where the log tells. */
  readonly id?: string | undefined
  /** How many places there are. */
  readonly count: number
  /** How many events there are: a checkpoint with which a run begins is none. */
  readonly events: number
  /** The times of its first and its last event, in ms since the epoch; 0 where it has none. */
  readonly from: number
  readonly to: number
  readonly runs: readonly DigestRun[]
  readonly addresses: readonly string[]
  /** The codes of errors; `none` for an error without. */
  readonly codes: readonly string[]
  readonly lanes: readonly Lane[]
  readonly lives: Lives
  readonly bars: Bars
  readonly reserves: Reserves
  readonly marks: readonly Mark[]
}

/** One run of a hub: its places are from `start` on, and its numbers from `first` on. */
export interface DigestRun {
  readonly start: number
  readonly first: number
  /** When the hub was made, in ms since the epoch, where the log tells. */
  readonly since?: number | undefined
}

/** One peer: by its key, or by its address where no key is known. */
export interface Lane {
  readonly key?: string | undefined
  /** Their places in `addresses`. */
  readonly addresses: readonly number[]
  /** The name that its metadata gave last. */
  readonly name?: string | undefined
}

/** The entries: each from when it came to be to when it ended, in the order in which they came to be. */
export interface Lives {
  /** The place of its lane in `lanes`, and of its address in `addresses`. */
  readonly lane: number[]
  readonly address: number[]
  /** `hubBirth`, in ms since the epoch. */
  readonly birth: number[]
}

/** The states of entries, each from one event to another, life by life. */
export interface Bars {
  /** The place of its life in `lives`. */
  readonly life: number[]
  /** The event that began it, and its time. */
  readonly begin: number[]
  readonly beginTime: number[]
  /** The event that ended it, and its time; -1 while it goes on. */
  readonly end: number[]
  readonly endTime: number[]
  /** What it is, and how it ended: see `kinds`. */
  readonly kind: number[]
  /** Who ended it, and why: see `endings`. */
  readonly ending: number[]
  /** The place in `codes` of the error that it ended with, counted from 1; 0 where there was none. */
  readonly code: number[]
}

/** Links that waited in reserve, in the order in which they began. */
export interface Reserves {
  readonly lane: number[]
  readonly begin: number[]
  readonly beginTime: number[]
  readonly end: number[]
  readonly endTime: number[]
}

/** What happened to the hub as a whole. */
export interface Mark {
  /** It was reset or closed; events are missing; a hub was made anew; the same, and the clock was set back. */
  readonly what: 'reset' | 'closed' | 'missing' | 'new hub' | 'set back'
  readonly at: number
  readonly time: number
  /** How many events are missing, or by how many ms the clock was set back. */
  readonly by?: number
}

export const states = ['connecting', 'connected', 'disconnecting'] as const
export const inferredTypes: readonly (InferredType | undefined)[] = [
  undefined,
  ...(['bt', 'dht', 'internet', 'lan', 'tunnel'] as const),
]
export const causes: readonly (Cause | undefined)[] = [undefined, 'caller', 'remote', 'stack', 'hub']
export const reasons: readonly (Reason | undefined)[] = [undefined, 'disconnect', 'reset', 'close', 'signal']

/** How a bar ended: it goes on; the entry went on in another state; by a failure; the entry ended. */
export const ends = {open: 0, on: 1, failed: 2, gone: 3} as const

/** A bar's kind in one number. */
export const kinds = {
  /** @param inbound 0: not known, 1: no, 2: yes */
  of: (state: number, inbound: number, type: number, end: number, isHandOver: boolean) =>
    state | (inbound << 2) | (type << 4) | (end << 7) | (Number(isHandOver) << 9),
  state: (kind: number) => kind & 3,
  inbound: (kind: number) => (kind >> 2) & 3,
  type: (kind: number) => (kind >> 4) & 7,
  end: (kind: number) => (kind >> 7) & 3,
  isHandOver: (kind: number) => kind >> 9 === 1,
  isFailed: (kind: number) => ((kind >> 7) & 3) === ends.failed,
}

/** Who ended a bar, and why, in one number. */
export const endings = {
  of: (cause: Cause | undefined, reason: Reason | undefined) =>
    causes.indexOf(cause) | (reasons.indexOf(reason) << 3),
  cause: (ending: number) => causes[ending & 7],
  reason: (ending: number) => reasons[ending >> 3],
}

/** The place of an event. */
export function placeOf({start, first}: DigestRun, seq: number): number {
  return start + seq - first
}

/** The `seq` of the event at a place, and that of its run in `runs`. */
export function eventAt({runs}: Digest, place: number): {readonly run: number; readonly seq: number} {
  let run = runs.length - 1
  while (run > 0 && (runs[run]?.start ?? 0) > place) run--
  const {start = 0, first = 0} = runs[run] ?? {}
  return {run, seq: place - start + first}
}

/** Tables of so many rows, with a -1 everywhere. */
export function tablesOf(lives = 0, bars = 0, reserves = 0): Pick<Digest, 'lives' | 'bars' | 'reserves'> {
  const columns = <N extends string>(rows: number, ...names: N[]) =>
    Object.fromEntries(names.map((name) => [name, new Array(rows).fill(-1)])) as Record<N, number[]>
  const period = ['begin', 'beginTime', 'end', 'endTime'] as const
  return {
    lives: columns(lives, 'lane', 'address', 'birth'),
    bars: columns(bars, 'life', ...period, 'kind', 'ending', 'code'),
    reserves: columns(reserves, 'lane', ...period),
  }
}
