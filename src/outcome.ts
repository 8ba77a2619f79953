/** A promise that somebody else settles. Nobody needs to be there when it rejects. */
export class Outcome<T> {
  /** How many callers want it. */
  askers = 0
  readonly promise: Promise<T>
  resolve!: (value: T) => void
  reject!: (error: unknown) => void

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.promise.catch(() => {})
  }
}
