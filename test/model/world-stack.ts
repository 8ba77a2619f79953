import {type CloseMode, FakeDial, FakeRpc, FakeStack} from '../kit/fake-stack'

/**
 * Beside the ways in which rpcs close: muxrpc runs callbacks of the app inside close(), and one that throws stops
 * it `before` it has closed or `half-way`.
 */
export type WorldCloseMode = CloseMode | 'throws before' | 'throws half-way'
export const closeModes: readonly WorldCloseMode[] = [
  'hangs',
  'fails',
  'throws',
  'is silent',
  'throws before',
  'throws half-way',
]

/** How dials end by themselves. `promise`: ssb.connect is hooked by an async function that may reject later. */
export const dialModes = [
  'wait',
  'throw',
  'fail',
  'succeed',
  'succeed and throw',
  'succeed twice',
  'succeed wrapped',
  'reject',
  'succeed and reject',
  'promise',
] as const
export type DialMode = (typeof dialModes)[number]

/** An rpc whose app may throw while it is closed. */
export class WorldRpc extends FakeRpc {
  throwsFirst: 'before' | 'half-way' | undefined
  /** Called when somebody stops listening: an EventEmitter tells of it. */
  onRemove = () => {}

  override removeListener(...args: Parameters<FakeRpc['removeListener']>): this {
    super.removeListener(...args)
    this.onRemove()
    return this
  }

  override close(error: unknown, callback?: (error?: unknown) => void): void {
    const {throwsFirst} = this
    this.throwsFirst = undefined
    if (throwsFirst === undefined) return super.close(error, callback)
    this.closes++
    if (throwsFirst === 'half-way') this.die()
    throw this.closeError
  }

  /** As a hook of ssb.connect may hand it on. */
  wrapped(): FakeRpc {
    return new Proxy<FakeRpc>(this, {
      get: (rpc, name) => {
        const value: unknown = Reflect.get(rpc, name)
        return typeof value === 'function' ? value.bind(rpc) : value
      },
    })
  }
}

/** What ssb.connect() returned, where it was hooked by an async function. */
class DialPromise {
  readonly promise: Promise<never>
  #reject: (error: unknown) => void = () => {}
  #rejection: {readonly error: unknown} | undefined
  #listener: (error: unknown) => void = () => {}

  constructor() {
    this.promise = new Promise((_, reject) => {
      this.#reject = reject
    })
    promises.set(this.promise, this)
  }

  reject(error: unknown): void {
    if (this.#rejection) return
    this.#rejection = {error}
    this.#reject(error)
    this.#listener(error)
  }

  listen(listener: (error: unknown) => void): void {
    this.#listener = listener
    if (this.#rejection) listener(this.#rejection.error)
  }
}

const promises = new WeakMap<object, DialPromise>()

/** Calls back at once when a promise of ssb.connect() is rejected: who awaits it hears of it at the end of the tick. */
export function whenRejected(returned: unknown, listener: (error: unknown) => void): void {
  if (!(returned instanceof Promise)) return
  promises.get(returned)?.listen(listener)
  returned.catch(() => {})
}

/** A stack whose connect() may be hooked by an async function, and may have connections before there is a hub. */
export class WorldStack extends FakeStack {
  isAsync = false
  /** The dials that have neither called back, nor thrown, nor rejected. */
  readonly inFlight = new Set<FakeDial>()
  /** Answers each dial in the same tick, where it is set. */
  answer: ((dial: FakeDial) => void) | undefined
  readonly #promiseOf = new Map<FakeDial, DialPromise>()

  override connect(address: string, callback: (error?: unknown, rpc?: unknown) => void): unknown {
    const promise = this.isAsync ? new DialPromise() : undefined
    const dial = new FakeDial(this, address, (error, rpc) => {
      this.inFlight.delete(dial)
      callback(error, rpc)
    })
    this.dials.push(dial)
    this.inFlight.add(dial)
    if (promise) this.#promiseOf.set(dial, promise)
    try {
      this.answer?.(dial)
    } catch (error) {
      this.inFlight.delete(dial)
      throw error
    }
    return promise?.promise
  }

  reject(dial: FakeDial, error: unknown): void {
    const promise = this.#promiseOf.get(dial)
    if (promise) this.inFlight.delete(dial)
    promise?.reject(error)
  }

  /** It is there, and nobody was told. */
  hold(rpc: FakeRpc): void {
    const rpcs = this.peers[rpc.id] ?? []
    this.peers[rpc.id] = rpcs
    rpcs.push(rpc)
    rpc.once('closed', () => rpcs.splice(rpcs.indexOf(rpc), 1))
  }
}
