import {Sessions} from './connections/sessions'
import type {SSB} from './connections/stack'
import {Stack} from './connections/stack'
import {UnownedRpcs} from './connections/unowned-rpcs'
import type {Context} from './context'
import type {PeerStore} from './store/peer-store'
import type {Clock} from './util/clock'

/** The context of a live hub: commands and effects reach its store, its stack and its sessions by it. */
export class HubContext implements Context {
  readonly stack: Stack
  readonly clock: Required<Clock>
  readonly closeTimeout: number
  readonly sessions = new Sessions()
  readonly unowned = new UnownedRpcs()
  readonly peers: Context['peers']
  readonly readClock: Context['readClock']
  readonly dispatch: Context['dispatch']
  readonly applyFirst: Context['applyFirst']
  readonly endStreams: Context['endStreams']
  isClosing = false
  readonly #eventTime: PeerStore['eventTime']

  constructor(ssb: SSB, clock: Required<Clock>, closeTimeout: number, peerStore: PeerStore) {
    const {eventTime, store, table} = peerStore
    this.stack = new Stack(ssb)
    this.clock = clock
    this.closeTimeout = closeTimeout
    this.peers = table
    this.readClock = () => eventTime.read()
    this.dispatch = (event, live = {}) => store.dispatch(event, live)
    this.applyFirst = (work) => store.applyFirst(work)
    this.endStreams = () => peerStore.end()
    this.#eventTime = eventTime
  }

  get now(): number {
    return this.#eventTime.now
  }
}
