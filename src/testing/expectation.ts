import type {State} from '../entry'
import {differences} from '../util/difference'
import {named, print} from './difference'

/**
 * The error of an expectation that does not hold. Its message has every difference, path by path; test frameworks
 * that know `expected` and `actual` show their own comparison beside it.
 */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError'
  /** What was expected. */
  readonly expected: unknown
  /** What there was, without the fields that were not expected in any way. */
  readonly actual: unknown

  constructor(message: string, expected: unknown, actual: unknown) {
    super(message)
    this.expected = expected
    this.actual = actual
  }
}

/**
 * The whole table, by address: the state of each entry, or those of its fields that matter. A field that
 * is named as `undefined` must not be there.
 */
export interface ExpectedState {
  readonly [address: string]: State | {readonly [field: string]: unknown}
}

/** These events, in this order, and no others. Of each, the fields that are named. */
export function expectEvents(actual: readonly object[], expected: readonly object[]): void {
  expectNamed('the events are not as expected', actual, expected)
}

/** These entries, and no others. Of each, the fields that are named. */
export function expectState(
  entries: Iterable<readonly [address: string, data: object]>,
  expected: ExpectedState,
): void {
  const wanted = Object.fromEntries(
    Object.entries(expected).map(([address, data]) => [
      address,
      typeof data === 'string' ? {state: data} : data,
    ]),
  )
  const actual = Object.fromEntries(entries)
  const surplus = Object.entries(actual).filter(([address]) => !Object.hasOwn(wanted, address))
  const compared = {...Object(named(actual, wanted)), ...Object.fromEntries(surplus)}
  fail('the table is not as expected', wanted, compared)
}

function expectNamed(what: string, actual: unknown, expected: unknown): void {
  fail(what, expected, named(actual, expected))
}

function fail(what: string, expected: unknown, actual: unknown): void {
  const found = differences(expected, actual)
  if (found.length === 0) return
  throw new ExpectationError([`${what}:`, ...found.map(print)].join('\n'), expected, actual)
}
