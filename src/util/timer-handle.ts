/** What whoever sets a timer gets, where time is not that of the machine: as with Node's, nothing waits for it. */
export class TimerHandle {
  #hasRef = true

  ref(): this {
    this.#hasRef = true
    return this
  }

  unref(): this {
    this.#hasRef = false
    return this
  }

  /** What `ref()` and `unref()` said last. */
  hasRef(): boolean {
    return this.#hasRef
  }
}
