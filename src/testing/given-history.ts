import {expectedInstead} from '../../reducers/order'
import {PeerTable} from '../../reducers/table'
import type {Entry, Peer} from '../entry'
import type {HubEvent, LogItem, PeerEvent, Recorded} from '../events'
import {isAboutPeer} from '../events'
import {inferType, keyOf} from '../values/address'
import {ConnHubError} from '../values/errors'
import {claimedKey, copyMetadata, withoutOwnFields} from '../values/metadata'
import {mark} from '../values/secrets'
import type {Draft} from './event-drafts'

/**
 * A history that a test tells: events that could have happened in this order, filled in with what a hub
 * would have put there, and the table that they fold to.
 */
export class GivenHistory {
  readonly #table = new PeerTable()
  readonly #items: LogItem[] = []
  /** Attempts and links are numbered together. */
  #lastNumber = 0
  /** The attempts that are open, by address. */
  readonly #attempts = new Map<string, number>()
  /** The links in reserve, oldest first, by address. */
  readonly #reserve = new Map<string, readonly number[]>()

  /** Throws ERR_LOG_ORDER for events that cannot have happened in this order. */
  constructor(items: Iterable<Draft | LogItem>) {
    for (const item of items) this.add(item)
  }

  get items(): readonly LogItem[] {
    return this.#items
  }

  get entries(): readonly Entry[] {
    return this.#table.entries()
  }

  peer(address: string): Readonly<Peer> | undefined {
    return this.#table.get(address)
  }

  /** The number of the attempt that is open, or would be the next. */
  attemptOf(address: string): number {
    return this.#attempts.get(address) ?? this.#lastNumber + 1
  }

  add(item: Draft | HubEvent | LogItem): void {
    if (item.type === 'checkpoint') {
      this.#table.replace(item.entries)
      this.#items.push(item)
      return
    }
    const event = this.#fill(item)
    this.#assertPossible(event)
    this.#table.apply(event)
    this.#items.push(event)
    this.#count(event)
  }

  /** The item before the next one. */
  get #last(): Pick<LogItem, 'seq' | 'time'> {
    return this.#items[this.#items.length - 1] ?? {seq: 0, time: 0}
  }

  #fill(item: Draft | HubEvent | LogItem): Recorded {
    const {seq, time} = this.#last
    const event: Record<string, unknown> = {seq: seq + 1, time: time + 1}
    const fields = 'address' in item ? {...this.#usual(item), ...item} : item
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) event[name] = value
    if ('error' in fields) event.error = {message: 'failed', ...fields.error}
    const data = 'data' in fields ? withoutOwnFields(copyMetadata(fields.data)) : undefined
    if (data) event.data = data
    else delete event.data
    return Object.freeze(event) as unknown as Recorded
  }

  /** What a hub would say of such an event, as far as that can be told. */
  #usual(event: Draft | PeerEvent): Record<string, unknown> {
    const {address} = event
    const peer = this.peer(address)
    const key = keyOf(address) ?? peer?.key
    const attempt = this.#attempts.get(address)
    const number = this.#lastNumber + 1
    switch (event.type) {
      case 'connecting':
        return {cause: 'caller', key: key ?? claimedKey(event.data), attempt: number}
      case 'connecting-failed':
        return {cause: 'stack', key, attempt, error: {}}
      case 'connected': {
        const inbound = event.inbound ?? (event.isClient === undefined ? !peer : !event.isClient)
        const inferredType = (peer ?? event.data)?.type ? undefined : inferType(address)
        const cause = inbound ? 'remote' : 'stack'
        return {cause, key, link: number, inbound, isClient: !inbound, attempt, inferredType}
      }
      case 'disconnecting':
        // What the hub itself causes follows from a reset() or close().
        return {cause: 'caller', key, attempt, reason: event.cause === 'hub' ? undefined : 'disconnect'}
      case 'disconnecting-failed':
        return {cause: 'stack', key, error: {}}
      case 'disconnected':
        return {cause: peer?.state === 'connected' ? 'remote' : 'stack', key}
      case 'updated':
        return {cause: 'caller', key: peer?.key ?? claimedKey(event.data)}
      case 'reserved':
        return {cause: 'remote', key, link: number, inbound: true}
      case 'released':
        return {cause: 'remote', key, link: this.#reserve.get(address)?.[0]}
    }
  }

  #assertPossible(event: Recorded): void {
    const wanted = this.#wanted(event)
    if (wanted === undefined) return
    const {seq} = event
    const about = 'address' in event ? event.address : undefined
    const before = this.#items.filter((item) => 'address' in item && item.address === about).slice(-5)
    const lines = [...before, event].map((item) => `  ${item.seq} ${item.type} ${about ?? ''}`.trimEnd())
    throw new ConnHubError('ERR_LOG_ORDER', mark(`at event ${seq}, expected ${wanted}\n${lines.join('\n')}`))
  }

  /** What was expected instead, where the event cannot have happened. */
  #wanted(event: Recorded): string | undefined {
    const {seq, time} = this.#last
    const state = isAboutPeer(event) ? this.peer(event.address)?.state : undefined
    const expected = expectedInstead(event, seq, state)
    if (expected !== undefined) return expected
    if (event.time < time) return `a time not before ${time}, and it is ${event.time}`
    const isUnknown = event.type === 'released' && event.link === undefined
    return isUnknown ? 'released of an address with a link in reserve' : undefined
  }

  /** Keeps the numbers of attempts and links. */
  #count(event: Recorded): void {
    if (event.type === 'reset') this.#reserve.clear()
    if (!isAboutPeer(event)) return
    const {address} = event
    const {attempt = 0, link = 0} = event as {readonly attempt?: number; readonly link?: number}
    const reserve = this.#reserve.get(address)?.filter((other) => other !== link) ?? []
    this.#lastNumber = Math.max(this.#lastNumber, attempt, link)
    if (event.type === 'connecting') this.#attempts.set(address, attempt)
    else if (!['updated', 'released'].includes(event.type)) this.#attempts.delete(address)
    this.#reserve.set(address, event.type === 'reserved' ? [...reserve, link] : reserve)
  }
}
