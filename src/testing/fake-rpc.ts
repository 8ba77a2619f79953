import {Emitter} from './emitter'

/**
 * How an rpc behaves when the hub closes it: it `closes`; its `close` `fails` (calls back with an error),
 * `throws`, or `hangs` (until `answerCloses()`); or it `is silent` (calls back, but no `closed` event is heard).
 */
export type CloseMode = 'closes' | 'fails' | 'hangs' | 'throws' | 'is silent'

/** An rpc of which every outcome is the test's to choose. */
export class FakeRpc extends Emitter {
  /** The public key of the peer. */
  readonly id: string
  /** The stream below it, of which a hub reads the address. */
  readonly stream: {address: string | undefined}
  /** Whether the connection is gone. */
  closed = false
  /** How `close()` will end. */
  closeMode: CloseMode = 'closes'
  /** What a close that fails or throws gives. */
  closeError: unknown = new Error('close failed')
  /** How often `close()` was called. */
  closes = 0
  readonly #callbacks: ((error?: unknown) => void)[] = []

  /**
   * @param id the public key of the peer, as `keyOfName()` makes one
   * @param address the address of the stream below it
   */
  constructor(id: string, address?: string) {
    super()
    this.id = id
    this.stream = {address}
  }

  /** What the hub calls. The outcome is that of `closeMode`. */
  close(_error: unknown, callback: (error?: unknown) => void = () => {}): void {
    this.closes++
    switch (this.closeMode) {
      case 'closes':
        this.die()
        return callback()
      case 'is silent':
        this.closed = true
        return callback()
      case 'fails':
        return callback(this.closeError)
      case 'throws':
        throw this.closeError
      case 'hangs':
        this.#callbacks.push(callback)
    }
  }

  /** Answers the closes that hang, with an error if there is one. */
  answerCloses(error?: unknown): void {
    for (const callback of this.#callbacks.splice(0)) callback(error)
  }

  /**
   * The connection is gone. Before the rpc was announced: it is closed already when it arrives.
   *
   * @param error why, as the `closed` event of muxrpc tells it
   */
  die(error?: unknown): void {
    if (this.closed) return
    this.closed = true
    if (error === undefined) this.emit('closed')
    else this.emit('closed', error)
  }
}
