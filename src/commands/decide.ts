import type {Metadata, State} from '../entry'
import type {Cause, Connecting, Disconnecting, ErrorRecord, PeerEvent, Reason, Updated} from '../events'
import {keyOf} from '../values/address'
import {claimedKey, withoutOwnFields} from '../values/metadata'

/** What a caller asks of one address, checked and copied. */
export type Command = Connect | Disconnect | Update

export interface Connect {
  readonly type: 'connect'
  readonly address: string
  readonly data?: Metadata | undefined
  /** The number of the attempt, if one begins. */
  readonly attempt: number
}

export interface Disconnect {
  readonly type: 'disconnect'
  readonly address: string
  /** The number of the attempt that it calls off. */
  readonly attempt?: number | undefined
  /** Why. Default: `disconnect`. */
  readonly reason?: Reason | undefined
  /** What the signal that aborted gave as its reason, where it was a signal. */
  readonly error?: ErrorRecord | undefined
}

export interface Update {
  readonly type: 'update'
  readonly address: string
  readonly data?: Metadata | undefined
}

/** What a decision needs to know of the entry as it is. */
export interface Known {
  readonly state: State
  readonly key?: string
}

/** The event that a command causes at once in this state, if it causes one. Pure. */
export function decide(command: Command, peer: Known | undefined): PeerEvent | undefined {
  switch (command.type) {
    case 'connect':
      return peer ? merging(command, peer) : connecting(command, 'caller')
    case 'update':
      return peer && merging(command, peer)
    case 'disconnect':
      return peer && peer.state !== 'disconnecting' ? disconnecting(command, peer) : undefined
  }
}

/** The beginning of an attempt, set off by a caller, or by the hub for a caller that waited. */
export function connecting(command: Omit<Connect, 'type'>, cause: Cause): Connecting {
  const {address, attempt, data} = command
  return {
    type: 'connecting',
    address,
    cause,
    attempt,
    key: keyOf(address) ?? claimedKey(data),
    data: withoutOwnFields(data),
  }
}

function disconnecting(command: Disconnect, {key}: Known): Disconnecting {
  const {address, attempt, reason = 'disconnect', error} = command
  return {type: 'disconnecting', address, cause: 'caller', key, attempt, reason, error}
}

function merging({address, data}: Connect | Update, peer: Known): Updated | undefined {
  const claimed = peer.key === undefined ? claimedKey(data) : undefined
  const rest = withoutOwnFields(data)
  if (claimed === undefined && rest === undefined) return undefined
  return {type: 'updated', address, cause: 'caller', key: peer.key ?? claimed, data: rest}
}
