import type {InferredType} from '../../entry'
import {inferType, keyOf} from '../../values/address'
import {fromErrorRecord} from '../../values/errors'
import {FakeRpc} from '../fake-rpc'
import type {RecordedClose, RecordedLink} from './recorded'

/** A connection that closes as the recorded one did: once recorded closes are used up, and where there is none, at once. */
export class RecordedRpc extends FakeRpc {
  readonly #closes: RecordedClose[]
  readonly #later: (delay: number, order: number, work: () => void) => void

  /** @param later does something after so many ms */
  constructor(link: RecordedLink, later: (delay: number, order: number, work: () => void) => void) {
    super(link.key ?? keyOf(link.address) ?? '', originOf(link))
    this.#closes = [...link.closes]
    this.#later = later
  }

  override close(error: unknown, callback: (error?: unknown) => void = () => {}): void {
    const recorded = this.closeMode === 'closes' ? this.#closes.shift() : undefined
    if (!recorded) return super.close(error, callback)
    this.closes++
    const {took, order, isSync} = recorded
    if (took === undefined) return
    if (isSync) this.#answer(recorded, callback)
    else this.#later(took, order, () => this.#answer(recorded, callback))
  }

  #answer({error, isLate, dies}: RecordedClose, callback: (error?: unknown) => void): void {
    if (error) {
      const wasClosed = this.closed
      this.closed ||= dies === true
      callback(fromErrorRecord(error))
      if (!wasClosed && this.closed) this.emit('closed')
      return
    }
    if (isLate) callback()
    this.die()
    callback()
  }
}

/** The address of the stream: one from which the hub infers the type that it inferred then. */
function originOf({address, inferredType}: RecordedLink): string {
  if (inferredType === undefined || inferType(address) === inferredType) return address
  const key = /~shs:[^~;]*/.exec(address)?.[0] ?? ''
  return `${origins[inferredType]}${key}`
}

const origins: Readonly<Record<InferredType, string>> = {
  bt: 'bt:00:00:5e:00:53:01',
  dht: 'dht:origin',
  internet: 'net:192.0.2.1:50000',
  lan: 'net:192.168.0.1:50000',
  tunnel: 'tunnel:origin',
}
