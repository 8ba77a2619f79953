import {type FakeRpc, type FakeStack, ourKey} from '../kit/fake-stack'
import type {VirtualClock} from '../kit/virtual-clock'
import {type Data, isAddress} from './model-table'
import {ModelTelling, nothing} from './model-telling'

export type Settle = (outcome: {readonly value: unknown} | {readonly error: unknown}) => void

export interface Link {
  readonly rpc: FakeRpc
  readonly isClient: boolean | undefined
}

export interface Attempt {
  readonly answers: Settle[]
  /** By the link of the other side; our own dial may still be under way. */
  answered: boolean
  /** The dial has called back, or thrown. */
  over: boolean
}

export interface Closing {
  readonly links: {readonly link: Link; answered: boolean; closed: boolean; timer?: unknown}[]
  readonly answers: Settle[]
  readonly errors: unknown[]
  started: boolean
}

/** What is live at an address. */
export interface Place {
  readonly address: string
  links: Link[]
  /** The link of the last `connected`. */
  announced?: Link | undefined
  attempt?: Attempt | undefined
  closing?: Closing | undefined
  waiting?: {readonly answers: Settle[]; data: Data} | undefined
  /** The latest end of the entry. */
  end?: object
  /** The metadata of an entry that ended with links left. */
  kept?: Data | undefined
}

export function answerAll(answers: readonly Settle[] | undefined, outcome: Parameters<Settle>[0]): void {
  for (const settle of answers ?? []) settle(outcome)
}

/** Where each rpc belongs. */
export abstract class ModelLinks extends ModelTelling {
  protected readonly stack: FakeStack
  protected places: Place[] = []
  /** Outgoing rpcs that nobody has claimed yet in this tick. */
  protected unclaimed: FakeRpc[] = []
  /** What `rpc:connect` said of an rpc. */
  protected readonly isClient = new Map<FakeRpc, boolean>()
  /** Rpcs that never get an entry (again): called off, refused, or there at a reset. */
  protected readonly never: FakeRpc[] = []
  /** Those of them whose close has not answered well. */
  protected unclosed: FakeRpc[] = []
  readonly #heard: FakeRpc[] = []

  constructor(stack: FakeStack, clock: VirtualClock) {
    super(clock)
    this.stack = stack
    stack.addListener('rpc:connect', this.announced)
  }

  /** Begins an attempt for those that wait, and for more. */
  protected abstract begin(place: Place, more: Settle[], data: Data): void
  protected abstract linkAnswered(place: Place, closing: Closing, one: Closing['links'][number]): void

  protected readonly announced = (rpc: FakeRpc, isClient: boolean): void => {
    this.isClient.set(rpc, isClient)
    if (rpc.id === ourKey || !this.#isFree(rpc)) return
    if (!this.stack.ready()) return this.closeForGood(rpc)
    if (isClient) this.unclaimed.push(rpc)
    else this.#seat(rpc)
  }

  /** What nobody claimed in this tick is someone else's. */
  endOfTick(): void {
    for (let rpc = this.unclaimed.shift(); rpc; rpc = this.unclaimed.shift()) {
      if (this.#isFree(rpc)) this.#seat(rpc)
    }
  }

  #isFree(rpc: FakeRpc): boolean {
    return !rpc.closed && !this.never.includes(rpc) && !this.placeOf(rpc)
  }

  protected placeAt(address: string): Place {
    const known = this.places.find((other) => other.address === address)
    if (known) return known
    const place: Place = {address, links: []}
    this.places.push(place)
    return place
  }

  protected placeOf(rpc: FakeRpc): Place | undefined {
    return this.places.find(({links}) => links.some((link) => link.rpc === rpc))
  }

  /** An rpc that is not of a dial of ours: to the oldest entry with its key, else to its address. */
  #seat(rpc: FakeRpc): void {
    const oldest = this.table.rows().find(([, data]) => data.key === rpc.id && data.state !== 'disconnecting')
    const address = oldest ? oldest[0] : rpc.stream.address
    if (isAddress(address)) this.join(this.placeAt(address), rpc)
  }

  protected join(place: Place, rpc: FakeRpc): void {
    this.#hear(rpc)
    const link: Link = {rpc, isClient: this.isClient.get(rpc)}
    const state = this.table.get(place.address)?.state
    place.links.push(link)
    // One that comes when an entry has ended, before its reserve is announced, waits behind that.
    const [first = link] = place.links
    if (state !== 'connected' && state !== 'disconnecting') this.#connected(place, first)
    if (first !== link) this.stamp()
  }

  #connected(place: Place, link: Link): void {
    const {attempt, waiting, kept} = place
    const isNew = this.table.get(place.address) === undefined
    place.kept = undefined
    place.announced = link
    place.waiting = undefined
    const answers = [...(attempt?.answers ?? []), ...(waiting?.answers ?? [])]
    if (attempt) attempt.answered = true
    this.dispatch('connected', place.address, {
      link,
      data: {...(isNew && kept), ...waiting?.data},
      settle: () => answerAll(answers, {value: link.rpc}),
    })
  }

  /** Closed, or moved to where it belongs. */
  protected lose(place: Place, rpc: FakeRpc): void {
    if (!place.links.some((link) => link.rpc === rpc)) return
    const isAnnounced = place.announced?.rpc === rpc
    const {closing} = place
    place.links = place.links.filter((link) => link.rpc !== rpc)
    if (!isAnnounced) this.stamp()
    const one = closing?.links.find(({link}) => link.rpc === rpc)
    if (closing && one) {
      one.closed = true
      this.linkAnswered(place, closing, one)
    } else if (isAnnounced && !closing) {
      this.end(place)
    }
  }

  protected end(place: Place, settle = nothing): void {
    place.announced = undefined
    place.attempt = undefined
    // Not promised: also where the links that are left came while the others were being closed.
    place.kept = place.links.length > 0 ? this.table.metadata(place.address) : undefined
    const end = {}
    place.end = end
    this.dispatch('disconnected', place.address, {settle, effect: () => this.#follow(place, end)})
  }

  /** What comes after the latest `disconnected`: the next link, or an attempt for those that waited. */
  #follow(place: Place, end: object): void {
    if (place.end !== end || !this.places.includes(place)) return
    const state = this.table.get(place.address)?.state
    if (state === 'connected' || state === 'disconnecting') return
    const [link] = place.links
    if (link) return this.#connected(place, link)
    place.kept = undefined
    if (place.waiting) this.begin(place, [], {})
  }

  protected closeRpc(rpc: FakeRpc, answer: (closed: boolean, error?: unknown) => void): void {
    if (typeof rpc.close !== 'function') return answer(true)
    try {
      rpc.close(true, (error) => answer(!error, error))
    } catch (error) {
      answer(false, error)
    }
  }

  /** Closes an rpc that never gets an entry again. */
  protected closeForGood(rpc: FakeRpc): void {
    this.forbid(rpc)
    if (rpc.closed) return
    this.unclosed.push(rpc)
    this.closeRpc(rpc, (closed) => {
      if (closed) this.unclosed = this.unclosed.filter((other) => other !== rpc)
    })
  }

  protected forbid(rpc: FakeRpc): void {
    this.unclaimed = this.unclaimed.filter((other) => other !== rpc)
    this.never.push(rpc)
  }

  #hear(rpc: FakeRpc): void {
    if (this.#heard.includes(rpc) || typeof rpc.on !== 'function') return
    this.#heard.push(rpc)
    rpc.on('closed', () => {
      const place = this.placeOf(rpc)
      if (place) this.lose(place, rpc)
    })
  }
}
