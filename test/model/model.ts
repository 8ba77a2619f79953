/**
 * A second, naive hub: the promises of the hub told once more, slowly and obviously, with plain arrays.
 * It shares nothing with the hub but the stack and the clock that a test gives to either. What follows
 * from no promise, but is how the hub does it, has a comment that begins with "Not promised".
 */
import {type FakeRpc, type FakeStack, ourKey} from '../kit/fake-stack'
import type {VirtualClock} from '../kit/virtual-clock'
import {type Attempt, answerAll, type Closing, ModelLinks, type Place, type Settle} from './model-links'
import {type Data, isAddress, keyOf, type Row, takenIn} from './model-table'

const failure = (code: string) => ({error: {code}})

export class Model extends ModelLinks {
  readonly #closeTimeout: number
  #closed = false

  constructor(stack: FakeStack, clock: VirtualClock, closeTimeout: number) {
    super(stack, clock)
    this.#closeTimeout = closeTimeout
  }

  connect(address: unknown, given: unknown, settle: Settle): void {
    if (this.#closed) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const data = takenIn(given)
    if (!data) return settle(failure('ERR_INVALID_DATA'))
    const place = this.placeAt(address)
    // Not promised: a claim to be us counts also where an entry without a key in its address has one by now.
    if ((keyOf(address) ?? data.key) === ourKey) return settle({value: false})
    const state = this.getState(address)
    const [link] = place.links
    if (state === undefined) return this.begin(place, [settle], data)
    if (state === 'connecting') place.attempt?.answers.push(settle)
    else if (state === 'connected' && link) settle({value: link.rpc})
    else {
      // It is being closed, or its disconnect has failed and left no link: it will end.
      place.waiting ??= {answers: [], data: {}}
      place.waiting.answers.push(settle)
      place.waiting.data = {...place.waiting.data, ...data}
    }
    this.#merge(address, data)
  }

  disconnect(address: unknown, settle: Settle): void {
    if (this.ended) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const place = this.placeAt(address)
    answerAll(place.waiting?.answers, failure('ERR_CALLED_OFF'))
    place.waiting = undefined
    const state = this.getState(address)
    if (state === undefined) return settle({value: false})
    if (state === 'disconnecting') {
      place.closing?.answers.push(settle)
      return
    }
    const {attempt} = place
    place.attempt = undefined
    const links = place.links.map((link) => ({link, answered: false, closed: false}))
    const closing: Closing = {links, answers: [settle], started: false, errors: []}
    place.closing = closing
    this.dispatch('disconnecting', address, {
      settle: () => callOff(attempt),
      effect: () => this.#hangUp(place, closing),
    })
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
    if (!this.#closed) this.together(() => this.#endAll())
  }

  close(): void {
    if (this.#closed) return
    this.together(() => {
      this.#endAll()
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

  // ---- Attempts ----

  protected override begin(place: Place, more: Settle[], data: Data): void {
    const {waiting, kept} = place
    place.waiting = undefined
    place.kept = undefined
    const attempt: Attempt = {answers: [...(waiting?.answers ?? []), ...more], answered: false, over: false}
    place.attempt = attempt
    this.dispatch('connecting', place.address, {
      // Not promised: what was kept for an entry that comes again is for the one that a reader begins before that.
      data: {...kept, ...waiting?.data, ...data},
      effect: () => this.#dial(place, attempt),
    })
  }

  #dial(place: Place, attempt: Attempt): void {
    if (place.attempt !== attempt) return
    if (attempt.answered) {
      // They connected to us before we dialled.
      place.attempt = undefined
      return
    }
    try {
      this.stack.connect(place.address, (error, rpc) => {
        if (error) this.#dialFailed(place, attempt, error)
        else if (!rpc) this.#dialFailed(place, attempt, {code: 'ERR_NO_RPC'})
        else this.#calledBack(place, attempt, rpc as FakeRpc)
      })
    } catch (error) {
      this.#dialFailed(place, attempt, error)
    }
  }

  #dialFailed(place: Place, attempt: Attempt, error: unknown): void {
    if (attempt.over) return
    attempt.over = true
    this.#fail(place, attempt, error)
  }

  #fail(place: Place, attempt: Attempt, error: unknown): void {
    if (place.attempt !== attempt) return
    place.attempt = undefined
    if (attempt.answered) return
    this.dispatch('connecting-failed', place.address, {
      details: error,
      settle: () => answerAll(attempt.answers, {error}),
    })
  }

  #calledBack(place: Place, attempt: Attempt, rpc: FakeRpc): void {
    const seat = this.placeOf(rpc)
    if (attempt.over) {
      // A second answer. Not promised: what is nobody's link is closed.
      if (!seat) this.closeForGood(rpc)
      return
    }
    attempt.over = true
    this.unclaimed = this.unclaimed.filter((other) => other !== rpc)
    this.together(() => {
      // It came late, and belongs to another entry, or to one whose attempt was called off.
      if (seat && (seat !== place || place.attempt !== attempt)) this.lose(seat, rpc)
      const refusal = seat === place ? undefined : this.#refusal(rpc, seat === undefined)
      if (refusal || place.attempt !== attempt) {
        this.closeForGood(rpc)
        return this.#fail(place, attempt, refusal)
      }
      if (seat !== place) this.join(place, rpc)
      if (place.attempt === attempt) place.attempt = undefined
    })
  }

  /** Why an rpc that answers a dial cannot become a link. */
  #refusal(rpc: FakeRpc, isNew: boolean): {readonly code: string} | undefined {
    if (rpc.id === ourKey) return {code: 'ERR_SELF'}
    // What was taken in while the stack was ready stays.
    if (isNew && !this.stack.ready()) return {code: 'ERR_NOT_READY'}
    if (rpc.closed || this.never.includes(rpc)) return {code: 'ERR_DEAD_ON_ARRIVAL'}
    return undefined
  }

  // ---- Closing ----

  #hangUp(place: Place, closing: Closing): void {
    if (place.closing !== closing) return
    for (const one of closing.links) {
      if (one.answered) continue
      const failed = (error: unknown) => {
        if (one.answered) return
        closing.errors.push(error)
        this.linkAnswered(place, closing, one)
      }
      one.timer = this.clock.setTimeout(() => failed({code: 'ERR_CLOSE_TIMEOUT'}), this.#closeTimeout)
      // Not promised: one that answers well after its time is a link that closed by itself.
      this.closeRpc(one.link.rpc, (closed, error) =>
        closed ? this.lose(place, one.link.rpc) : failed(error),
      )
    }
    closing.started = true
    this.#endIfAnswered(place, closing)
  }

  protected override linkAnswered(place: Place, closing: Closing, one: Closing['links'][number]): void {
    one.answered = true
    this.clock.clearTimeout(one.timer)
    this.#endIfAnswered(place, closing)
  }

  #endIfAnswered(place: Place, closing: Closing): void {
    if (place.closing !== closing || !closing.started) return
    if (!closing.links.every(({answered}) => answered)) return
    place.closing = undefined
    // Not promised: a close that failed has failed, also where its link dies before the others have answered.
    if (closing.errors.length === 0) {
      return this.end(place, () => answerAll(closing.answers, {value: true}))
    }
    const [error] = closing.errors
    this.dispatch('disconnecting-failed', place.address, {
      details: error,
      settle: () => answerAll(closing.answers, {error}),
      effect: () => this.#handOver(place),
    })
  }

  #handOver(place: Place): void {
    const {announced, waiting} = place
    if (!this.places.includes(place) || this.getState(place.address) !== 'connected') return
    if (!announced || !place.links.includes(announced)) return this.end(place)
    place.waiting = undefined
    answerAll(waiting?.answers, {value: announced.rpc})
  }

  // ---- Reset ----

  /** All of a reset that happens before anybody is told. */
  #endAll(): void {
    const {places} = this
    this.places = []
    const links = places.flatMap((place) => place.links)
    const peers = Object.entries(this.stack.peers).flatMap(([id, rpcs]) => (id === ourKey ? [] : rpcs))
    // Not promised: what the hub once closed and did not get closed is among these, also with our own id.
    const rpcs = new Set([...links.map(({rpc}) => rpc), ...this.unclaimed, ...peers, ...this.unclosed])
    for (const rpc of rpcs) this.forbid(rpc)
    this.dispatchSilently(() => {
      for (const rpc of rpcs) this.closeForGood(rpc)
    })
    for (const [address, {state}] of this.table.rows()) {
      const {attempt, closing} = places.find((place) => place.address === address) ?? {}
      for (const {timer} of closing?.links ?? []) this.clock.clearTimeout(timer)
      if (state !== 'disconnecting') {
        this.dispatch('disconnecting', address, {settle: () => callOff(attempt)})
      }
      this.dispatch('disconnected', address, {
        settle: () => answerAll(closing?.answers, {value: true}),
      })
    }
    for (const place of places) {
      answerAll(place.waiting?.answers, failure('ERR_CALLED_OFF'))
      place.links = []
      place.attempt = undefined
      place.closing = undefined
    }
  }
}

function callOff(attempt: Attempt | undefined): void {
  if (attempt && !attempt.answered) answerAll(attempt.answers, failure('ERR_CALLED_OFF'))
}
