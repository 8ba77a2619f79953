/**
 * A second, naive hub: the promises of the hub told once more, slowly and obviously, with plain arrays.
 * It shares nothing with the hub but the stack and the clock that a test gives to either. What follows
 * from no promise, but is how the hub does it, has a comment that begins with "Not promised".
 */
import {type FakeStack, ourKey} from '../kit/fake-stack'
import {answerAll, type Call, failure, type Settle, type Signal} from './model-calls'
import {ModelClosing} from './model-closing'
import type {Attempt, Place} from './model-links'
import {type Data, isAddress, keyOf, type Row, takenIn} from './model-table'
import {nothing} from './model-telling'
import type {SteadyClock} from './steady-clock'

export class Model extends ModelClosing {
  #closed = false

  constructor(
    stack: FakeStack,
    clock: SteadyClock,
    closeTimeout: number,
    surface: (error: unknown) => void = nothing,
  ) {
    super(stack, clock, surface, closeTimeout)
  }

  connect(address: unknown, given: unknown, signal: Signal | undefined, settle: Settle): void {
    if (this.#closed) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const data = takenIn(given)
    if (!data) return settle(failure('ERR_INVALID_DATA'))
    if (signal?.aborted) return settle({error: signal.reason})
    // Not promised: a claim to be us counts also where an entry without a key in its address has one by now.
    if ((keyOf(address) ?? data.key) === ourKey) return settle({value: false})
    const call: Call = {address, data, settle, settled: false}
    signal?.addEventListener('abort', () => this.#abort(call, signal.reason))
    this.look(address)
    if (call.settled) return
    const isThere = this.getState(address) !== undefined
    this.underway(call, () => this.goOn(call))
    if (isThere) this.#merge(address, data)
  }

  protected override goOn(call: Call): void {
    const {address, data} = call
    if (this.#closed) return this.settleCall(call, failure('ERR_CALLED_OFF'))
    const place = this.placeAt(address)
    const {announced, attempt} = place
    const state = this.getState(address)
    if (state === undefined) return this.begin(place, [call], data)
    if (state === 'connecting') attempt?.calls.push(call)
    else if (state === 'connected' && announced && place.links.includes(announced)) {
      this.answer([call], announced.rpc)()
    } else {
      // It is being closed, or its disconnect has failed and left no link: it will end.
      place.waiting ??= {calls: [], data: {}}
      place.waiting.calls.push(call)
      place.waiting.data = {...place.waiting.data, ...data}
    }
  }

  /** The call asks no more. An attempt that nobody asks for is called off. */
  #abort(call: Call, reason: unknown): void {
    if (call.settled) return
    this.settleCall(call, {error: reason})
    const isGivenUp = (calls: readonly Call[] | undefined) =>
      calls?.includes(call) && calls.every(({settled}) => settled)
    for (const place of this.places) {
      const {attempt, waiting} = place
      if (attempt && !attempt.answered && isGivenUp(attempt.calls)) {
        this.#giveUp(place)
      }
      if (isGivenUp(waiting?.calls)) place.waiting = undefined
    }
  }

  /** Not promised: a link that waits for the dial is announced then, and not closed. */
  #giveUp(place: Place): void {
    this.loseClosed(place)
    const inbound = this.nextOf(place)
    if (inbound) return this.connected(place, inbound)
    place.attempt = undefined
    this.hangUp(place, nothing, nothing)
  }

  disconnect(address: unknown, settle: Settle): void {
    if (this.ended) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const place = this.placeAt(address)
    const {attempt, waiting} = place
    place.waiting = undefined
    this.reject(waiting?.calls, {code: 'ERR_CALLED_OFF'})
    this.callOffAnswered(address)
    const state = this.getState(address)
    if (state === undefined) return settle({value: false})
    if (state === 'disconnecting') {
      place.closing?.answers.push(settle)
      return
    }
    place.attempt = undefined
    this.hangUp(place, settle, () => this.#callOff(attempt))
  }

  update(address: unknown, given: unknown): boolean {
    this.#mustAnswerFor(address)
    const data = takenIn(given)
    if (!data) throw {code: 'ERR_INVALID_DATA'}
    if (!this.table.get(address)) return false
    this.#merge(address, data)
    return true
  }

  reset(): void {
    // Not promised: it does nothing either in a reader of the last events.
    if (this.#closed) return
    let settle = nothing
    this.together(() => {
      settle = this.#endAll()
    })
    settle()
  }

  close(): void {
    if (this.#closed) return
    this.together(() => {
      this.#endAll()()
      this.#closed = true
      this.stack.removeListener('rpc:connect', this.announced)
      this.dispatchSilently(() => this.endReaders())
    })
  }

  getState(address: unknown): unknown {
    this.#mustAnswerFor(address)
    return this.table.get(address)?.state
  }

  entries(): readonly Row[] {
    this.#mustAnswer()
    return this.table.rows()
  }

  #mustAnswer(): void {
    if (this.ended) throw {code: 'ERR_CLOSED'}
  }

  #mustAnswerFor(address: unknown): asserts address is string {
    this.#mustAnswer()
    if (!isAddress(address)) throw {code: 'ERR_INVALID_ADDRESS'}
  }

  #merge(address: string, data: Data): void {
    const left = this.table.left(address, data)
    if (Object.keys(left).length > 0) this.dispatch('updated', address, {data: left})
  }

  #callOff(attempt: Attempt | undefined): void {
    if (attempt && !attempt.answered) this.reject(attempt.calls, {code: 'ERR_CALLED_OFF'})
  }

  /** All of a reset that happens before anybody is told. Returns what settles the promises. */
  #endAll(): () => void {
    const {places} = this
    this.places = []
    // Not promised: in which order they are closed.
    const links = places.flatMap((place) => place.links).sort((a, b) => a.index - b.index)
    const rpcs = this.allWith(links.map(({rpc}) => rpc))
    for (const rpc of rpcs) this.forbid(rpc)
    this.unclaimed = []
    this.callOffAnswered()
    this.dispatchSilently(() => {
      for (const rpc of rpcs) this.closeForGood(rpc)
    })
    for (const [address, {state}] of this.table.rows()) {
      if (state !== 'disconnecting') this.dispatch('disconnecting', address)
      this.dispatch('disconnected', address)
    }
    const settling = places.map((place) => this.#leave(place))
    return () => {
      for (const settle of settling) settle()
    }
  }

  /** What was live there is nothing to anybody any more. Returns what settles the promises. */
  #leave(place: Place): () => void {
    const {attempt, closing, waiting} = place
    for (const {timer} of closing?.links ?? []) this.clock.clearTimeout(timer)
    this.waitNoMore(place)
    place.links = []
    place.attempt = undefined
    place.closing = undefined
    return () => {
      this.#callOff(attempt)
      this.reject(waiting?.calls, {code: 'ERR_CALLED_OFF'})
      answerAll(closing?.answers, {value: true})
    }
  }
}
