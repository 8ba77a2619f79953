/** What a plugin asks of the machine, and gets from its recording or its replay instead. */
export interface World {
  /** The time, in ms since the epoch. */
  now(): number
  /** The time of a clock that never goes back, in ms. */
  uptime(): number
  /** A number from 0 up to 1, which is not reached. */
  random(): number
  /** Random bytes. */
  bytes(count: number): Uint8Array
  setTimer(timer: TimerRequest): object
  clearTimer(timer: unknown): void
  /** Calls a function of a module of Node's, such as `fs.readFile`. */
  callModule(name: string, real: Callable, self: unknown, args: readonly unknown[]): unknown
  /** Says that the plugin used what neither recordings nor replays can hold: in a replay it throws. */
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
