import type {Live} from '../connections/live'
import type {AnyRpc} from '../connections/rpc'
import type {Metadata, Peer} from '../entry'
import type {Connected, Recorded} from '../events'
import {Deferred} from '../util/deferred'
import {ConnHubError, fromErrorRecord} from '../values/errors'
import {withoutOwnFields} from '../values/metadata'
import {RecordedAttempt} from './recorded-attempt'
import {standIn} from './stand-in'

/** What a replay holds of one address: the promises of its calls, and the stand-in of its rpc. */
class Waiting {
  /** Of the attempt in flight. */
  attempt: RecordedAttempt | undefined
  /** Of the connect() that waits for the end of a disconnect, and the metadata that waits with it. */
  next: RecordedAttempt | undefined
  data: Metadata | undefined
  /** Metadata of an entry that ended while a link was left. */
  kept: Metadata | undefined
  closing: Deferred<true> | undefined
  rpc: AnyRpc | undefined
  /** How many links wait in reserve. */
  reserves = 0

  /** Puts what waits in the place of the attempt. */
  begin(): RecordedAttempt {
    this.attempt = this.next ?? new RecordedAttempt()
    this.kept = undefined
    this.dropNext()
    return this.attempt
  }

  /** Takes away what waits for the end of a disconnect, and its metadata with it. */
  dropNext(): RecordedAttempt | undefined {
    const {next} = this
    this.next = undefined
    this.data = undefined
    return next
  }

  /** Everybody who asked for a connection. */
  takeAsking(): RecordedAttempt[] {
    const asking = [this.attempt, this.next]
    this.attempt = undefined
    this.next = undefined
    return asking.filter((deferred) => deferred !== undefined)
  }
}

/** Settles the promises of calls on a replay as the recorded events say. */
export class ReplayAnswers {
  readonly #byAddress = new Map<string, Waiting>()
  readonly #standIn: (event: Recorded<Connected>) => AnyRpc

  constructor(standIn: (event: Recorded<Connected>) => AnyRpc) {
    this.#standIn = standIn
  }

  /** The outcome of the attempt in flight. */
  attempt(address: string): RecordedAttempt {
    const waiting = this.#of(address)
    waiting.attempt ??= new RecordedAttempt()
    return waiting.attempt
  }

  /** Whether it is that of the attempt in flight. */
  isAttempt(address: string, deferred: RecordedAttempt): boolean {
    return this.#byAddress.get(address)?.attempt === deferred
  }

  /** The outcome of the disconnect that goes on. */
  closing(address: string): Deferred<true> {
    const waiting = this.#of(address)
    waiting.closing ??= new Deferred()
    return waiting.closing
  }

  /** The outcome of the connection that follows a disconnect, and takes metadata along. */
  next(address: string, data: Metadata | undefined): RecordedAttempt {
    const waiting = this.#of(address)
    waiting.next ??= new RecordedAttempt()
    waiting.data = {...waiting.data, ...data}
    return waiting.next
  }

  /** Nobody asks any more for the connection that follows a disconnect. */
  dropNext(address: string, deferred: RecordedAttempt): void {
    const waiting = this.#byAddress.get(address)
    if (waiting?.next === deferred) waiting.dropNext()
  }

  /** The stand-in of the live rpc. */
  rpc(address: string, peer: Readonly<Peer>): AnyRpc {
    const waiting = this.#of(address)
    waiting.rpc ??= standIn(peer.key)
    return waiting.rpc
  }

  /** Metadata that goes into the next attempt, whoever begins it. */
  carried(address: string): Metadata {
    const {kept, data} = this.#byAddress.get(address) ?? {}
    return {...kept, ...data}
  }

  /** A disconnect() calls off who waits for its end. */
  callOffNext(address: string): void {
    this.#byAddress.get(address)?.dropNext()?.reject(new ConnHubError('ERR_CALLED_OFF'))
  }

  /** The replay is at its end, or elsewhere: nothing that waits will be answered. */
  callOffAll(): void {
    for (const waiting of this.#byAddress.values()) {
      for (const deferred of waiting.takeAsking()) deferred.reject(new ConnHubError('ERR_CALLED_OFF'))
      waiting.closing?.resolve(true)
    }
    this.#byAddress.clear()
  }

  /**
   * What is live beside the event, as far as it can be live in a replay.
   *
   * @param before the entry before the event
   * @param willEnd whether the entry ends next, because its announced link is gone
   */
  beside(event: Recorded, before: Readonly<Peer> | undefined, willEnd: () => boolean): Live {
    if (event.type === 'reset') return {settle: this.#reset()}
    if (event.type === 'closed') return {}
    const waiting = this.#of(event.address)
    switch (event.type) {
      case 'connecting':
        waiting.begin()
        return {}
      case 'connecting-failed': {
        const error = fromErrorRecord(event.error)
        return {error, settle: rejecting(waiting.takeAsking(), error)}
      }
      case 'connected': {
        if (waiting.reserves > 0 && event.cause === 'hub') waiting.reserves--
        const rpc = this.#standIn(event)
        waiting.rpc = rpc
        waiting.kept = undefined
        waiting.data = undefined
        return {rpc, isClient: event.isClient, settle: resolving(waiting.takeAsking(), rpc)}
      }
      case 'disconnecting': {
        const {attempt} = waiting
        waiting.attempt = undefined
        waiting.closing ??= new Deferred()
        return {settle: rejecting(attempt ? [attempt] : [], new ConnHubError('ERR_CALLED_OFF'))}
      }
      case 'disconnecting-failed': {
        const error = fromErrorRecord(event.error)
        const {closing} = waiting
        waiting.closing = undefined
        const asking = willEnd() || !waiting.rpc ? [] : waiting.takeAsking()
        const answer = resolving(asking, waiting.rpc ?? {})
        return {
          error,
          settle: () => {
            closing?.reject(error)
            answer()
          },
        }
      }
      case 'disconnected':
        return {settle: this.#end(event.address, waiting, before)}
      case 'reserved':
        waiting.reserves++
        return {}
      case 'released':
        waiting.reserves--
        return {}
      case 'updated':
        return {}
    }
  }

  #end(address: string, waiting: Waiting, before: Readonly<Peer> | undefined): () => void {
    const {closing} = waiting
    waiting.closing = undefined
    waiting.rpc = undefined
    // Where a link is left, the entry comes again, with its metadata.
    waiting.kept = waiting.reserves > 0 ? withoutOwnFields(before) : undefined
    if (!waiting.next && waiting.reserves === 0) this.#byAddress.delete(address)
    return () => closing?.resolve(true)
  }

  /** Links are dropped, and who waits for the end of a disconnect is called off, also where it has come already. */
  #reset(): () => void {
    const calledOff: RecordedAttempt[] = []
    for (const waiting of this.#byAddress.values()) {
      const next = waiting.dropNext()
      if (next) calledOff.push(next)
      waiting.kept = undefined
      waiting.reserves = 0
    }
    return rejecting(calledOff, new ConnHubError('ERR_CALLED_OFF'))
  }

  #of(address: string): Waiting {
    const waiting = this.#byAddress.get(address) ?? new Waiting()
    this.#byAddress.set(address, waiting)
    return waiting
  }
}

function rejecting(deferreds: readonly RecordedAttempt[], error: unknown): () => void {
  return () => {
    for (const deferred of deferreds) deferred.reject(error)
  }
}

function resolving(deferreds: readonly RecordedAttempt[], rpc: AnyRpc): () => void {
  return () => {
    for (const deferred of deferreds) deferred.resolve(rpc)
  }
}
