import type {Caller} from '../commands/caller'
import {Commands} from '../commands/commands'
import {decide} from '../commands/decide'
import type {AnyRpc} from '../connections/rpc'
import type {Session} from '../connections/session'
import type {Metadata} from '../entry'
import {Deferred} from '../util/deferred'
import {keyOf} from '../values/address'
import {ConnHubError} from '../values/errors'
import {claimedKey} from '../values/metadata'
import type {Causes} from './claims'
import {RecordedAttempt} from './recorded-attempt'
import type {Candidates} from './recorded-calls'
import type {ReplayState} from './replay-state'

/**
 * The commands of callers in a replay. Each first looks for its event in the recording, and what lies between is told;
 * then the commands of a live hub do the rest, and what they dispatch is the event that was recorded.
 */
export class ReplayCommands {
  readonly #state: ReplayState
  readonly #commands: Commands

  constructor(state: ReplayState) {
    this.#state = state
    this.#commands = new Commands(state.context)
  }

  async connect(address: string, data: Metadata | undefined, caller: Caller): Promise<false | AnyRpc> {
    const {context, outcomes, standIns} = this.#state
    const key = keyOf(address) ?? claimedKey(data)
    if (key !== undefined && key === context.stack.id) return false
    const causes = connectCauses(address, data, outcomes.session(address))
    const {answer, divergence, isHandled} = this.#state.claim(address, ...causes)
    const session = outcomes.session(address)
    if (answer instanceof RecordedAttempt && session?.attempt !== answer) {
      return standIns.given(await (answer.outcome ?? caller.ask(answer, () => {})))
    }
    const state = context.peers.get(address)?.state
    // A call that is not in the recording has no answer there.
    if (isHandled && !state) throw divergence ?? new ConnHubError('ERR_CALLED_OFF')
    if (session && state === 'connected') outcomes.announced(session)
    const rpc = await this.#commands.connect(address, isHandled ? undefined : data, caller)
    return rpc && standIns.given(rpc)
  }

  async disconnect(address: string): Promise<boolean> {
    const {answer, isHandled} = this.#state.claim(address, (peer) =>
      decide({type: 'disconnect', address}, peer),
    )
    const session = this.#state.outcomes.session(address)
    if (!isHandled) return this.#commands.disconnect(address)
    const closing = answer instanceof Deferred ? answer : session?.closing?.deferred
    return closing ? closing.promise : false
  }

  update(address: string, data: Metadata | undefined): boolean {
    const {isHandled} = this.#state.claim(address, (peer) => decide({type: 'update', address, data}, peer))
    return this.#commands.update(address, isHandled ? undefined : data)
  }
}

/**
 * What a connect() causes. Metadata that waits for the next attempt, or is kept for it where a link is left, may have
 * gone into it: the recording tells whether.
 */
function connectCauses(
  address: string,
  data: Metadata | undefined,
  session: Session | undefined,
): Candidates {
  const {kept, waiting} = session ?? {}
  const causesWith =
    (carried: Metadata | undefined): Causes =>
    (peer) =>
      decide({type: 'connect', address, data: peer ? data : carried, attempt: 0}, peer)
  const carried =
    kept || waiting
      ? [
          {...waiting?.data, ...data},
          {...waiting?.data, ...kept, ...data},
        ]
      : []
  return [causesWith(data), ...carried.map(causesWith)]
}
