/** What an entry of the peer table is: an address, and its data. All of it is JSON. */

/** A multiserver address, such as `net:example.com:8008~shs:KEY`. It identifies an entry. */
export type Address = string

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [name: string]: Json}

/**
 * What the caller attached to an entry: a JSON object, copied as `JSON.stringify` would carry it, so that the caller may
 * go on changing its own. What is no object, what JSON refuses (a cycle, a BigInt), and what is nested deeper than 200
 * levels fails with ERR_INVALID_DATA before anything happened.
 */
export type Metadata = {readonly [name: string]: Json}

/**
 * The kind of network that a link goes over: by the address at which multiserver found the peer, and by that of the
 * entry where that one does not tell.
 */
export type InferredType = 'bt' | 'dht' | 'internet' | 'lan' | 'tunnel'

/** The state of an address that has an entry. */
export type State = 'connecting' | 'connected' | 'disconnecting'

/** The fields of an entry that are the hub's own. Callers cannot write them, but for `key` where the address has none. */
export interface OwnData {
  state: State
  /** The public key of the peer: of the address's `shs` part, else what the caller claimed; once connected, the proven one. */
  key?: string
  /** Worked out when connected, where the caller gave no `type`. */
  inferredType?: InferredType
  /** Whether they connected to us; there once connected. */
  inbound?: boolean
  /** When the entry came to be, in ms since the epoch. */
  hubBirth: number
  /** When the entry last changed in any way, in ms since the epoch. */
  hubUpdated: number
}

/** The data of one entry: the hub's own fields, and the caller's metadata beside them. */
export interface Peer extends OwnData {
  [name: string]: Json | undefined
}

/**
 * The data of an entry: the hub's own fields, and the caller's metadata beside them.
 *
 * @typeParam M the type of the metadata, for those who know what theirs is
 */
export type ConnectionData<M extends object = Metadata> =
  IsNamed<M> extends true ? OwnData & Partial<Omit<M, keyof OwnData>> : Peer

/** Whether the fields of the metadata have names: not those of any object, nor of any JSON. */
type IsNamed<M> = [keyof M] extends [never] ? false : string extends keyof M ? false : true

/**
 * An entry as it is handed out: deeply frozen. Its type does not say so of the tuple itself, because plugins take
 * entries as `[Address, ConnectionData]`, which a readonly tuple does not fit.
 */
export type Entry<M extends object = Metadata> = [address: Address, data: Readonly<ConnectionData<M>>]

/** Metadata as it is given: any object where its type is not told, taken in as JSON would carry it. */
export type GivenData<M extends object = Metadata> =
  IsNamed<M> extends true ? Partial<M> & {readonly key?: string} : object

/** What one event did to the table: the entry that it replaced, and the one that stands there now. */
export interface EntryChange {
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}
