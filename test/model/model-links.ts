import {type FakeRpc, type FakeStack, ourKey} from '../kit/fake-stack'
import {type Call, ModelCalls, type Settle} from './model-calls'
import {isSame} from './model-rpcs'
import {type Data, isAddress} from './model-table'
import {nothing} from './model-telling'
import type {SteadyClock} from './steady-clock'

/** How long an inbound link waits for our dial, and from when on it means that its peer has come back: in ms. */
const patience = 2000

export interface Link {
  /** How many came before it. */
  readonly index: number
  /** As whoever gave it to us has it: it may be a wrapper. */
  readonly rpc: FakeRpc
  readonly isClient: boolean | undefined
  /** Whether it waits, unannounced, for our own dial. */
  waits: boolean
  /** Whether the log has it in reserve. */
  reserved: boolean
  timer?: unknown
}

export interface Attempt {
  readonly calls: Call[]
  /** By a link that was there first; our own dial may still be under way. */
  answered: boolean
  /** The dial has called back, or thrown. */
  over: boolean
}

export interface Closing {
  readonly links: {readonly link: Link; answered: boolean; timer?: unknown}[]
  readonly answers: Settle[]
  readonly errors: unknown[]
  started: boolean
}

/** What is live at an address. */
export interface Place {
  readonly address: string
  /** In the order in which they came. */
  links: Link[]
  /** The link of the last `connected`, and the time of that. */
  announced?: Link | undefined
  since: number
  attempt?: Attempt | undefined
  closing?: Closing | undefined
  waiting?: {readonly calls: Call[]; data: Data} | undefined
  /** The latest end of the entry. */
  end?: object
  /** The metadata of an entry that ended with links left. */
  kept?: Data | undefined
}

/** Where each rpc belongs, and which one is announced. */
export abstract class ModelLinks extends ModelCalls {
  protected places: Place[] = []
  #heard: {readonly rpc: FakeRpc; readonly listener: () => void}[] = []
  #links = 0

  constructor(stack: FakeStack, clock: SteadyClock, surface: (error: unknown) => void) {
    super(stack, clock, surface)
    const before = Object.entries(stack.peers).flatMap(([id, rpcs]) => (id === ourKey ? [] : [...rpcs]))
    for (const rpc of before) if (this.#isFree(rpc)) this.#seat(rpc)
    stack.addListener('rpc:connect', this.announced)
  }

  /** Begins an attempt for those that wait, and for more. */
  protected abstract begin(place: Place, more: Call[], data: Data): void
  protected abstract linkAnswered(place: Place, closing: Closing, one: Closing['links'][number]): void

  protected readonly announced = (rpc: FakeRpc, isClient: boolean): void => {
    this.noteAnnounced(rpc, isClient)
    // Not promised: one that nobody has claimed yet is listened to anew, after whoever came meanwhile.
    if (this.unclaimed.some((other) => isSame(other.rpc, rpc))) this.#hearNoMore(rpc)
    this.#hear(rpc)
    if (rpc.id === ourKey || !this.#isFree(rpc)) return
    if (!this.stack.ready()) return this.closeForGood(rpc)
    if (!isClient) return this.#seat(rpc)
    // Announced twice in a tick, it is the later one that counts.
    const one = {rpc}
    this.claim(rpc)
    this.unclaimed.push(one)
    this.atEndOfTick.push(() => {
      // What nobody claimed in this tick is someone else's.
      if (!this.unclaimed.includes(one)) return
      this.claim(rpc)
      this.#seat(rpc)
    })
  }

  #isFree(rpc: FakeRpc): boolean {
    return !this.isForbidden(rpc) && !this.seatOf(rpc)
  }

  protected placeAt(address: string): Place {
    const known = this.places.find((other) => other.address === address)
    if (known) return known
    const place: Place = {address, links: [], since: 0}
    this.places.push(place)
    return place
  }

  protected seatOf(rpc: FakeRpc): {readonly place: Place; readonly link: Link} | undefined {
    for (const place of this.places) {
      const link = place.links.find((other) => isSame(other.rpc, rpc))
      if (link) return {place, link}
    }
    return undefined
  }

  #seat(rpc: FakeRpc): void {
    this.#findSeat(rpc)
    // Not promised: what is left alone is not listened to, and if a dial gives it later, listened to anew.
    if (!this.seatOf(rpc)) this.#hearNoMore(rpc)
  }

  /** An rpc that is not of a dial of ours: to the oldest entry with its key, else to its address. */
  #findSeat(rpc: FakeRpc): void {
    // Not promised: one that is closed itself, or is banned by now, is no reason to look at others.
    if (rpc.closed || !this.#isFree(rpc)) return
    let home = this.#oldestWith(rpc.id)
    while (home !== undefined) {
      // An entry whose links are closed, but not heard to be, ends first, and has no part in this any more.
      this.loseClosed(this.placeAt(home))
      if (rpc.closed) return
      const next = this.#oldestWith(rpc.id)
      if (next === home) break
      home = next
    }
    home ??= isAddress(rpc.stream.address) ? rpc.stream.address : undefined
    if (home === undefined || !this.#isFree(rpc)) return
    this.join(this.placeAt(home), rpc, this.isClientOf(rpc) === false)
  }

  #oldestWith(key: string): string | undefined {
    const rows = this.table.rows()
    return rows.find(([, data]) => data.key === key && data.state !== 'disconnecting')?.[0]
  }

  protected override look(address: string): void {
    this.loseClosed(this.placeAt(address))
  }

  /** The link that is announced, or would be, ends here and now where it is closed, but not heard to be; and so on. */
  protected loseClosed(place: Place): void {
    const first = () => {
      const {announced, links} = place
      if (announced && links.includes(announced)) return announced
      return [...links].reverse().find(({reserved}) => reserved) ?? links.at(-1)
    }
    // Whoever is told of an end may close the next one.
    for (let link = first(); link?.rpc.closed; link = first()) this.lose(place, link)
  }

  /** `isVisit`: they connected to us, and it is not what answers a dial of ours. */
  protected join(place: Place, rpc: FakeRpc, isVisit: boolean): void {
    const link: Link = {
      index: this.#links++,
      rpc,
      isClient: this.isClientOf(rpc),
      waits: false,
      reserved: false,
    }
    this.#hear(rpc)
    place.links.push(link)
    const state = this.table.get(place.address)?.state
    if (state === 'connecting' && isVisit) {
      link.waits = true
      link.timer = this.clock.setTimeout(() => this.#waitedLongEnough(place, link), patience)
    } else if (state === 'connecting' || state === undefined) {
      // Where an entry has ended, and its reserve is yet to take over, the reserve does so now.
      this.connected(place, this.newestOf(place, ({reserved}) => reserved) ?? link)
    } else if (state === 'connected' && isVisit && this.#hasComeBack(place)) {
      this.#reserve(link)
      this.end(place)
    } else {
      this.#reserve(link)
    }
  }

  #reserve(link: Link): void {
    link.reserved = true
    this.stamp()
  }

  /** Who connects again so late does not believe in the old link any more. Not promised: by the time of events. */
  #hasComeBack({announced, links, since}: Place): boolean {
    this.stamp()
    return announced !== undefined && links.includes(announced) && this.time - since > patience
  }

  #waitedLongEnough(place: Place, link: Link): void {
    this.loseClosed(place)
    if (!place.links.includes(link)) return
    const newest = this.nextOf(place)
    if (newest) this.connected(place, newest)
  }

  /** The link that is to be announced. Those that are closed, but not heard to be, end here. */
  protected newestOf(place: Place, isWanted = (_link: Link) => true): Link | undefined {
    for (const link of [...place.links].reverse().filter(isWanted)) {
      if (!link.rpc.closed) return link
      this.lose(place, link)
    }
    return undefined
  }

  /** The newest reserve; where there is none, the newest link. */
  protected nextOf(place: Place): Link | undefined {
    return this.newestOf(place, ({reserved}) => reserved) ?? this.newestOf(place)
  }

  protected connected(place: Place, link: Link): void {
    const {attempt, waiting, kept} = place
    const isNew = this.table.get(place.address) === undefined
    place.kept = undefined
    place.announced = link
    this.stamp()
    place.since = this.time
    place.waiting = undefined
    if (attempt?.over) place.attempt = undefined
    const calls = [...(attempt && !attempt.answered ? attempt.calls : []), ...(waiting?.calls ?? [])]
    if (attempt) attempt.answered = true
    link.reserved = false
    this.waitNoMore(place)
    this.dispatch('connected', place.address, {
      link,
      data: isNew ? {...waiting?.data, ...kept} : {},
      settle: this.answer(calls, link.rpc),
    })
    for (const other of place.links) if (other !== link && !other.reserved) this.#reserve(other)
  }

  /** The links that waited for our dial are links like all others. */
  protected waitNoMore(place: Place): void {
    for (const link of place.links) {
      link.waits = false
      this.clock.clearTimeout(link.timer)
    }
  }

  /** Closed, or moved to where it belongs. */
  protected lose(place: Place, link: Link): void {
    if (!place.links.includes(link)) return
    const {closing} = place
    const isAnnounced = place.announced === link
    place.links = place.links.filter((other) => other !== link)
    if (place.links.length === 0) place.kept = undefined
    this.clock.clearTimeout(link.timer)
    if (link.reserved) this.stamp()
    const one = closing?.links.find((other) => other.link === link)
    if (closing && one) this.linkAnswered(place, closing, one)
    else if (isAnnounced && !closing) this.end(place)
  }

  protected end(place: Place, settle = nothing): void {
    place.announced = undefined
    place.attempt = undefined
    // Not promised: also where the links that are left came while the others were being closed.
    place.kept = this.newestOf(place) ? this.table.metadata(place.address) : undefined
    const end = {}
    place.end = end
    this.dispatch('disconnected', place.address, {settle, effect: () => this.#follow(place, end)})
  }

  /** What comes after the latest `disconnected`: the newest link that is left, or an attempt for those that waited. */
  #follow(place: Place, end: object): void {
    if (place.end !== end || !this.places.includes(place)) return
    const state = this.table.get(place.address)?.state
    if (state === 'connected' || state === 'disconnecting') return
    // One that waits for a dial, which a reader has begun meanwhile, goes on waiting for it.
    const newest = this.newestOf(place, ({reserved}) => reserved) ?? this.newestOf(place, ({waits}) => !waits)
    if (newest) return this.connected(place, newest)
    place.kept = undefined
    if (place.waiting && state === undefined) this.begin(place, [], {})
  }

  #hear(rpc: FakeRpc): void {
    if (this.#heard.some((other) => isSame(other.rpc, rpc)) || typeof rpc.on !== 'function') return
    const listener = () => {
      const seat = this.seatOf(rpc)
      if (seat) this.lose(seat.place, seat.link)
    }
    this.#heard.push({rpc, listener})
    rpc.on('closed', listener)
  }

  #hearNoMore(rpc: FakeRpc): void {
    for (const heard of this.#heard)
      if (isSame(heard.rpc, rpc)) heard.rpc.removeListener?.('closed', heard.listener)
    this.#heard = this.#heard.filter((other) => !isSame(other.rpc, rpc))
  }
}
