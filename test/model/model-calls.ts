import type {FakeRpc} from '../kit/fake-stack'
import {ModelRpcs} from './model-rpcs'
import type {Data} from './model-table'

export type Outcome = {readonly value: unknown} | {readonly error: unknown}
export type Settle = (outcome: Outcome) => void

/** What is used of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
}

/** One call of connect(). */
export interface Call {
  readonly address: string
  readonly data: Data
  readonly settle: Settle
  /** Nobody can change its outcome any more. */
  settled: boolean
  /** What awaits its return, while it is under way. */
  returns?: (() => void)[] | undefined
}

interface Answered {
  readonly call: Call
  readonly rpc: FakeRpc
  /** By a disconnect(), reset() or close() that came before its promise settled. */
  calledOff: boolean
}

export const failure = (code: string) => ({error: {code}})

export function answerAll(answers: readonly Settle[] | undefined, outcome: Outcome): void {
  for (const settle of answers ?? []) settle(outcome)
}

/** The calls of connect(), from their answer until their promises settle. */
export abstract class ModelCalls extends ModelRpcs {
  /** What happens by itself at the end of the tick, in order. */
  protected readonly atEndOfTick: (() => void)[] = []
  #answered: Answered[] = []

  /** Looks whether the links of an entry live. */
  protected abstract look(address: string): void

  /** Does what a call wants of an entry, in whatever state that is. */
  protected abstract goOn(call: Call): void

  /** All that happens without time passing has happened. */
  endOfTick(): void {
    for (let next = this.atEndOfTick.shift(); next; next = this.atEndOfTick.shift()) next()
  }

  protected reject(calls: readonly Call[] | undefined, error: unknown): void {
    for (const call of calls ?? []) this.settleCall(call, {error})
  }

  protected settleCall(call: Call, outcome: Outcome): void {
    if (call.settled) return
    call.settled = true
    call.settle(outcome)
  }

  /**
   * With an rpc that lives. Returns what lets their promises settle, when the readers were told; then the rpc is
   * looked at again.
   */
  protected answer(calls: readonly Call[], rpc: FakeRpc): () => void {
    const all = calls.map((call) => ({call, rpc, calledOff: false}))
    this.#answered.push(...all)
    return () => {
      // Not promised: in which order. Who is answered before its call has returned awaits that first.
      for (const one of all) (one.call.returns ?? this.atEndOfTick).push(() => this.#settle(one))
    }
  }

  protected underway(call: Call, work: () => void): void {
    call.returns = []
    work()
    this.atEndOfTick.push(...call.returns)
    call.returns = undefined
  }

  #settle(answered: Answered): void {
    const {call, rpc} = answered
    if (rpc.closed && !call.settled) this.look(call.address)
    this.#answered = this.#answered.filter((other) => other !== answered)
    if (!rpc.closed) this.settleCall(call, {value: rpc})
    // Not promised: who is told to end a connection does not begin another.
    else if (answered.calledOff) this.settleCall(call, failure('ERR_CALLED_OFF'))
    else if (!call.settled) this.underway(call, () => this.goOn(call))
  }

  /** Those that are answered, but do not know it yet: at this address, or everywhere. */
  protected callOffAnswered(address?: string): void {
    for (const one of this.#answered) {
      if (address === undefined || one.call.address === address) one.calledOff = true
    }
  }
}
