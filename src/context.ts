import type {Live} from './connections/live'
import type {Sessions} from './connections/sessions'
import type {Stack} from './connections/stack'
import type {UnownedRpcs} from './connections/unowned-rpcs'
import type {Entry, Peer, State} from './entry'
import type {HubEvent, Recorded} from './events'
import type {Clock} from './util/clock'

/** All that effects may touch. They read the state, hold what is live, and dispatch what came of it. */
export interface Context {
  readonly stack: Stack
  readonly clock: Clock
  /** How long a link may take to close, in ms. */
  readonly closeTimeout: number
  readonly sessions: Sessions
  readonly unowned: UnownedRpcs
  readonly peers: {
    get(address: string): Readonly<Peer> | undefined
    oldest(key: string, states: readonly State[]): string | undefined
    entries(): readonly Entry[]
  }
  dispatch(event: HubEvent, live?: Live): Recorded | undefined
  /** Applies all that the function dispatches before any of it is told. */
  applyFirst(work: () => void): void
  /** Ends all streams. */
  endStreams(): void
}
