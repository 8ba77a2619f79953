import {freeze, produce} from 'immer'
import type {Connected, Connecting, Peer, PeerEvent, Recorded, Updated} from '../src/events'
import {transitions} from './transitions'

/**
 * Folds one event into one peer; `undefined` is an absent one. Pure.
 *
 * `change` decides how the recipe is applied: through immer to peers that others hold, or directly
 * to peers that nobody else holds, which is how a long log is folded fast.
 */
export function reducePeer(
  peer: Peer | undefined,
  event: Recorded<PeerEvent>,
  change: Change,
): Peer | undefined {
  return transitions[event.type].to === 'absent' ? undefined : change(peer, event)
}

export type Change = (peer: Peer | undefined, event: Recorded<PeerEvent>) => Peer | undefined

/** For peers that others may hold: a changed copy, deeply frozen. */
export const throughImmer: Change = (peer, event) => {
  // One that begins is nobody's yet.
  if (peer === undefined) return freeze(recipe(undefined, event), true)
  return produce(peer, (draft) => {
    recipe(draft, event)
  })
}

/** For peers that others may hold, in bulk: a changed copy, whose metadata is as the event has it. */
export const throughCopy: Change = (peer, event) => Object.freeze(recipe(peer && {...peer}, event))

/** For peers that nobody else holds. */
export const inPlace: Change = (peer, event) => recipe(peer, event)

/** What each event makes of a peer, which it changes in place. The states are those of the table of transitions. */
function recipe(peer: Peer | undefined, event: Recorded<PeerEvent>): Peer | undefined {
  switch (event.type) {
    case 'connecting': {
      const born: Peer = {state: 'connecting', hubBirth: event.time, hubUpdated: event.time}
      merge(born, event)
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
      if (peer) merge(peer, event)
      return peer && enter(peer.state, peer, event)
    case 'reserved':
    case 'released':
      return peer
    case 'connecting-failed':
    case 'disconnected':
      return undefined
  }
}

function merge(peer: Peer, {data, key}: Connecting | Connected | Updated): void {
  if (data !== undefined) Object.assign(peer, data)
  if (key !== undefined) peer.key = key
}

function enter(state: Peer['state'], peer: Peer, event: Recorded<PeerEvent>): Peer {
  peer.state = state
  peer.hubUpdated = event.time
  return peer
}
