import type {Address} from '../entry'
import type {ReserveLink} from '../events'
import type {Ending, ReserveSpan} from './life'
import type {PeerRecord} from './peers'

type Draft = {-readonly [F in keyof ReserveSpan]: ReserveSpan[F]}

/** The links that wait in reserve now. It changes in place. */
export class Reserves {
  readonly #keep: boolean
  readonly #links = new Map<number, Draft>()
  readonly #counts = new Map<Address, number>()

  constructor(keep: boolean) {
    this.#keep = keep
  }

  begin(
    peer: PeerRecord,
    {address, link, inbound}: Omit<ReserveLink, 'key'>,
    run: number,
    seq: number,
    start: number,
  ): void {
    const reserve = {run, address, link, inbound, seq, start}
    this.#links.set(link, reserve)
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
    peer.size++
    if (this.#keep) peer.reserves.push(reserve)
  }

  end(link: number, ending: Ending): void {
    const reserve = this.#links.get(link)
    if (!reserve) return
    reserve.end = ending
    this.#links.delete(link)
    const left = (this.#counts.get(reserve.address) ?? 0) - 1
    if (left > 0) this.#counts.set(reserve.address, left)
    else this.#counts.delete(reserve.address)
  }

  /** Ends those of which this is true. */
  endAll(ending: Ending, isOver: (link: number) => boolean = () => true): void {
    for (const link of [...this.#links.keys()]) if (isOver(link)) this.end(link, ending)
  }

  has(link: number): boolean {
    return this.#links.has(link)
  }

  /** Whether a link waits at this address. */
  isAt(address: Address): boolean {
    return this.#counts.has(address)
  }
}
