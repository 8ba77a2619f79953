/**
 * A fold as one would write it by hand, for speed and for nothing else: it changes the table in
 * place, and trusts the log.
 */
export function mutableFold(events) {
  const fold = new MutableFold()
  for (const event of events) fold.apply(event)
  return fold.snapshot()
}

export class MutableFold {
  #seq = 0
  #time = 0
  #peers = new Map()

  apply(event) {
    const {type, address, time} = event
    switch (type) {
      case 'connecting': {
        const peer = {state: 'connecting', hubBirth: time, hubUpdated: time, ...event.data}
        if (event.key !== undefined) peer.key = event.key
        this.#peers.set(address, peer)
        break
      }
      case 'connected': {
        let peer = this.#peers.get(address)
        if (!peer) {
          peer = {state: 'connected', hubBirth: time, hubUpdated: time}
          this.#peers.set(address, peer)
        }
        if (event.data !== undefined) Object.assign(peer, event.data)
        if (event.key !== undefined) peer.key = event.key
        if (event.inferredType !== undefined) peer.inferredType = event.inferredType
        peer.inbound = event.inbound
        peer.state = 'connected'
        peer.hubUpdated = time
        break
      }
      case 'updated': {
        const peer = this.#peers.get(address)
        if (event.data !== undefined) Object.assign(peer, event.data)
        if (event.key !== undefined) peer.key = event.key
        peer.hubUpdated = time
        break
      }
      case 'disconnecting':
      case 'disconnecting-failed': {
        const peer = this.#peers.get(address)
        peer.state = type === 'disconnecting' ? 'disconnecting' : 'connected'
        peer.hubUpdated = time
        break
      }
      case 'connecting-failed':
      case 'disconnected':
        this.#peers.delete(address)
        break
    }
    this.#seq = event.seq
    this.#time = time
  }

  snapshot() {
    return {seq: this.#seq, time: this.#time, entries: [...this.#peers]}
  }
}
