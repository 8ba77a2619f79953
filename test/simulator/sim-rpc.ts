import {EventEmitter} from 'node:events'
import type {Clock} from '../../src/types'
import type {Random} from './random'
import {seconds} from './time'

/** How a connection takes it when we close it. */
export type Manner = 'at once' | 'later' | 'silently' | 'refuses' | 'breaks' | 'hangs' | 'throws'

const manners: readonly (readonly [share: number, Manner])[] = [
  [0.02, 'silently'],
  [0.03, 'refuses'],
  [0.01, 'breaks'],
  [0.03, 'hangs'],
  [0.01, 'throws'],
  [0.2, 'later'],
]

export function mannerOf(random: Random): Manner {
  let chance = random.next()
  for (const [share, manner] of manners) {
    if (chance < share) return manner
    chance -= share
  }
  return 'at once'
}

/** One connection, as muxrpc would show it. */
export class SimRpc extends EventEmitter {
  readonly id: string
  readonly stream: {readonly address: string}
  /** Whether we dialled. */
  readonly isClient: boolean
  closed = false
  /** How often the hub closed it. */
  closes = 0
  /** When the other side was gone, where nobody told us. */
  lostAt: number | undefined
  readonly #manner: Manner
  readonly #clock: Clock
  readonly #onDeath: (rpc: SimRpc) => void

  constructor(
    {id, address, isClient, manner}: {id: string; address: string; isClient: boolean; manner: Manner},
    clock: Clock,
    onDeath: (rpc: SimRpc) => void,
  ) {
    super()
    this.id = id
    this.stream = {address}
    this.isClient = isClient
    this.#manner = manner
    this.#clock = clock
    this.#onDeath = onDeath
  }

  close(_error: unknown, callback: (error?: unknown) => void = () => {}): void {
    this.closes++
    switch (this.#manner) {
      case 'at once':
        this.die()
        return callback()
      case 'later':
        this.#clock.setTimeout(() => {
          this.die()
          callback()
        }, 180)
        return
      case 'silently':
        this.#end()
        return callback()
      case 'refuses':
        return callback(networkError('ERR_REFUSED', 'the stream does not close'))
      case 'breaks':
        this.#clock.setTimeout(() => this.die(), seconds(2))
        return callback(networkError('EPIPE', 'the stream broke while it was closed'))
      case 'throws':
        throw networkError('ERR_STREAM_DESTROYED', 'the stream cannot be written to')
      case 'hangs':
        return
    }
  }

  /** The connection is gone. */
  die(): void {
    if (this.closed) return
    this.#end()
    this.emit('closed')
  }

  #end(): void {
    if (this.closed) return
    this.closed = true
    this.#onDeath(this)
  }
}

const ours = new WeakSet<object>()

/** An error that the simulated network is to blame for. */
export function networkError(code: string, message: string): Error {
  const error = Object.assign(new Error(message), {code})
  ours.add(error)
  return error
}

export function isNetworkError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ours.has(error)
}
