import type {Clock} from '../src/clock'
import type {Closing} from '../src/closing'
import type {Entry, HubEvent, Peer, Recorded, State} from '../src/events'
import type {Attempt, Holders} from '../src/live'
import type {Rpc, Stack} from '../src/stack'
import type {Strays} from '../src/strays'

/** What is live and travels beside an event. */
export interface Live {
  readonly rpc?: Rpc
  readonly isClient?: boolean | undefined
  readonly error?: unknown
  readonly attempt?: Attempt
  readonly closing?: Closing
  /** The rpcs that a reset closes. */
  readonly rpcs?: readonly Rpc[]
  /** Settles the promises that the event answers, after the readers were told. */
  readonly settle?: (() => void) | undefined
}

/** All that effects may touch. They read the state, hold what is live, and dispatch what came of it. */
export interface Core {
  readonly stack: Stack
  readonly clock: Clock
  /** How long a link may take to close, in ms. */
  readonly closeTimeout: number
  readonly holders: Holders
  readonly strays: Strays
  readonly peers: {
    get(address: string): Readonly<Peer> | undefined
    oldest(key: string, states: readonly State[]): string | undefined
    snapshot(): readonly Entry[]
  }
  dispatch(event: HubEvent, live?: Live): Recorded | undefined
  /** Applies all that the function dispatches before any of it is told. */
  applyFirst(work: () => void): void
  /** Ends all streams. */
  endStreams(): void
}

/** What follows an event, once its readers were told. */
export type Effect<E extends HubEvent = HubEvent> = (event: Recorded<E>, live: Live, core: Core) => void
