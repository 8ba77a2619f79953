import type {FakeStack} from '../kit/fake-stack'
import {answerAll, type Settle} from './model-calls'
import {ModelDials} from './model-dials'
import type {Closing, Place} from './model-links'
import type {SteadyClock} from './steady-clock'

/** A disconnect, from its beginning until every link has answered. */
export abstract class ModelClosing extends ModelDials {
  readonly #closeTimeout: number

  constructor(stack: FakeStack, clock: SteadyClock, surface: (error: unknown) => void, closeTimeout: number) {
    super(stack, clock, surface)
    this.#closeTimeout = closeTimeout
  }

  /** Closes all links of the entry, those that wait for a dial, too. `settle` is for who asked for that dial. */
  protected hangUp(place: Place, answer: Settle, settle: () => void): void {
    const links = place.links.map((link) => ({link, answered: false}))
    const closing: Closing = {links, answers: [answer], started: false, errors: []}
    place.closing = closing
    this.waitNoMore(place)
    this.dispatch('disconnecting', place.address, {settle, effect: () => this.#closeLinks(place, closing)})
  }

  #closeLinks(place: Place, closing: Closing): void {
    if (place.closing !== closing) return
    for (const one of closing.links) {
      // Whoever hears one close may have reset all.
      if (place.closing !== closing) return
      if (one.answered) continue
      if (one.link.rpc.closed) {
        this.lose(place, one.link)
        continue
      }
      const failed = (error: unknown) => {
        if (one.answered) return
        closing.errors.push(error)
        this.linkAnswered(place, closing, one)
      }
      one.timer = this.clock.setTimeout(() => failed({code: 'ERR_CLOSE_TIMEOUT'}), this.#closeTimeout)
      // Not promised: one that answers well after its time is a link that closed by itself.
      this.closeRpc(one.link.rpc, (closed, error) => (closed ? this.lose(place, one.link) : failed(error)))
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
    this.loseClosed(place)
    const {announced, waiting} = place
    if (!this.places.includes(place) || this.getState(place.address) !== 'connected') return
    if (!announced || !place.links.includes(announced)) return this.end(place)
    place.waiting = undefined
    this.answer(waiting?.calls ?? [], announced.rpc)()
  }

  abstract getState(address: unknown): unknown
}
