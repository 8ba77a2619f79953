import {minutes, seconds} from './time'

/** What the scheduler has learned of one address. */
export class KnownPeer {
  readonly address: string
  failures = 0
  /** Before then, it is not dialled again. */
  retryAt = 0
  #since = 0
  readonly #duration = new Statistics()
  readonly #rtt = new Statistics()

  constructor(address: string) {
    this.address = address
  }

  connected(now: number): void {
    this.failures = 0
    this.#since = now
  }

  failed(now: number): void {
    this.failures++
    this.retryAt = now + seconds(10) * 2 ** Math.min(this.failures, 9)
    this.#duration.add(0)
  }

  disconnected(now: number): void {
    this.retryAt = now + minutes(1)
    this.#duration.add(now - this.#since)
  }

  pinged(rtt: number): void {
    this.#rtt.add(rtt)
  }

  /** As metadata for its entry: the scheduler's own objects, which go on changing, as those of `ssb-conn` do. */
  data(): object {
    return {failure: this.failures, duration: this.#duration, ping: {rtt: this.#rtt}}
  }
}

/** Running statistics, in the fields of the `statistics` package. */
class Statistics {
  mean = 0
  stdev = 0
  count = 0
  sum = 0
  sqsum = 0

  add(value: number): void {
    this.count++
    this.sum += value
    this.sqsum += value * value
    this.mean = this.sum / this.count
    this.stdev = Math.sqrt(Math.max(0, this.sqsum / this.count - this.mean ** 2))
  }
}
