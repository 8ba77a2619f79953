import {Closing} from '../connections/closing'
import type {Live} from '../connections/live'
import {WatchedRpc} from '../connections/rpc'
import type {Link, Session} from '../connections/session'
import type {Context} from '../context'
import type {Peer} from '../entry'
import type {Connected, DisconnectingFailed, PeerEvent, Recorded} from '../events'
import {ConnHubError, fromErrorRecord} from '../values/errors'
import {withoutOwnFields} from '../values/metadata'
import {RecordedAttempt} from './recorded-attempt'
import type {Recording} from './recording'
import type {StandIns} from './stand-in'

/**
 * What outcomes do to the sessions of a hub. Live, they come of the stack; here, they are the recorded events.
 *
 * The sessions are those of a live hub, and the commands of a live hub use them. So who waits for what, and is answered
 * by which event, is the same in both.
 */
export class RecordedOutcomes {
  readonly #context: Context
  readonly #recording: Recording
  readonly #standIns: StandIns

  constructor(context: Context, recording: Recording, standIns: StandIns) {
    this.#context = context
    this.#recording = recording
    this.#standIns = standIns
  }

  /** What is live of an address, if anything is. Where the replay has begun in the middle, it is made for the entry. */
  session(address: string): Session | undefined {
    const {peers, sessions} = this.#context
    const peer = peers.get(address)
    if (!peer) return sessions.get(address)
    const session = sessions.open(address)
    if (peer.state === 'connecting') session.attempt ??= new RecordedAttempt()
    if (peer.state === 'disconnecting') session.closing ??= new Closing([])
    return session
  }

  /** The announced link of an entry that has one. */
  announced(session: Session): Link {
    const {address} = session
    const event = this.#recording.latestConnected(address)
    return session.announced ?? this.#announce(session, this.#context.peers.get(address)?.key, event)
  }

  /**
   * An event of the recording is about to be applied: its session becomes what it became then.
   *
   * @param live what the command that has claimed the event sends along
   * @returns what is live beside the event, as far as it can be in a replay
   */
  beside(event: Recorded, live: Live): Live {
    if (event.type === 'reset') return {settle: this.#callOffAll()}
    if (event.type === 'closed') return live
    const before = this.#context.peers.get(event.address)
    const session = this.session(event.address) ?? this.#context.sessions.open(event.address)
    return this.#outcome(event, session, before, live)
  }

  /** Nothing that waits will be answered. */
  callOffAll(): void {
    this.#callOffAll()()
  }

  #outcome(
    event: Recorded<PeerEvent>,
    session: Session,
    before: Readonly<Peer> | undefined,
    live: Live,
  ): Live {
    switch (event.type) {
      case 'connecting':
        // Where a call has claimed it, its attempt is there already.
        session.attempt ??= session.dropWaiting() ?? new RecordedAttempt()
        session.kept = undefined
        return live
      case 'connecting-failed': {
        const {attempt} = session
        const error = fromErrorRecord(event.error)
        session.attempt = undefined
        return {error, settle: () => this.#settle(session, () => attempt?.reject(error))}
      }
      case 'connected':
        return this.#connected(event, session)
      case 'disconnecting': {
        // Where a call has claimed it, the attempt is dropped already, and there is a closing.
        const attempt = session.dropAttempt()
        session.closing ??= new Closing([])
        return {settle: live.settle ?? (() => attempt?.reject(new ConnHubError('ERR_CALLED_OFF')))}
      }
      case 'disconnecting-failed':
        return this.#disconnectingFailed(event, session)
      case 'disconnected':
        return this.#disconnected(session, before)
      case 'updated':
      case 'reserved':
      case 'released':
        return live
    }
  }

  #connected(event: Recorded<Connected>, session: Session): Live {
    const waiting = session.dropWaiting()
    const asked = session.attempt ?? waiting
    const link = this.#announce(session, event.key, event)
    session.attempt = undefined
    session.kept = undefined
    const fate = asked ? this.#fateOf(event) : undefined
    if (fate === 'goes on') session.waiting = asked
    return {
      rpc: this.#standIns.given(link.rpc),
      isClient: event.isClient,
      settle: () => {
        if (fate === 'stays') asked?.resolve(link.rpc)
        if (fate === 'is called off') asked?.reject(new ConnHubError('ERR_CALLED_OFF'))
      },
    }
  }

  #disconnectingFailed(event: Recorded<DisconnectingFailed>, session: Session): Live {
    const {closing} = session
    const error = fromErrorRecord(event.error)
    session.closing = undefined
    // Where the announced link did close, the end follows, and then the dial for those who wait.
    const next = this.#recording.nextOf(event.address)
    const stays = !(next?.type === 'disconnected' && next.cause === 'hub')
    return {
      error,
      settle: () => {
        closing?.deferred.reject(error)
        if (stays && session.waiting) session.dropWaiting()?.resolve(this.announced(session).rpc)
      },
    }
  }

  #disconnected(session: Session, before: Readonly<Peer> | undefined): Live {
    const {announced, closing} = session
    session.closing = undefined
    if (announced) session.remove(announced)
    // Where a link is left, the entry will come again with these; until its readers were told, a call may begin it.
    session.kept = withoutOwnFields(before)
    return {
      settle: () => {
        session.kept = undefined
        this.#settle(session, () => closing?.deferred.resolve(true))
      },
    }
  }

  /**
   * What becomes of those whom this event answers. Their promises settle when all is told that was applied at once: where
   * the connection had ended by then, the hub called them off, or went on to the next connection.
   */
  #fateOf(event: Recorded<Connected>): 'stays' | 'is called off' | 'goes on' {
    let isCalledOff = false
    let hasEnded = false
    for (const next of this.#recording.upcoming(event.address)) {
      if (hasEnded) return next.type === 'connecting' && next.cause === 'hub' ? 'goes on' : 'stays'
      if (next.type === 'disconnecting') isCalledOff = true
      if (next.type !== 'disconnected') continue
      if (this.#recording.isAtOnce(next, event)) return isCalledOff ? 'is called off' : 'goes on'
      if (isCalledOff) return 'stays'
      hasEnded = true
    }
    return 'stays'
  }

  #announce(session: Session, key: string | undefined, event: Recorded<Connected> | undefined): Link {
    const rpc = this.#standIns.make(key, event)
    const link: Link = {
      id: event?.link ?? 0,
      watched: new WatchedRpc(rpc),
      rpc,
      session,
      isReserved: false,
      announcedAt: event?.time ?? 0,
      older: undefined,
      newer: undefined,
      stopWaiting: undefined,
    }
    session.append(link)
    session.announced = link
    return link
  }

  #settle(session: Session, settle: () => void): void {
    settle()
    this.#context.sessions.release(session)
  }

  #callOffAll(): () => void {
    const taken = this.#context.sessions.takeAll()
    for (const session of taken) session.callOffs++
    const calledOff = new ConnHubError('ERR_CALLED_OFF')
    return () => {
      for (const session of taken) {
        session.dropAttempt()?.reject(calledOff)
        session.dropWaiting()?.reject(calledOff)
        session.closing?.deferred.resolve(true)
      }
    }
  }
}
