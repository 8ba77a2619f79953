import {VirtualClock} from '../kit/virtual-clock'

/** Virtual time of which it is known how much has passed, wherever the clock was set meanwhile. */
export class SteadyClock extends VirtualClock {
  readonly #start = this.now()
  #jumped = 0

  /** In ms. */
  get elapsed(): number {
    return this.now() - this.#start - this.#jumped
  }

  override jump(ms: number): void {
    this.#jumped += ms
    super.jump(ms)
  }
}
