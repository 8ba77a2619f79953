import type {Json} from '../../entry'
import type {LogItem} from '../../events'

/**
 * What the recording of a plugin consists of: lines of JSON, among which are those of its hub's log. A line of the
 * plugin's begins with `{"plugin":`, and stands where it happened.
 *
 * A *turn* is one entry into the plugin. What follows it, up to the next turn, happened in it: what the plugin did
 * (`command`, `call`), what it was answered (`answer`), and what its hub made of it (events).
 */
export type PluginLine =
  | TurnLine
  | CallLine
  | ReturnLine
  | AnswerLine
  | PassLine
  | GaveLine
  | LateLine
  | ClearedLine
  | TickLine
  | EscapedLine
  | LimitLine
  | EndLine
export type Line = PluginLine | LogItem

/** A value as it is recorded: JSON, in which an object `{$: …}` stands for what JSON does not have. See `values.ts`. */
export type Recorded = Json

/** What is the plugin's, as others hold it: the number under which it was given out, and a path from there. */
export type Own = readonly [id: number, ...path: string[]]

/** An entry into the plugin. */
export interface TurnLine {
  readonly plugin: 'turn'
  /** `load`: its modules. Else one of the following says what was entered. */
  readonly load?: {readonly seed: number}
  /** A function of the plugin's was called, with `args`. */
  readonly call?: Own
  readonly self?: Recorded
  readonly args?: readonly Recorded[]
  /** A timer of the plugin's fired. */
  readonly timer?: TimerName
  /** A promise that the plugin was given has settled. */
  readonly settle?: number
  readonly value?: Recorded
  readonly error?: Recorded
  /** The wall time, in ms since the epoch, and that of `performance.now()`. Turns inside of turns have none. */
  readonly time?: number
  readonly at?: number
  /**
   * So many turns of the microtask queue after the turn before; where it is not there, the event loop has gone on
   * in between.
   */
  readonly ticks?: number
}

/** Which timer it is: set in which round of the event loop, what for, and the how many-th such. */
export interface TimerName {
  readonly round: number
  readonly kind: string
  readonly ms: number
  readonly n: number
}

/** What the plugin called, or commanded its hub: with what came of it, or `open`, up to its `return`. */
export interface CallLine {
  readonly plugin: 'call' | 'command'
  /** What was called: of a command, its name. */
  readonly of: string
  /** Of a command, what it was given; the hub, if it is not the first. */
  readonly args?: readonly Recorded[]
  readonly hub?: number
  /** What it was given that is the plugin's: which argument is known under which number from now on. */
  readonly gave?: readonly (readonly [argument: number, id: number])[]
  readonly result?: Recorded
  readonly threw?: Recorded
  readonly open?: true
  /** So many of the events that follow happened in it. */
  readonly events?: number
}

/** The end of a call in which the plugin was entered. */
export interface ReturnLine {
  readonly plugin: 'return'
  readonly result?: Recorded
  readonly threw?: Recorded
}

/** What the plugin read, where it is not what was answered before. */
export interface AnswerLine {
  readonly plugin: 'answer'
  readonly of: string
  /** How often it had been read before in this turn, and since the last command. */
  readonly after?: number
  readonly result?: Recorded
  readonly threw?: Recorded
}

/** From now on, who calls this calls the plugin itself, with the same arguments and the same result. */
export interface PassLine {
  readonly plugin: 'pass'
  readonly of: string
  readonly to: Own
}

/** How the function of the plugin ended that was entered: what it gave that is the plugin's, or that it threw. */
export interface GaveLine {
  readonly plugin: 'gave'
  readonly id?: number
  readonly threw?: true
  /** Not the function: the promise of this number, which the plugin had given. */
  readonly promise?: number
}

/** The plugin looked at the clock so often in this turn that it was told the true time. */
export interface LateLine {
  readonly plugin: 'late'
  readonly look: number
  readonly time: number
  readonly at: number
}

/** A timer of the plugin's was due, and was cleared before it fired. */
export interface ClearedLine {
  readonly plugin: 'cleared'
  readonly timer: TimerName
}

/** No more turns of the microtask queue are counted than so many. */
export const maxTicks = 32

/** The events that follow happened so many turns of the microtask queue after the turn before. */
export interface TickLine {
  readonly plugin: 'tick'
  readonly ticks: number
}

/** An error of the plugin's that nobody caught: it threw where nobody had called it, or a promise was rejected. */
export interface EscapedLine {
  readonly plugin: 'escaped'
}

/** The plugin used what no recording holds. */
export interface LimitLine {
  readonly plugin: 'limit'
  readonly what: string
}

/** The recording was ended, and did not just stop. */
export interface EndLine {
  readonly plugin: 'end'
  readonly reason: 'closed' | 'exit' | 'maxBytes'
  /** Timers that were due and had not fired. */
  readonly due?: readonly TimerName[]
}
