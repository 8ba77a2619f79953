import type {State} from '../src/entry'
import type {Recorded} from '../src/events'
import {isAboutPeer} from '../src/events'
import {isLegal, transitions} from './transitions'

/**
 * Whether an event of a log follows from what came before it: undefined where it does, else what was expected in
 * its place.
 *
 * @param lastSeq the `seq` of the item before it
 * @param state the state of its address before the event; `undefined` for an absent one, and for an event of the hub
 */
export function expectedInstead(
  event: Recorded,
  lastSeq: number,
  state: State | undefined,
): string | undefined {
  if (event.seq !== lastSeq + 1) return `event ${lastSeq + 1}, or a checkpoint`
  if (!isAboutPeer(event) || isLegal(event.type, state)) return undefined
  const {from} = transitions[event.type]
  return `${event.type} of an address that is ${from.join(' or ')}, and this one is ${state ?? 'absent'}`
}
