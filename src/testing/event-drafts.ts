import type {ErrorRecord, PeerEvent, Stamp} from '../events'

type EventType = PeerEvent['type']

/** The fields that a test may give an event, beside its type and address. */
export type Fields<T extends EventType> = Partial<
  Omit<Extract<PeerEvent, {readonly type: T}>, 'type' | 'address' | 'error'>
> &
  Partial<Stamp> & {readonly error?: Partial<ErrorRecord>}

/**
 * An event as a test writes it: its type, its address, and the fields that matter. In a history, the other
 * fields are filled in; where it is expected, they may be anything.
 */
export type Draft = {
  [T in EventType]: {readonly type: T; readonly address: string} & Fields<T>
}[EventType]

function draft<T extends EventType>(type: T) {
  return (address: string, fields?: Fields<T>): {readonly type: T; readonly address: string} & Fields<T> => ({
    type,
    address,
    ...(fields as Fields<T>),
  })
}

/** An attempt to connect began. */
export const connecting = draft('connecting')
/** The dial failed. */
export const connectingFailed = draft('connecting-failed')
/** The entry has a live link: its attempt succeeded; where there was none, they connected to us. */
export const connected = draft('connected')
/** Its links are being closed, or its attempt was called off. */
export const disconnecting = draft('disconnecting')
/** A link could not be closed: the entry is connected again. */
export const disconnectingFailed = draft('disconnecting-failed')
/** The entry is gone. */
export const disconnected = draft('disconnected')
/** Metadata was merged into the entry. */
export const updated = draft('updated')
/** A further link waits in reserve. */
export const reserved = draft('reserved')
/** A link that waited in reserve closed. */
export const released = draft('released')
