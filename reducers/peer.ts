import {produce} from 'immer'
import type {Peer, PeerEvent, Recorded} from '../src/events'
import {isSilent, transitions} from './transitions'

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
  if (isSilent(event.type)) return peer
  if (transitions[event.type].to === 'absent') return undefined
  return change(peer ?? {state: 'connecting', hubBirth: event.time, hubUpdated: event.time}, event)
}

export type Change = (peer: Peer, event: Recorded<PeerEvent>) => Peer

/** For peers that others may hold: a changed copy, deeply frozen. */
export const throughImmer: Change = (peer, event) => produce(peer, (draft) => recipe(draft, event))

/** For peers that others may hold, in bulk: a changed copy, whose metadata is as the event has it. */
export const throughCopy: Change = (peer, event) => {
  const copy = {...peer}
  recipe(copy, event)
  return Object.freeze(copy)
}

/** For peers that nobody else holds. */
export const inPlace: Change = (peer, event) => {
  recipe(peer, event)
  return peer
}

function recipe(peer: Peer, event: Recorded<PeerEvent>): void {
  switch (event.type) {
    case 'connecting':
    case 'updated':
      if (event.data !== undefined) Object.assign(peer, event.data)
      if (event.key !== undefined) peer.key = event.key
      break
    case 'connected':
      if (event.data !== undefined) Object.assign(peer, event.data)
      if (event.key !== undefined) peer.key = event.key
      if (event.inferredType !== undefined) peer.inferredType = event.inferredType
      peer.inbound = event.inbound
      break
  }
  const {to} = transitions[event.type]
  if (to !== undefined && to !== 'absent') peer.state = to
  peer.hubUpdated = event.time
}
