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

/** For peers that nobody else holds. */
export const inPlace: Change = (peer, event) => {
  recipe(peer, event)
  return peer
}

function recipe(peer: Peer, event: Recorded<PeerEvent>): void {
  if ('data' in event && event.data !== undefined) Object.assign(peer, event.data)
  if ('key' in event && event.key !== undefined) peer.key = event.key
  if (event.type === 'connected') {
    peer.inbound = event.inbound
    if (event.inferredType !== undefined) peer.inferredType = event.inferredType
  }
  const {to} = transitions[event.type]
  if (to !== undefined && to !== 'absent') peer.state = to
  peer.hubUpdated = event.time
}
