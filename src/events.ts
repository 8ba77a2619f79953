import type {Entry, InferredType, Metadata} from './entry'

/**
 * The events of the hub: plain JSON, each with all that its fold needs.
 *
 * What is live (rpcs, error objects, promises) travels beside an event, never in it.
 */

/**
 * Who set an event off: `caller`, the command of a caller, in its own call; `remote`, the other
 * side; `stack`, our own secret-stack (a dial's outcome, a close's outcome, another plugin); `hub`,
 * a consequence that the hub itself drew from an earlier event.
 */
export type Cause = 'caller' | 'remote' | 'stack' | 'hub'

/** An error as the log keeps it. */
export interface ErrorRecord {
  readonly message: string
  readonly name?: string
  readonly code?: string | number
}

interface Lifecycle {
  readonly address: string
  readonly cause: Cause
  /** The public key of the peer, where it is known. */
  readonly key?: string | undefined
}

/** An attempt to connect began. */
export interface Connecting extends Lifecycle {
  readonly type: 'connecting'
  readonly attempt: number
  readonly data?: Metadata | undefined
}

/** The dial failed: the entry is gone. */
export interface ConnectingFailed extends Lifecycle {
  readonly type: 'connecting-failed'
  readonly attempt: number
  readonly error: ErrorRecord
}

/** The entry has a live link. */
export interface Connected extends Lifecycle {
  readonly type: 'connected'
  readonly link: number
  readonly inbound: boolean
  readonly isClient?: boolean | undefined
  /** The attempt that this link answers, where there was one. */
  readonly attempt?: number | undefined
  readonly inferredType?: InferredType | undefined
  readonly data?: Metadata | undefined
}

/**
 * Why an attempt was called off, or links are being closed: by a command, or because the signals of all who waited
 * for the attempt have aborted.
 */
export type Reason = 'disconnect' | 'reset' | 'close' | 'signal'

/** The links of the entry are being closed, or its attempt was called off. */
export interface Disconnecting extends Lifecycle {
  readonly type: 'disconnecting'
  /** The attempt that was called off, where there was one. */
  readonly attempt?: number | undefined
  readonly reason?: Reason | undefined
  /** The `reason` of the signal that aborted, where it was a signal. */
  readonly error?: ErrorRecord | undefined
}

/** A link could not be closed: the entry is connected again. */
export interface DisconnectingFailed extends Lifecycle {
  readonly type: 'disconnecting-failed'
  readonly error: ErrorRecord
}

/** The entry is gone. */
export interface Disconnected extends Lifecycle {
  readonly type: 'disconnected'
  /** Why its link ended, where the stack told. */
  readonly error?: ErrorRecord | undefined
}

/** Metadata was merged into the entry. */
export interface Updated extends Lifecycle {
  readonly type: 'updated'
  readonly data?: Metadata | undefined
}

/** A further link of a peer waits in reserve. */
export interface Reserved extends Lifecycle {
  readonly type: 'reserved'
  readonly link: number
  readonly inbound: boolean
}

/** A link that waited in reserve closed. */
export interface Released extends Lifecycle {
  readonly type: 'released'
  readonly link: number
  /** Why it ended, where the stack told. */
  readonly error?: ErrorRecord | undefined
}

/** All connections are being dropped; the end of each entry follows as events of their own. */
export interface Reset {
  readonly type: 'reset'
  readonly cause: Cause
}

/** The hub was closed: no event follows. */
export interface Closed {
  readonly type: 'closed'
  readonly cause: Cause
}

/** What happened to one entry. */
export type PeerEvent =
  | Connecting
  | ConnectingFailed
  | Connected
  | Disconnecting
  | DisconnectingFailed
  | Disconnected
  | Updated
  | Reserved
  | Released

export type HubEvent = PeerEvent | Reset | Closed

/** What the store gives an event when it is applied. */
export interface Stamp {
  /** Its number: 1, 2, 3, … */
  readonly seq: number
  /** In ms since the epoch; it never runs backwards. */
  readonly time: number
  /** The `seq` of the event that was being told when this one was applied, where one was. */
  readonly during?: number | undefined
}

/** An event of the log. */
export type Recorded<E = HubEvent> = E & Stamp

/** The state after event `seq`: JSON. */
export interface Snapshot {
  /** 0 for the empty state before the first event. */
  readonly seq: number
  /** The time of that event, in ms since the epoch. */
  readonly time: number
  /** In order of insertion. */
  readonly entries: readonly Entry[]
}

/** A link in reserve, as a checkpoint tells of it. */
export interface ReserveLink {
  /** That of its entry. */
  readonly address: string
  /** Its number. */
  readonly link: number
  /** Whether they connected to us. */
  readonly inbound: boolean
  /** The public key of the peer, where it is known. */
  readonly key?: string
}

/**
 * What stands in a log in place of the events before it: the state that they fold to, and what later events need to
 * know besides.
 */
export interface Checkpoint extends Snapshot {
  readonly type: 'checkpoint'
  /** When the hub was made, in ms since the epoch: the same in every checkpoint of a hub. */
  readonly since?: number
  /** The links that wait in reserve, oldest first; left out where there is none. */
  readonly reserve?: readonly ReserveLink[]
}

/** What a log is made of. A checkpoint stands for all that came before it. */
export type LogItem = Recorded | Checkpoint

/** Whether the event happened to one entry, and not to the hub as a whole. */
export function isAboutPeer<E extends HubEvent>(event: E): event is E & PeerEvent {
  return event.type !== 'reset' && event.type !== 'closed'
}
