import {isNetworkError} from './sim-rpc'

/** Rejections that a caller has to expect. */
const expectedCodes = [
  'ERR_CALLED_OFF',
  'ERR_CLOSE_TIMEOUT',
  'ERR_CLOSED',
  'ERR_DEAD_ON_ARRIVAL',
  'ERR_NOT_READY',
  'ERR_SELF',
]

/** Every promise that the hub has given: each must be settled in the end, and as was to be expected. */
export class Calls {
  readonly #pending = new Set<string>()
  readonly #onUnexpected: (message: string) => void
  #count = 0

  constructor(onUnexpected: (message: string) => void) {
    this.#onUnexpected = onUnexpected
  }

  get count(): number {
    return this.#count
  }

  /** The calls whose promises are not settled. */
  get pending(): readonly string[] {
    return [...this.#pending]
  }

  track<T>(call: string, promise: Promise<T>): Promise<T> {
    const name = `call ${++this.#count}, ${call}`
    this.#pending.add(name)
    promise.then(
      () => this.#pending.delete(name),
      (error: unknown) => {
        this.#pending.delete(name)
        if (!isExpected(error)) this.#onUnexpected(`${name} rejected with ${describe(error)}`)
      },
    )
    return promise
  }
}

function isExpected(error: unknown): boolean {
  const {code, message, name} = error as {code?: string; message?: string; name?: string}
  if (name === 'AbortError' || expectedCodes.includes(code ?? '')) return true
  return isNetworkError(error) || message === 'Port should be >= 0 and < 65536'
}

export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
