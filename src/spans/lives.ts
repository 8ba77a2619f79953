import type {Address, Metadata, Peer, State} from '../entry'
import type {Connected, Connecting, Disconnecting, PeerEvent, Recorded} from '../events'
import {keyOf} from '../values/address'
import type {Ending, Life, LifeDraft, Origin} from './life'
import {connectedAt} from './life'
import type {Beginning} from './life-of'
import {beginLife, originOf, outcomeOf} from './life-of'
import type {PeerRecord, PeerSpans} from './peers'
import {add, Peers} from './peers'
import type {Presence} from './presence'
import type {Reserves} from './reserves'

/** A connection that is shorter, in ms, and that we did not end, is a flap. */
export const flapTime = 60_000

/** A life that goes on. */
export interface Open {
  readonly life: LifeDraft
  peer: PeerRecord
  state: State
}

/** What `Lives` keeps. */
export interface Kept {
  readonly keep: boolean
  readonly tables: boolean
  readonly onEnd: (life: Life, peer: PeerSpans) => void
}

/** Writes down the lives of entries, each for its peer. */
export class Lives {
  readonly peers = new Peers()
  readonly open = new Map<Address, Open>()
  readonly #presence: Presence
  readonly #reserves: Reserves
  readonly #kept: Kept
  #count = 0

  constructor(presence: Presence, reserves: Reserves, kept: Kept) {
    this.#presence = presence
    this.#reserves = reserves
    this.#kept = kept
  }

  dial(event: Recorded<Connecting>, run: number): void {
    const open = this.#birth(event, run, 'dial')
    open.life.attempt = event.attempt
    open.peer.attempts++
    nameBy(open.peer, event.data)
    this.enter(open, 'connecting', event)
  }

  connect(present: Open | undefined, event: Recorded<Connected>, run: number): void {
    const open = present ?? this.#birth(event, run, originOf(event))
    const {life} = open
    const {key, attempt, link, inbound, inferredType, time} = event
    if (key !== undefined) this.#prove(open, key)
    life.attempt ??= attempt
    life.link = link
    life.inbound = inbound
    life.inferredType = inferredType
    const {peer} = open
    if (inbound) peer.inbound++
    else peer.outbound++
    if (life.origin === 'reserve') peer.handOvers++
    nameBy(peer, event.data)
    this.enter(open, 'connected', event)
    this.#presence.connected(time)
  }

  update({life, peer}: Open, event: Recorded<PeerEvent> & {readonly data?: Metadata | undefined}): void {
    life.updates++
    life.steps?.push(event)
    nameBy(peer, event.data)
  }

  hangUp(open: Open, event: Recorded<Disconnecting>): void {
    const {seq, time, cause, attempt, reason, error, during} = event
    // It may become connected all the same, by a link that cannot be closed.
    if (attempt !== undefined) add(open.peer.calledOff, reason ?? 'unknown')
    open.life.closing = {seq, time, cause, reason, error, during}
    this.enter(open, 'disconnecting', event)
  }

  /** A life goes on in another state. */
  enter(open: Open, state: State, event: Recorded<PeerEvent>): void {
    const {seq, time} = event
    const {life} = open
    const span = {state, seq, start: time}
    life.spans.push(event.type === 'disconnecting-failed' ? {...span, error: event.error} : span)
    life.steps?.push(event)
    this.#setState(open, state, time)
  }

  end(open: Open, ending: Ending): void {
    const {life, peer, state} = open
    const {address, origin} = life
    const outcome = outcomeOf(life, ending)
    life.end = ending
    life.outcome = outcome
    this.open.delete(address)
    this.#setState(open, undefined, ending.time)
    if (outcome === 'failed') {
      add(peer.failures, String(ending.error?.code ?? 'none'))
      this.#presence.failed(ending.time)
    }
    // Where a link waits in reserve, it takes over: nothing was lost.
    const isLost = outcome === 'ended' && state === 'connected' && !this.#reserves.isAt(address)
    if (isLost && origin !== 'before' && ending.time - (connectedAt(life) ?? 0) < flapTime) peer.flaps++
    this.#kept.onEnd(life, peer)
  }

  /** What a checkpoint has of an entry. The entry is the same as before where it came to be at the same time. */
  meet(address: Address, peer: Readonly<Peer>, seq: number, time: number, run: number): void {
    const {state, key, inbound, inferredType, hubBirth, name} = peer
    const known = this.open.get(address)
    const open = known ?? this.#birth({address, key, seq, time}, run, 'before')
    const {life} = open
    if (!known) life.birth = hubBirth
    if (key !== undefined && state !== 'connecting') this.#prove(open, key)
    else this.know(open, key)
    life.inbound = inbound
    life.inferredType = inferredType
    if (typeof name === 'string') open.peer.name = name
    life.steps?.push({seq, peer})
    if (known?.state === state) return
    life.spans.push({state, seq, start: time})
    this.#setState(open, state, time)
  }

  /** The key of an entry, which may be claimed only. */
  know(open: Open, key: string | undefined): void {
    const {life} = open
    if (key === undefined || key === life.key) return
    life.key = key
    this.#move(open, () => this.peers.of(life.address, key, life.start))
  }

  /** Who is connected has proven its key. */
  #prove(open: Open, key: string): void {
    const {life} = open
    const {address, start} = life
    if (tellsKey(address, key)) return this.know(open, key)
    life.key = key
    this.#move(open, () => this.peers.found(address, key, start))
  }

  #birth(event: Beginning, run: number, origin: Origin): Open {
    const {address, key, time} = event
    const life = beginLife(event, {
      index: this.#count++,
      run,
      origin,
      steps: this.#kept.tables ? [] : undefined,
    })
    const open: Open = {life, peer: this.peers.of(address, key, time), state: 'connecting'}
    this.open.set(address, open)
    open.peer.size++
    if (this.#kept.keep) open.peer.lives.push(life)
    return open
  }

  /** `undefined`: it is gone. */
  #setState(open: Open, state: State | undefined, time: number): void {
    const {peer} = open
    const was = open.state === 'connected'
    const is = state === 'connected'
    if (state) open.state = state
    if (was === is) return
    peer.connected += is ? 1 : -1
    if (is && peer.connected === 1) {
      peer.since = time
      peer.seen = undefined
      this.#presence.change(1, time)
    } else if (was && peer.connected === 0) {
      peer.uptime += Math.max(0, time - (peer.since ?? time))
      peer.since = undefined
      peer.seen = time
      this.#presence.change(-1, time)
    }
  }

  /** A life may be that of another peer than it seemed to be. */
  #move(open: Open, peerOf: () => PeerRecord): void {
    const {life, peer: from, state} = open
    const time = this.#presence.time ?? life.start
    this.#setState(open, undefined, time)
    open.state = 'connecting'
    const to = peerOf()
    open.peer = to
    // One that was absorbed has nothing any more.
    if (from !== to && from.size > 0) this.#handOver(life, from, to)
    this.#setState(open, state, time)
  }

  #handOver(life: LifeDraft, from: PeerRecord, to: PeerRecord): void {
    const attempts = life.origin === 'dial' ? 1 : 0
    from.size--
    from.attempts -= attempts
    to.size++
    to.attempts += attempts
    to.first = Math.min(to.first, life.start)
    if (this.#kept.keep) {
      from.lives.splice(from.lives.lastIndexOf(life), 1)
      to.lives.push(life)
      to.lives.sort((a, b) => a.index - b.index)
    }
    if (from.size === 0) this.peers.drop(from)
  }
}

function nameBy(peer: PeerRecord, data: Metadata | undefined): void {
  if (data && typeof data.name === 'string') peer.name = data.name
}

/** Whether the address has a key of its own. Most have this one, which is found faster than any. */
function tellsKey(address: Address, key: string): boolean {
  return address.includes(key.slice(1, 44)) || keyOf(address) !== undefined
}
