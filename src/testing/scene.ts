import pull from 'pull-stream'
import {ConnHub} from '../hub'
import type {ListenEvent} from '../readers/listen-event'
import type {Source} from '../util/stream'
import {toErrorRecord} from '../values/errors'
import type {Draft} from './event-drafts'
import type {ExpectedState} from './expectation'
import {expectEvents, expectState} from './expectation'
import {FakeStack} from './fake-stack'
import {settled} from './settled'
import {VirtualClock} from './virtual-clock'

/** What a scene reads of a hub. */
export interface Readable {
  listen(): Source<ListenEvent<unknown>>
  entries(): Iterable<readonly [address: string, data: object]>
}

/** How it stands with what a step called. It changes when the promise that the step gave is settled. */
export interface Answer<T> {
  status: 'pending' | 'fulfilled' | 'rejected'
  /** What it was fulfilled with. */
  value?: T
  /** What it was rejected with. */
  reason?: unknown
}

/** A whole hub on a fake stack, in virtual time, and what its readers are told. */
export function givenHub(): Scene<ConnHub>
/**
 * A whole hub on a fake stack, in virtual time, and what its readers are told.
 *
 * @param make makes the hub, where it needs options, or where a plugin makes it
 */
export function givenHub<H extends Readable>(make: (stack: FakeStack, clock: VirtualClock) => H): Scene<H>
export function givenHub(
  make = (stack: FakeStack, clock: VirtualClock): Readable => new ConnHub(stack, {clock}),
): Scene<Readable> {
  const stack = new FakeStack()
  const clock = new VirtualClock()
  return new Scene(make(stack, clock), stack, clock)
}

/** A hub, its stack and its clock, on which a test acts step by step. */
export class Scene<H extends Readable> {
  /** The hub that is tested. */
  readonly hub: H
  /** Its stack, in which everybody else is the test's. */
  readonly stack: FakeStack
  /** Its time. */
  readonly clock: VirtualClock
  #told: object[] = []

  constructor(hub: H, stack: FakeStack, clock: VirtualClock) {
    this.hub = hub
    this.stack = stack
    this.clock = clock
    pull(
      hub.listen(),
      pull.drain((event) => {
        this.#told.push(plain(event))
      }),
    )
  }

  /** Does what the test begins with: as `when()`, and what was told until then is not looked at. */
  async given(step: (scene: this) => unknown): Promise<void> {
    await this.when(step)
    this.#told = []
  }

  /**
   * Calls the hub, or does something to its stack, and waits until everything has followed that can follow
   * without time passing. It does not wait for a promise that the step gives: a dial waits for the test.
   *
   * @returns how it stands with the step. A promise that rejects is no error: ask the answer.
   */
  async when<T>(step: (scene: this) => T | PromiseLike<T>): Promise<Answer<T>> {
    const answer: Answer<T> = {status: 'pending'}
    Promise.resolve(step(this)).then(
      (value) => Object.assign(answer, {status: 'fulfilled', value}),
      (reason: unknown) => Object.assign(answer, {status: 'rejected', reason}),
    )
    await settled()
    return answer
  }

  /**
   * Throws an ExpectationError unless the readers of `listen()` were told this since the last time it was
   * asked; without events, unless they were told nothing. Of a `connected` one may expect `isClient` and
   * `inbound`, of a failure its `error`; the other fields of events are the log's.
   */
  thenTold(...expected: readonly Draft[]): this {
    expectEvents(this.#told.splice(0), expected)
    return this
  }

  /** Throws an ExpectationError unless the table is this. */
  thenState(expected: ExpectedState): this {
    expectState(this.hub.entries(), expected)
    return this
  }
}

/** What can be compared of an event as it is told. */
function plain(event: ListenEvent<unknown>): object {
  const {type, address, key} = event
  switch (event.type) {
    case 'connected': {
      const {isClient} = event.details
      return {type, address, key, isClient, inbound: isClient === false}
    }
    case 'connecting-failed':
    case 'disconnecting-failed':
      return {type, address, key, error: toErrorRecord(event.details)}
    default:
      return {type, address, key}
  }
}
