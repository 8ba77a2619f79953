import type {HubEvent, Recorded} from '../events'
import {differences} from '../util/difference'
import {canonical} from '../util/json'
import {ConnHubError} from '../values/errors'
import type {Before, Comparison} from './comparison'

/**
 * A call on a replay that the recording does not have at this point, or has differently. It says what
 * was recorded next, what was called, and where they differ.
 */
export class DivergenceError extends ConnHubError {
  /** Of what was recorded next; where nothing was, of the last event of the recording. */
  readonly seq: number
  /** The next recorded event of a command; undefined where the recording has no more. */
  readonly recorded: Recorded | undefined
  /** The event that the call would have caused. */
  readonly called: HubEvent

  /** What was recorded next, what was called, and where they differ: some lines of text. */
  readonly difference: string

  constructor(seq: number, recorded: Recorded | undefined, called: HubEvent, difference: string) {
    super('ERR_DIVERGENCE', `at event ${seq}\n${difference}`)
    this.difference = difference
    this.seq = seq
    this.recorded = recorded
    this.called = called
  }
}

/** A replay that went another way than its recording: the message tells all of it, in the order of the recording. */
export class UnfaithfulReplayError extends ConnHubError {
  /** The calls that the recording does not have, or has differently. */
  readonly divergences: readonly DivergenceError[]
  /** The recorded events of commands that were told, and that no call has claimed. */
  readonly unclaimed: readonly Recorded[]

  constructor(divergences: readonly DivergenceError[], unclaimed: readonly Recorded[]) {
    const found = [
      ...divergences.map(({seq, difference}) => ({seq, text: difference})),
      ...unclaimed.map((event) => ({seq: event.seq, text: `  nobody called: ${print(commandOf(event))}`})),
    ].sort((a, b) => a.seq - b.seq)
    const texts = found.slice(0, maxTold).map(({seq, text}) => `at event ${seq}\n${text}`)
    if (found.length > maxTold) texts.push(`and ${found.length - maxTold} more`)
    const counts = `${divergences.length} calls diverged, ${unclaimed.length} commands were not called`
    super('ERR_DIVERGENCE', [counts, ...texts].join('\n'))
    this.divergences = [...divergences]
    this.unclaimed = unclaimed
  }
}

/** So many are told in a message. */
const maxTold = 20

/** What of the event of a command a person looks for. */
function commandOf(event: Recorded): object {
  const {type, address, data}: {type: string; address?: string; data?: unknown} = event
  return {type, address, data}
}

/**
 * What was recorded next and what was called, line by line, and where they differ.
 *
 * @param beforeOf the entry of an event's address, as it is
 */
export function differenceOf(
  recorded: Recorded | undefined,
  called: HubEvent,
  comparison: Comparison,
  beforeOf: (event: HubEvent) => Before,
): string {
  const then = recorded && comparison.decided(recorded, beforeOf(recorded))
  const now = comparison.decided(called, beforeOf(called))
  const lines = [`  recorded next: ${print(then)}`, `  called:        ${print(now)}`]
  for (const {path, expected, actual} of then ? differences(then, now) : []) {
    lines.push(`  ${path}: ${print(expected)} was recorded, ${print(actual)} was called`)
  }
  return lines.join('\n')
}

function print(value: unknown): string {
  return canonical(value) ?? 'nothing'
}
