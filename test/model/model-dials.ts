import {type FakeRpc, ourKey} from '../kit/fake-stack'
import type {Call} from './model-calls'
import {type Attempt, ModelLinks, type Place} from './model-links'
import type {Data} from './model-table'
import {whenRejected} from './world-stack'

/** Attempts, from connect() to what comes of their dials. */
export abstract class ModelDials extends ModelLinks {
  protected override begin(place: Place, more: Call[], data: Data): void {
    const {waiting, kept} = place
    place.waiting = undefined
    place.kept = undefined
    const attempt: Attempt = {calls: [...(waiting?.calls ?? []), ...more], answered: false, over: false}
    place.attempt = attempt
    this.dispatch('connecting', place.address, {
      // Not promised: what was kept for an entry that comes again is for the one that a reader begins before that.
      data: {...waiting?.data, ...kept, ...data},
      effect: () => this.#dial(place, attempt),
    })
  }

  #dial(place: Place, attempt: Attempt): void {
    if (place.attempt !== attempt) return
    if (attempt.answered) {
      // A link was there before we dialled.
      place.attempt = undefined
      return
    }
    try {
      const returned: unknown = this.stack.connect(place.address, (error, rpc) => {
        if (error) this.#dialFailed(place, attempt, error)
        else if (!rpc) this.#dialFailed(place, attempt, {code: 'ERR_NO_RPC'})
        else this.#calledBack(place, attempt, rpc as FakeRpc)
      })
      whenRejected(returned, (error) => this.atEndOfTick.push(() => this.#dialFailed(place, attempt, error)))
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
    this.loseClosed(place)
    if (place.attempt !== attempt) return
    if (attempt.answered) {
      place.attempt = undefined
      return
    }
    const inbound = this.nextOf(place)
    if (inbound) return this.connected(place, inbound)
    place.attempt = undefined
    this.dispatch('connecting-failed', place.address, {
      details: error,
      settle: () => this.reject(attempt.calls, error),
    })
  }

  #calledBack(place: Place, attempt: Attempt, rpc: FakeRpc): void {
    const seat = this.seatOf(rpc)
    if (attempt.over) {
      // A second answer. Not promised: what is nobody's link is closed.
      if (!seat) this.closeForGood(rpc)
      return
    }
    attempt.over = true
    this.claim(rpc)
    let isRefused = false
    this.together(() => {
      // It came late, and belongs to another entry, or to one whose attempt was called off; or it is dead by now.
      const isHere = seat?.place === place && place.attempt === attempt && !rpc.closed
      if (seat && !isHere) this.lose(seat.place, seat.link)
      const refusal = isHere ? undefined : this.#refusal(rpc, seat === undefined)
      isRefused = refusal !== undefined || place.attempt !== attempt
      if (isRefused) {
        this.forbid(rpc)
        return this.#fail(place, attempt, refusal)
      }
      if (!isHere) this.join(place, rpc, false)
      else if (seat.link.waits) this.connected(place, seat.link)
      if (place.attempt === attempt) place.attempt = undefined
    })
    if (isRefused) this.closeForGood(rpc)
  }

  /** Why an rpc that answers a dial cannot become a link. */
  #refusal(rpc: FakeRpc, isNew: boolean): {readonly code: string} | undefined {
    if (rpc.id === ourKey) return {code: 'ERR_SELF'}
    // What was taken in while the stack was ready stays.
    if (isNew && !this.stack.ready()) return {code: 'ERR_NOT_READY'}
    if (rpc.closed || this.isForbidden(rpc)) return {code: 'ERR_DEAD_ON_ARRIVAL'}
    return undefined
  }
}
