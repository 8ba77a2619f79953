import {Attempt} from '../connections/attempt'
import {Closing} from '../connections/closing'
import type {AnyRpc} from '../connections/rpc'
import type {Session} from '../connections/sessions'
import type {Context} from '../context'
import type {Metadata, State} from '../entry'
import type {PeerEvent} from '../events'
import {keyOf} from '../values/address'
import {ConnHubError} from '../values/errors'
import {claimedKey} from '../values/metadata'
import type {Caller} from './caller'
import {type Command, decide} from './decide'

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
  connect(address: string, data: Metadata | undefined, caller: Caller): false | AnyRpc | Promise<AnyRpc> {
    const {sessions, peers, stack} = this.#context
    const key = keyOf(address) ?? claimedKey(data)
    if (key !== undefined && key === stack.id) return false
    const session = sessions.open(address)
    const state = peers.get(address)?.state
    if (state === undefined) return this.#begin(session, data, caller)
    const joined = this.#join(session, state, data, caller)
    this.update(address, data)
    return joined
  }

  /** False: there was nothing to disconnect. */
  disconnect(address: string): boolean | Promise<true> {
    const {dispatch, sessions} = this.#context
    const session = sessions.get(address)
    if (!session) return false
    session.dropWaiting()?.deferred.reject(new ConnHubError('ERR_CALLED_OFF'))
    if (session.closing) return session.closing.deferred.promise
    const event = this.#decide({type: 'disconnect', address, attempt: session.openAttempt?.id})
    if (!event) return false
    const attempt = session.dropAttempt()
    const closing = new Closing(session.links)
    session.closing = closing
    const settle = attempt && (() => attempt.deferred.reject(new ConnHubError('ERR_CALLED_OFF')))
    dispatch(event, {closing, settle})
    return closing.deferred.promise
  }

  /** Whether there is such an entry. */
  update(address: string, data: Metadata | undefined): boolean {
    const isThere = this.#context.peers.get(address) !== undefined
    const event = this.#decide({type: 'update', address, data})
    if (event) this.#context.dispatch(event)
    return isThere
  }

  /** What a further connect() to an entry waits for. */
  #join(
    session: Session,
    state: State,
    data: Metadata | undefined,
    caller: Caller,
  ): AnyRpc | Promise<AnyRpc> {
    const [link] = session.links
    if (state === 'connected' && link) return link.rpc
    if (session.attempt) return this.#ask(session, session.attempt, caller)
    session.waiting ??= new Attempt(this.#context.sessions.nextId())
    session.waiting.carry(data)
    return this.#ask(session, session.waiting, caller)
  }

  #begin(session: Session, data: Metadata | undefined, caller: Caller): Promise<AnyRpc> {
    const attempt = session.dropWaiting() ?? new Attempt(this.#context.sessions.nextId())
    attempt.carry(session.kept)
    session.kept = undefined
    attempt.carry(data)
    session.attempt = attempt
    const {address} = session
    const event = this.#decide({type: 'connect', address, data: attempt.data, attempt: attempt.id})
    // Asked first: who joins it while readers are told of it may leave it again.
    const deferred = this.#ask(session, attempt, caller)
    if (event) this.#context.dispatch(event, {attempt})
    return deferred
  }

  #ask(session: Session, attempt: Attempt, caller: Caller): Promise<AnyRpc> {
    return caller.ask(attempt.deferred, () => {
      if (session.openAttempt === attempt) this.disconnect(session.address)
      if (session.waiting === attempt) session.dropWaiting()
    })
  }

  #decide(command: Command): PeerEvent | undefined {
    return decide(command, this.#context.peers.get(command.address))
  }
}
