import type {Disconnected, Disconnecting, DisconnectingFailed, Recorded, Released} from '../../events'
import type {RecordedClose, RecordedLink} from './recorded'

/** A disconnect in the log: it tells how long each link of the entry took to close. */
export class RecordedClosing {
  readonly #begin: Recorded<Disconnecting>
  readonly #announced: RecordedLink | undefined
  /** The others that the hub closes, and that have not answered, by their numbers. */
  readonly #reserve: Map<number, RecordedLink>
  /** The event by which it failed. */
  #failure: Recorded<DisconnectingFailed> | undefined
  /** Whether there are no others. */
  readonly #isAlone: boolean

  constructor(
    begin: Recorded<Disconnecting>,
    announced: RecordedLink | undefined,
    reserve: ReadonlyMap<number, RecordedLink>,
  ) {
    this.#begin = begin
    this.#announced = announced
    this.#reserve = new Map(reserve)
    this.#isAlone = reserve.size === 0
  }

  /** A link in reserve closed. Returns whether the hub had closed it. */
  released(event: Recorded<Released>, order: number): boolean {
    const link = this.#reserve.get(event.link)
    if (!link) return false
    this.#reserve.delete(event.link)
    link.closes.push(this.#answer(event, order))
    return true
  }

  /** The entry ended: the announced link had closed. */
  ended(event: Recorded<Disconnected>, order: number): void {
    this.#announced?.closes.push(this.#answer(event, order))
  }

  /**
   * Links did not close, all that are left, so far as is known: the last of them by the time of the event, the others at
   * once. Where it was a time-out of the hub's, there was no answer.
   */
  failed(event: Recorded<DisconnectingFailed>, order: number): void {
    const {error} = event
    this.#failure = event
    const links = [...this.#all()]
    for (const link of links) {
      const answer = this.#answer(event, order)
      if (error.code === 'ERR_CLOSE_TIMEOUT') link.closes.push({...answer, took: undefined})
      else if (link === links[links.length - 1]) link.closes.push({...answer, error})
      else link.closes.push({...answer, error, took: 0, isSync: true})
    }
  }

  /** After it failed: the entry ended. Returns whether that was because the announced link was closed by then. */
  didClose({during}: Recorded<Disconnected>): boolean {
    const link = this.#announced
    if (during === undefined || during !== this.#failure?.seq || !link) return false
    const answer = link.closes.pop()
    if (!answer) return false
    // Whether it was this close that failed, or that of another link, is not told.
    const first = this.#isAlone ? {} : {took: 0, isSync: true}
    link.closes.push({...answer, ...first, took: first.took ?? answer.took ?? 0, dies: true})
    return true
  }

  /** A reset came, or the log ended: nobody knows whether the links would have closed. */
  cutOff(order: number): void {
    if (this.#failure !== undefined) return
    for (const link of this.#all())
      link.closes.push({since: this.#begin.time, took: undefined, order, isSync: false})
  }

  *#all(): Generator<RecordedLink, void> {
    if (this.#announced) yield this.#announced
    yield* this.#reserve.values()
  }

  #answer({time, during}: Recorded, order: number): RecordedClose {
    const since = this.#begin.time
    return {since, took: Math.max(0, time - since), order, isSync: during === this.#begin.seq}
  }
}
