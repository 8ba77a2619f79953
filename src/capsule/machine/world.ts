import type {TurnClock} from './turn-clock'

/** What a plugin asks of the machine, and gets from its recording or its replay instead. */
export interface World {
  /** The time and `Math.random()`. */
  readonly clock: TurnClock
  /** Random bytes. */
  bytes(count: number): Uint8Array
  setTimer(timer: TimerRequest): object
  clearTimer(timer: unknown): void
  /** Calls a function of a module of Node's, such as `fs.readFile`. */
  callModule(name: string, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /**
   * The plugin threw in a callback that nobody called for it, or a promise of its was rejected and nobody handled that.
   * Returns whether that is dealt with: otherwise the process hears of it, as always.
   */
  escape(error: unknown): boolean
  /** The plugin used what no recording holds. A recording notes it, a replay throws. */
  exceed(what: string): void
}

export type TimerKind = 'timeout' | 'interval' | 'immediate'

export interface TimerRequest {
  readonly kind: TimerKind
  readonly ms: number
  readonly callback: Callable
  readonly args: readonly unknown[]
}

/** A function of somebody else's, of which nothing is known. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown

/** The delay that Node's timers make of what they are given, in ms. */
export function delayOf(ms: unknown): number {
  const number = Number(ms)
  return number >= 1 && number <= 2 ** 31 - 1 ? number : 1
}
