import type {Caller} from '../commands/caller'
import {decide} from '../commands/decide'
import type {AnyRpc} from '../connections/rpc'
import type {Metadata} from '../entry'
import type {Deferred} from '../util/deferred'
import {ConnHubError} from '../values/errors'
import type {RecordedAttempt} from './recorded-attempt'
import type {ReplayState} from './replay-state'

/**
 * The commands of callers in a replay, checked and marked: what each would cause is claimed of the recording, and
 * it is answered as it was answered then; one that causes nothing is answered from the state.
 */
export class ReplayCommands {
  readonly #state: ReplayState

  constructor(state: ReplayState) {
    this.#state = state
  }

  async connect(address: string, data: Metadata | undefined, caller: Caller): Promise<AnyRpc> {
    const {answers, divergences, peerStore} = this.#state
    const known = divergences.length
    const carried = {...answers.carried(address), ...data}
    const claimed = this.#state.claim(address, (peer) =>
      decide({type: 'connect', address, data: peer ? data : carried, attempt: 0}, peer),
    )
    if (claimed?.answer) return this.#ask(address, claimed.answer as RecordedAttempt, caller)
    const peer = peerStore.table.get(address)
    switch (peer?.state) {
      case 'connecting':
        return this.#ask(address, answers.attempt(address), caller)
      case 'connected':
        return answers.rpc(address, peer)
      case 'disconnecting':
        return this.#ask(address, answers.next(address, data), caller)
      case undefined:
        // A call that is not in the recording has no answer there.
        throw divergences[known] ?? new ConnHubError('ERR_CALLED_OFF')
    }
  }

  async disconnect(address: string): Promise<boolean> {
    const {answers, peerStore} = this.#state
    answers.callOffNext(address)
    const claimed = this.#state.claim(address, (peer) => decide({type: 'disconnect', address}, peer))
    if (claimed?.answer) return (claimed.answer as Deferred<true>).promise
    return peerStore.getState(address) === 'disconnecting' ? answers.closing(address).promise : false
  }

  update(address: string, data: Metadata | undefined): boolean {
    const claimed = this.#state.claim(address, (peer) => decide({type: 'update', address, data}, peer))
    return claimed !== undefined || this.#state.peerStore.table.get(address) !== undefined
  }

  /** When nobody asks any more, an attempt is called off as it was when it was recorded. */
  #ask(address: string, deferred: RecordedAttempt, caller: Caller): Promise<AnyRpc> {
    const {answers} = this.#state
    if (deferred.outcome) return deferred.outcome
    return caller.ask(deferred, () => {
      if (answers.isAttempt(address, deferred)) this.disconnect(address).catch(() => {})
      answers.dropNext(address, deferred)
    })
  }
}
