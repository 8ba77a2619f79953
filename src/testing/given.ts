import type {Command} from '../commands/decide'
import {decide} from '../commands/decide'
import type {Entry} from '../entry'
import type {LogItem, PeerEvent} from '../events'
import {invalidAddress, isAddress} from '../values/address'
import {copyMetadata} from '../values/metadata'
import type {Draft} from './event-drafts'
import type {ExpectedState} from './expectation'
import {expectEvents, expectState} from './expectation'
import {GivenHistory} from './given-history'

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
  return new Given(new GivenHistory(history))
}

/** What happened before, as `given()` was told. */
export class Given {
  readonly #history: GivenHistory

  constructor(history: GivenHistory) {
    this.#history = history
  }

  /**
   * These commands come, one after the other.
   *
   * @returns what follows at once. Throws ERR_INVALID_ADDRESS or ERR_INVALID_DATA, as a hub does.
   */
  when(...commands: readonly Ask[]): Decided {
    const history = new GivenHistory(this.#history.items)
    const events = commands.flatMap((asked) => {
      const event = decide(toCommand(asked, history), history.peer(asked.address))
      if (event) history.add(event)
      return event ?? []
    })
    return new Decided(history, events)
  }

  /** Throws an ExpectationError unless the table is this. */
  thenState(expected: ExpectedState): this {
    expectState(this.#history.entries, expected)
    return this
  }

  /** The table, for assertions of your own. */
  entries(): readonly Entry[] {
    return this.#history.entries
  }
}

/** A history, and what was decided after it. */
export class Decided extends Given {
  readonly #events: readonly PeerEvent[]

  constructor(history: GivenHistory, events: readonly PeerEvent[]) {
    super(history)
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

function toCommand({type, address, data}: Ask, history: GivenHistory): Command {
  if (!isAddress(address)) throw invalidAddress(address)
  const isOpen = history.peer(address)?.state === 'connecting'
  switch (type) {
    case 'connect':
      return {type, address, data: copyMetadata(data), attempt: history.attemptOf(address)}
    case 'disconnect':
      return {type, address, attempt: isOpen ? history.attemptOf(address) : undefined}
    case 'update':
      return {type, address, data: copyMetadata(data)}
  }
}
