import {differences} from '../../util/difference'
import {canonical} from '../../util/json'
import {ConnHubError} from '../../values/errors'

/** A turn of a recording: one entry into the plugin. */
export interface Turn {
  /** Its number, from 0 on. */
  readonly number: number
  /** When it was, in ms since the epoch. */
  readonly time: number
  /** What the plugin was given: which timer fired, which function of its was called with what. */
  readonly given: string
}

/**
 * The plugin did not do what it did when it was recorded. The message tells the turn, what was recorded next, what
 * the plugin called, where they differ, and the line of its code.
 */
export class PluginDivergenceError extends ConnHubError {
  readonly turn: Turn
  /** What was recorded next; undefined where the plugin did more than was recorded. */
  readonly recorded: string | undefined
  /** What the plugin did; undefined where it did less. */
  readonly called: string | undefined
  /** The line of the plugin's code, as a stack shows it, where it did something. */
  readonly line: string | undefined

  constructor(turn: Turn, difference: Difference) {
    const {recorded, called, details = [], line} = difference
    const text = [
      `in turn ${turn.number}, ${new Date(turn.time).toISOString()}`,
      `  given:         ${turn.given}`,
      `  recorded next: ${recorded ?? 'nothing'}`,
      `  called:        ${called ?? 'nothing'}`,
      ...details.map((detail) => `  ${detail}`),
      ...(line === undefined ? [] : [`  at ${line}`]),
    ].join('\n')
    super('ERR_DIVERGENCE', text)
    this.turn = turn
    this.recorded = recorded
    this.called = called
    this.line = line
  }
}

export interface Difference {
  readonly recorded?: string | undefined
  readonly called?: string | undefined
  /** Where they differ. */
  readonly details?: readonly string[]
  readonly line?: string | undefined
}

/** Where two values differ, a line for each place. */
export function differenceLines(was: unknown, is: unknown): string[] {
  return differences(was, is).map(
    ({path, expected, actual}) => `${path}: ${print(expected)} was recorded, ${print(actual)} was called`,
  )
}

/** Text that is the same for values that are equal. */
export function print(value: unknown): string {
  return canonical(value) ?? 'nothing'
}
