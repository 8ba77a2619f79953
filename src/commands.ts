import type {Core} from '../effects/core'
import {keyOf} from './address'
import type {Asker} from './asker'
import {Closing} from './closing'
import {type Command, claimedKey, decide} from './decide'
import {ConnHubError} from './errors'
import type {Metadata, PeerEvent, State} from './events'
import {Attempt, type Holder} from './live'
import type {Rpc} from './stack'

/**
 * The commands of callers, checked and copied: each is decided, what is live is made ready for it,
 * and the event that follows is dispatched.
 */
export class Commands {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** False: the address is our own. */
  connect(address: string, data: Metadata | undefined, asker: Asker): false | Rpc | Promise<Rpc> {
    const {holders, peers, stack} = this.#core
    const key = keyOf(address) ?? claimedKey(data)
    if (key !== undefined && key === stack.id) return false
    const holder = holders.open(address)
    const state = peers.get(address)?.state
    if (state === undefined) return this.#begin(holder, data, asker)
    const joined = this.#join(holder, state, data, asker)
    this.update(address, data)
    return joined
  }

  /** False: there was nothing to disconnect. */
  disconnect(address: string): boolean | Promise<true> {
    const {dispatch, holders} = this.#core
    const holder = holders.get(address)
    if (!holder) return false
    holder.dropWaiting()?.outcome.reject(new ConnHubError('ERR_CALLED_OFF'))
    if (holder.closing) return holder.closing.outcome.promise
    const event = this.#decide({type: 'disconnect', address, attempt: holder.openAttempt?.id})
    if (!event) return false
    const attempt = holder.dropAttempt()
    const closing = new Closing(holder.links)
    holder.closing = closing
    const settle = attempt && (() => attempt.outcome.reject(new ConnHubError('ERR_CALLED_OFF')))
    dispatch(event, {closing, settle})
    return closing.outcome.promise
  }

  /** Whether there is such an entry. */
  update(address: string, data: Metadata | undefined): boolean {
    const isThere = this.#core.peers.get(address) !== undefined
    const event = this.#decide({type: 'update', address, data})
    if (event) this.#core.dispatch(event)
    return isThere
  }

  /** What a further connect() to an entry waits for. */
  #join(holder: Holder, state: State, data: Metadata | undefined, asker: Asker): Rpc | Promise<Rpc> {
    const [link] = holder.links
    if (state === 'connected' && link) return link.rpc
    if (holder.attempt) return this.#ask(holder, holder.attempt, asker)
    holder.waiting ??= new Attempt(this.#core.holders.nextId())
    holder.waiting.carry(data)
    return this.#ask(holder, holder.waiting, asker)
  }

  #begin(holder: Holder, data: Metadata | undefined, asker: Asker): Promise<Rpc> {
    const attempt = holder.dropWaiting() ?? new Attempt(this.#core.holders.nextId())
    attempt.carry(holder.kept)
    holder.kept = undefined
    attempt.carry(data)
    holder.attempt = attempt
    const {address} = holder
    const event = this.#decide({type: 'connect', address, data: attempt.data, attempt: attempt.id})
    // Asked first: who joins it while readers are told of it may leave it again.
    const outcome = this.#ask(holder, attempt, asker)
    if (event) this.#core.dispatch(event, {attempt})
    return outcome
  }

  #ask(holder: Holder, attempt: Attempt, asker: Asker): Promise<Rpc> {
    return asker.ask(attempt.outcome, () => {
      if (holder.openAttempt === attempt) this.disconnect(holder.address)
      if (holder.waiting === attempt) holder.dropWaiting()
    })
  }

  #decide(command: Command): PeerEvent | undefined {
    return decide(command, this.#core.peers.get(command.address))
  }
}
