import {isAddress} from '../address'
import {type Command, decide} from '../decide'
import {ConnHubError} from '../errors'
import type {Entry, PeerEvent} from '../events'
import {takeIn} from '../metadata'
import type {LogItem} from '../types'
import type {Draft} from './events'
import {type ExpectedState, expectEvents, expectState} from './expectation'
import {Past} from './past'

/** The address of a command, and the metadata that goes with it. */
interface Asked<T extends Command['type']> {
  readonly type: T
  readonly address: string
  readonly data?: object | null | undefined
}

/** What a caller asks of a hub. */
export type Ask = Asked<'connect'> | Asked<'disconnect'> | Asked<'update'>

/** As `hub.connect()`. */
export function connect(address: string, data?: object | null): Ask {
  return {type: 'connect', address, data}
}

/** As `hub.disconnect()`. */
export function disconnect(address: string): Ask {
  return {type: 'disconnect', address}
}

/** As `hub.update()`. */
export function update(address: string, data: object | null): Ask {
  return {type: 'update', address, data}
}

/**
 * Begins a test of what a hub decides and what its table becomes, with what happened before. Nothing is
 * run but pure functions: there is no hub, no stack and no time.
 *
 * What the test leaves out of an event is filled in as a hub would: the n-th event has `seq` n and happens
 * at n ms; attempts and links are numbered together, from 1. The items of a recorded log will do as well.
 *
 * @returns what to ask next. Throws ERR_LOG_ORDER for events that cannot have happened in this order.
 */
export function given(...history: readonly (Draft | LogItem)[]): Given {
  return new Given(new Past(history))
}

/** What happened before, as `given()` was told. */
export class Given {
  readonly #past: Past

  constructor(past: Past) {
    this.#past = past
  }

  /**
   * These commands come, one after the other.
   *
   * @returns what follows at once. Throws ERR_INVALID_ADDRESS or ERR_INVALID_DATA, as a hub does.
   */
  when(...commands: readonly Ask[]): Decided {
    const past = new Past(this.#past.items)
    const events = commands.flatMap((asked) => {
      const event = decide(toCommand(asked, past), past.peer(asked.address))
      if (event) past.add(event)
      return event ?? []
    })
    return new Decided(past, events)
  }

  /** Throws an ExpectationError unless the table is this. */
  thenState(expected: ExpectedState): this {
    expectState(this.#past.entries, expected)
    return this
  }

  /** The table, for assertions of your own. */
  entries(): readonly Entry[] {
    return this.#past.entries
  }
}

/** A history, and what was decided after it. */
export class Decided extends Given {
  readonly #events: readonly PeerEvent[]

  constructor(past: Past, events: readonly PeerEvent[]) {
    super(past)
    this.#events = events
  }

  /** Throws an ExpectationError unless these events follow; without any, unless nothing follows. */
  thenEvents(...expected: readonly Draft[]): this {
    expectEvents(this.#events, expected)
    return this
  }

  /** The events as they were decided, for assertions of your own. */
  events(): readonly PeerEvent[] {
    return this.#events
  }
}

function toCommand({type, address, data}: Ask, past: Past): Command {
  if (!isAddress(address)) throw new ConnHubError('ERR_INVALID_ADDRESS')
  const isOpen = past.peer(address)?.state === 'connecting'
  switch (type) {
    case 'connect':
      return {type, address, data: takeIn(data), attempt: past.attemptOf(address)}
    case 'disconnect':
      return {type, address, attempt: isOpen ? past.attemptOf(address) : undefined}
    case 'update':
      return {type, address, data: takeIn(data)}
  }
}
