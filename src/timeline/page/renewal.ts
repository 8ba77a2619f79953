/** How often at most, in ms. */
const shortest = 100

/** Renews what is shown of a log that grows, now and then: it takes some twentieth of the time. */
export class Renewal {
  readonly #renew: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #next = 0

  constructor(renew: () => void) {
    this.#renew = renew
  }

  /** Something has changed. */
  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), Math.max(0, this.#next - performance.now()))
  }

  now(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const begun = performance.now()
    this.#renew()
    const ended = performance.now()
    this.#next = ended + Math.max(shortest, 20 * (ended - begun))
  }
}
