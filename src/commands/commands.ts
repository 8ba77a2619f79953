import {Attempt} from '../connections/attempt'
import {Closing} from '../connections/closing'
import type {AnyRpc} from '../connections/rpc'
import {isClosed} from '../connections/rpc'
import type {Session} from '../connections/session'
import type {Context} from '../context'
import type {Metadata} from '../entry'
import type {Cause, PeerEvent} from '../events'
import {announceNewest, endClosedLinks} from '../outcomes/links'
import {keyOf} from '../values/address'
import {ConnHubError, toErrorRecord} from '../values/errors'
import {claimedKey} from '../values/metadata'
import type {Caller} from './caller'
import type {Command, Disconnect} from './decide'
import {connecting, decide} from './decide'

/**
 * The commands of callers, checked and copied: each is decided, what is live is made ready for it,
 * and the event that follows is dispatched.
 */
export class Commands {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** False: the address is our own. */
  async connect(address: string, data: Metadata | undefined, caller: Caller): Promise<false | AnyRpc> {
    const {sessions, stack} = this.#context
    const key = keyOf(address) ?? claimedKey(data)
    if (key !== undefined && key === stack.id) return false
    this.#look(address)
    // Readers were told of what it has found: they may have closed the hub, or aborted the signal.
    if (this.#context.isClosing) throw new ConnHubError('ERR_CLOSED')
    caller.assertNotStopped()
    const session = sessions.open(address)
    const {callOffs} = session
    session.callers++
    try {
      let rpc = await this.#ask(session, data, caller)
      caller.assertNotStopped()
      // The rpc may have closed between its event and now: then the call goes on, as on an entry that has ended.
      while (isClosed(rpc)) {
        this.#look(address)
        if (session.callOffs !== callOffs) throw new ConnHubError('ERR_CALLED_OFF')
        caller.assertNotStopped()
        rpc = await this.#askFor(session, data, caller, 'hub')
        caller.assertNotStopped()
      }
      return rpc
    } finally {
      session.callers--
      sessions.release(session)
    }
  }

  /** False: there was nothing to disconnect. */
  disconnect(address: string): boolean | Promise<true> {
    this.#context.readClock()
    const session = this.#context.sessions.get(address)
    if (!session) return false
    session.callOffs++
    return this.#disconnect(session)
  }

  /** Returns whether there is such an entry. */
  update(address: string, data: Metadata | undefined): boolean {
    this.#context.readClock()
    return this.#update(address, data)
  }

  /** Asks the rpcs of the entry and the clock, whose code may call the hub, before anything is decided. */
  #look(address: string): void {
    const {readClock, sessions} = this.#context
    const session = sessions.get(address)
    readClock()
    if (session) endClosedLinks(this.#context, session)
  }

  #ask(session: Session, data: Metadata | undefined, caller: Caller): AnyRpc | Promise<AnyRpc> {
    const isThere = this.#context.peers.get(session.address) !== undefined
    const answer = this.#askFor(session, data, caller, 'caller')
    if (isThere) this.#update(session.address, data)
    return answer
  }

  /** The rpc, or a promise of it. An attempt carries the metadata; #ask() merges it into an entry that is there. */
  #askFor(
    session: Session,
    data: Metadata | undefined,
    caller: Caller,
    cause: Cause,
  ): AnyRpc | Promise<AnyRpc> {
    const state = this.#context.peers.get(session.address)?.state
    if (state === undefined) return this.#begin(session, data, caller, cause)
    const {announced, attempt} = session
    if (state === 'connected' && announced) return announced.rpc
    if (attempt) return this.#wait(session, attempt, caller)
    session.waiting ??= new Attempt(this.#context.sessions.nextId())
    session.waiting.carry(data)
    return this.#wait(session, session.waiting, caller)
  }

  /** @param cause `hub` where a call goes on whose connection ended before it was answered */
  #begin(session: Session, data: Metadata | undefined, caller: Caller, cause: Cause): Promise<AnyRpc> {
    const attempt = session.dropWaiting() ?? new Attempt(this.#context.sessions.nextId())
    attempt.carry(session.kept)
    attempt.carry(data)
    session.kept = undefined
    session.attempt = attempt
    const {address} = session
    // The caller waits before the event is told: one of its readers may abort the signal of this caller.
    const answer = this.#wait(session, attempt, caller)
    this.#context.dispatch(connecting({address, data: attempt.data, attempt: attempt.id}, cause), {attempt})
    return answer
  }

  #wait(session: Session, attempt: Attempt, caller: Caller): Promise<AnyRpc> {
    return caller.ask(attempt, (reason) => this.#giveUp(session, attempt, reason))
  }

  /** Nobody waits for the attempt any more. A connection that is there already stays. */
  #giveUp(session: Session, attempt: Attempt, reason: unknown): void {
    const {readClock, sessions} = this.#context
    const error = toErrorRecord(reason)
    readClock()
    // toErrorRecord() has run code of the reason, which may have called connect().
    if (attempt.asking.size > 0) return
    if (session.waiting === attempt) session.dropWaiting()
    if (attempt.answered || !sessions.isCurrent(session, attempt)) return sessions.release(session)
    if (announceNewest(this.#context, session) || !sessions.isCurrent(session, attempt)) return
    this.#disconnect(session, {reason: 'signal', error})
  }

  #disconnect(session: Session, why: Pick<Disconnect, 'reason' | 'error'> = {}): boolean | Promise<true> {
    const {address} = session
    const calledOff = new ConnHubError('ERR_CALLED_OFF')
    session.dropWaiting()?.reject(calledOff)
    if (session.closing) return session.closing.deferred.promise
    const event = this.#decide({type: 'disconnect', address, attempt: session.openAttempt?.id, ...why})
    if (!event) return false
    const attempt = session.dropAttempt()
    const closing = new Closing(session.links)
    session.closing = closing
    this.#context.dispatch(event, {closing, settle: attempt && (() => attempt.reject(calledOff))})
    return closing.deferred.promise
  }

  #update(address: string, data: Metadata | undefined): boolean {
    const isThere = this.#context.peers.get(address) !== undefined
    const event = this.#decide({type: 'update', address, data})
    if (event) this.#context.dispatch(event)
    return isThere
  }

  #decide(command: Command): PeerEvent | undefined {
    return decide(command, this.#context.peers.get(command.address))
  }
}
