import type {Entry, Peer} from '../src/entry'
import type {Connected, PeerEvent, Recorded, Updated} from '../src/events'
import {Immer} from './immer'
import {transitions} from './transitions'

/** Folds one event into one peer; `undefined` is an absent one. */
export type PeerReducer = (peer: Peer | undefined, event: Recorded<PeerEvent>) => Peer | undefined

/**
 * An instance of our own: an app that uses immer as well may set up the shared one otherwise. It freezes nothing,
 * because metadata is frozen when a command copies it, and a peer is frozen below.
 */
// Bundlers leave it out where only `reduceInPlace` is used.
const immer = /* @__PURE__ */ new Immer({autoFreeze: false})

/** Pure, for peers that others may hold: a changed copy by way of immer, deeply frozen. */
export const reducePeer: PeerReducer = (peer, event) => {
  // A peer that begins is held by nobody else, so it is made in place; one that ends is not changed at all.
  if (peer === undefined || transitions[event.type].to === 'absent') {
    return Object.freeze(reduceInPlace(undefined, event))
  }
  const changed = immer.produce(peer, (draft) => {
    reduceInPlace(draft, event)
  })
  return Object.freeze(changed)
}

/** Pure, for peers that others may hold, in bulk: a changed copy, whose metadata is as the event has it. */
export const reduceCopy: PeerReducer = (peer, event) => Object.freeze(reduceInPlace(peer && {...peer}, event))

/** The entry of a peer, frozen. */
export function entryOf(address: string, peer: Peer): Entry {
  const entry: Entry = [address, peer]
  Object.freeze(entry)
  return entry
}

/**
 * What each event makes of a peer. It changes the peer in place: a draft of immer's, or a peer that nobody else
 * holds, by which a long log is folded fast. The states are those of the table of transitions.
 */
export function reduceInPlace(peer: Peer | undefined, event: Recorded<PeerEvent>): Peer | undefined {
  switch (event.type) {
    case 'connecting': {
      const {data, key, time} = event
      const born: Peer = {state: 'connecting', hubBirth: time, hubUpdated: time, ...data}
      if (key !== undefined) born.key = key
      return born
    }
    case 'connected': {
      const now: Peer = peer ?? {state: 'connected', hubBirth: event.time, hubUpdated: event.time}
      merge(now, event)
      if (event.inferredType !== undefined) now.inferredType = event.inferredType
      now.inbound = event.inbound
      return enter('connected', now, event)
    }
    case 'disconnecting':
      return peer && enter('disconnecting', peer, event)
    case 'disconnecting-failed':
      return peer && enter('connected', peer, event)
    case 'updated':
      if (!peer) return undefined
      merge(peer, event)
      peer.hubUpdated = event.time
      return peer
    case 'reserved':
    case 'released':
      return peer
    case 'connecting-failed':
    case 'disconnected':
      return undefined
    default:
      return event satisfies never
  }
}

function merge(peer: Peer, {data, key}: Connected | Updated): void {
  if (data !== undefined) Object.assign(peer, data)
  if (key !== undefined) peer.key = key
}

function enter(state: Peer['state'], peer: Peer, event: Recorded<PeerEvent>): Peer {
  peer.state = state
  peer.hubUpdated = event.time
  return peer
}
