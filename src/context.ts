import type {Live} from './connections/live'
import type {Sessions} from './connections/sessions'
import type {Stack} from './connections/stack'
import type {UnownedRpcs} from './connections/unowned-rpcs'
import type {Entry, Peer, State} from './entry'
import type {HubEvent, Recorded} from './events'
import type {Clock} from './util/clock'

/**
 * All that commands and effects may touch. They read the state, hold what is live, and dispatch events.
 *
 * Whatever is foreign (the clock, `ssb`, rpcs, errors, signals) may run any code when it is asked, which may call the
 * hub. So each door into the hub (a command, a callback, a listener, a timer) asks all of it first, then reads the
 * clock, looks last whether the rpcs that matter are closed, and decides then: until the event is dispatched, nothing
 * foreign runs.
 */
export interface Context {
  readonly stack: Stack
  readonly clock: Required<Clock>
  /** How long a link may take to close, in ms. */
  readonly closeTimeout: number
  readonly sessions: Sessions
  readonly unowned: UnownedRpcs
  readonly peers: {
    get(address: string): Readonly<Peer> | undefined
    oldest(key: string, states: readonly State[]): string | undefined
    entries(): readonly Entry[]
  }
  /** Whether `close()` was called. */
  readonly isClosing: boolean
  /** The time that the next event gets: as the clock was read last, in ms since the epoch. */
  readonly now: number
  readClock(): void
  dispatch(event: HubEvent, live?: Live): Recorded | undefined
  /** Applies all that the function dispatches before any of it is told. */
  applyFirst(work: () => void): void
  /** Ends all streams. */
  endStreams(): void
}
