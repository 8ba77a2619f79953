import {reduceInPlace} from '../../reducers/peer'
import type {Entry, Peer} from '../entry'
import type {Life} from './life'
import type {PeerSpans} from './peers'

/** The table of one run after an event: the lives that go on there, each folded from its own events. */
export function tableAt(peers: readonly PeerSpans[], run: number, seq: number): Entry[] {
  return peers
    .flatMap(({lives}) => lives)
    .filter(
      (life) => life.run === run && life.seq <= seq && seq < (life.end?.seq ?? Number.POSITIVE_INFINITY),
    )
    .sort((a, b) => a.index - b.index)
    .map((life) => [life.address, peerAt(life, seq)])
}

function peerAt({steps = []}: Life, seq: number): Peer {
  let peer: Peer | undefined
  for (const step of steps) {
    if (step.seq > seq) break
    peer = 'peer' in step ? {...step.peer} : reduceInPlace(peer, step)
  }
  // A life begins with a step that makes a peer, and the one that ends it is not kept.
  return peer as Peer
}
