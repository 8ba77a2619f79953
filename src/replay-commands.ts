import type {Asker} from './asker'
import {decide} from './decide'
import {ConnHubError} from './errors'
import type {Metadata} from './events'
import type {Outcome} from './outcome'
import type {ReplayState} from './replay-state'
import type {Rpc} from './stack'

/**
 * The commands of callers in a replay, checked and marked: what each would cause is claimed of the recording, and
 * it is answered as it was answered then; one that causes nothing is answered from the state.
 */
export class ReplayCommands {
  readonly #state: ReplayState

  constructor(state: ReplayState) {
    this.#state = state
  }

  async connect(address: string, data: Metadata | undefined, asker: Asker): Promise<Rpc> {
    const {answers, divergences, ledger} = this.#state
    const known = divergences.length
    const carried = {...answers.carried(address), ...data}
    const claimed = this.#state.claim(address, (peer) =>
      decide({type: 'connect', address, data: peer ? data : carried, attempt: 0}, peer),
    )
    if (claimed?.answer) return this.#ask(address, claimed.answer as Outcome<Rpc>, asker)
    const peer = ledger.table.get(address)
    switch (peer?.state) {
      case 'connecting':
        return this.#ask(address, answers.attempt(address), asker)
      case 'connected':
        return answers.rpc(address, peer)
      case 'disconnecting':
        return this.#ask(address, answers.next(address, data), asker)
      case undefined:
        // A call that is not in the recording has no answer there.
        throw divergences[known] ?? new ConnHubError('ERR_CALLED_OFF')
    }
  }

  async disconnect(address: string): Promise<boolean> {
    const {answers, ledger} = this.#state
    answers.callOffNext(address)
    const claimed = this.#state.claim(address, (peer) => decide({type: 'disconnect', address}, peer))
    if (claimed?.answer) return (await claimed.answer.promise) as boolean
    return ledger.getState(address) === 'disconnecting' ? answers.closing(address).promise : false
  }

  update(address: string, data: Metadata | undefined): boolean {
    const claimed = this.#state.claim(address, (peer) => decide({type: 'update', address, data}, peer))
    return claimed !== undefined || this.#state.ledger.table.get(address) !== undefined
  }

  /** When nobody asks any more, an attempt is called off as it was when it was recorded. */
  #ask(address: string, outcome: Outcome<Rpc>, asker: Asker): Promise<Rpc> {
    const {answers} = this.#state
    return asker.ask(outcome, () => {
      if (answers.isAttempt(address, outcome)) this.disconnect(address).catch(() => {})
      answers.dropNext(address, outcome)
    })
  }
}
