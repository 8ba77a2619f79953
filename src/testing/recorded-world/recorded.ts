import type {InferredType} from '../../entry'
import type {ErrorRecord} from '../../events'

/** What a log says of the world: of remotes and of the network, and not of the plugin that was there then. */
export interface Recorded {
  /** When the log begins and ends, in ms since the epoch. */
  readonly start: number
  readonly end: number
  /** The links that were there before the hub was made. */
  readonly before: readonly RecordedLink[]
  /** The links that came without a dial of the hub's: remotes connected, another plugin of ours dialled. In order. */
  readonly arrivals: readonly RecordedLink[]
  /** The dials of the hub, in order. */
  readonly dials: readonly RecordedDial[]
}

/** When something happened. */
export interface Moment {
  /** In ms since the epoch. */
  readonly time: number
  /** Its place in the log: what happens at the same time happens in this order. */
  readonly order: number
}

/** A dial of the hub's. */
export interface RecordedDial {
  readonly address: string
  readonly begin: Moment
  /** How long it lasted, in ms: until its outcome, or until it was called off or the log ended. */
  lasted: number
  /** How it ended; undefined where it was called off, or the log ended before. */
  outcome: Outcome | undefined
}

/** What came of a dial: a link, or an error. */
export interface Outcome {
  readonly order: number
  /** Whether it came before `ssb.connect()` had returned. */
  readonly isSync: boolean
  readonly link?: RecordedLink
  readonly error?: ErrorRecord
}

/** A connection. */
export interface RecordedLink {
  /** That of its entry. */
  readonly address: string
  key: string | undefined
  /** What `rpc:connect` said; undefined for one that was not announced there. */
  readonly isClient: boolean | undefined
  inferredType: InferredType | undefined
  begin: Moment
  /** When the remote ended it, and why; undefined where it did not, as long as the log goes. */
  end: (Moment & {readonly error: ErrorRecord | undefined}) | undefined
  /** What came of each time that the hub closed it, in order. */
  readonly closes: RecordedClose[]
}

/** What came of closing a link. */
export interface RecordedClose {
  /** When it was asked for, in ms since the epoch. */
  readonly since: number
  /** How long the answer took, in ms; undefined where there was none. */
  readonly took: number | undefined
  readonly order: number
  /** Whether it came before `rpc.close()` had returned. */
  readonly isSync: boolean
  /** Whether the hub had given up on it by then: it was told by the callback, and not by the `closed` event. */
  readonly isLate?: boolean
  /** Whether the link was closed then, although the answer may have been an error. */
  readonly dies?: boolean
  readonly error?: ErrorRecord
}
