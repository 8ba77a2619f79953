/**
 * A second, naive hub: the promises of the hub told once more, slowly and obviously, with plain arrays.
 * It shares nothing with the hub but the stack and the clock that a test gives to either.
 */
import {type FakeRpc, type FakeStack, ourKey} from '../kit/fake-stack'
import type {VirtualClock} from '../kit/virtual-clock'
import {type Data, isAddress, keyOf, ModelTable, type Row, takenIn} from './model-table'

export type Settle = (outcome: {readonly value: unknown} | {readonly error: unknown}) => void

export interface ModelEvent {
  readonly type: string
  readonly address: string
  readonly key: unknown
  readonly details?: unknown
}

interface Reader {
  readonly since: number
  readonly kind: 'events' | 'entries'
  readonly tell: (item: never) => void
  readonly end: () => void
}

interface Link {
  readonly rpc: FakeRpc
  readonly isClient: boolean | undefined
}

interface Attempt {
  readonly answers: Settle[]
  /** By the link of the other side; our own dial may still be under way. */
  answered: boolean
  /** The dial has called back, or thrown. */
  over: boolean
}

interface Closing {
  readonly links: {readonly link: Link; answered: boolean; closed: boolean; timer?: unknown}[]
  readonly answers: Settle[]
  started: boolean
  errors: unknown[]
}

/** What is live at an address. */
interface Place {
  readonly address: string
  links: Link[]
  /** The link of the last `connected`. */
  announced?: Link | undefined
  attempt?: Attempt | undefined
  closing?: Closing | undefined
  waiting?: {readonly answers: Settle[]; data: Data} | undefined
  /** The metadata of an entry that ended with links left. */
  kept?: Data
}

/** Something to tell: the readers first, then the promises, then what follows from it. */
interface Telling {
  readonly seq: number
  readonly event?: ModelEvent | undefined
  readonly rows: readonly Row[]
  readonly isSilent?: boolean
  readonly settle: () => void
  readonly effect: () => void
}

const nothing = () => {}
const failure = (code: string) => ({error: {code}})

export class Model {
  readonly #stack: FakeStack
  readonly #clock: VirtualClock
  readonly #closeTimeout: number
  readonly #table = new ModelTable()
  #places: Place[] = []
  #readers: Reader[] = []
  /** Outgoing rpcs that nobody has claimed yet in this tick. */
  #unclaimed: FakeRpc[] = []
  /** What `rpc:connect` said of an rpc. */
  readonly #isClient = new Map<FakeRpc, boolean>()
  /** Rpcs that never get an entry (again): called off, refused, or there at a reset. */
  readonly #never: FakeRpc[] = []
  /** Those of them whose close has not answered well. */
  #unclosed: FakeRpc[] = []
  readonly #heard: FakeRpc[] = []
  readonly #tellings: Telling[] = []
  #telling = false
  #seq = 0
  #time = 0
  #closed = false
  #ended = false

  constructor(stack: FakeStack, clock: VirtualClock, closeTimeout: number) {
    this.#stack = stack
    this.#clock = clock
    this.#closeTimeout = closeTimeout
    stack.addListener('rpc:connect', this.#announced)
  }

  // ---- The methods ----

  connect(address: unknown, given: unknown, settle: Settle): void {
    if (this.#closed) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const data = takenIn(given)
    if (!data) return settle(failure('ERR_INVALID_DATA'))
    const place = this.#place(address)
    // Not promised: a claim to be us counts also where an entry without a key in its address has one by now.
    if ((keyOf(address) ?? data.key) === ourKey) return settle({value: false})
    switch (this.getState(address)) {
      case undefined:
        return this.#try(place, [settle], data)
      case 'connecting':
        place.attempt?.answers.push(settle)
        return this.#merge(address, data)
      case 'connected':
        this.#merge(address, data)
        return settle({value: place.links[0]?.rpc})
      case 'disconnecting':
        place.waiting ??= {answers: [], data: {}}
        place.waiting.answers.push(settle)
        place.waiting.data = {...place.waiting.data, ...data}
        return this.#merge(address, data)
    }
  }

  disconnect(address: unknown, settle: Settle): void {
    if (this.#ended) return settle(failure('ERR_CLOSED'))
    if (!isAddress(address)) return settle(failure('ERR_INVALID_ADDRESS'))
    const place = this.#place(address)
    this.#callOff(place.waiting)
    place.waiting = undefined
    const state = this.getState(address)
    if (state === undefined) return settle({value: false})
    if (state === 'disconnecting') {
      place.closing?.answers.push(settle)
      return
    }
    const {attempt} = place
    place.attempt = undefined
    const links = place.links.map((link) => ({link, answered: false, closed: false}))
    const closing: Closing = {links, answers: [settle], started: false, errors: []}
    place.closing = closing
    this.#dispatch('disconnecting', address, {
      settle: () => this.#callOff(attempt?.answered ? undefined : attempt),
      effect: () => this.#hangUp(place, closing),
    })
  }

  update(address: unknown, given: unknown): boolean {
    this.#mustAnswer()
    if (!isAddress(address)) throw {code: 'ERR_INVALID_ADDRESS'}
    const data = takenIn(given)
    if (!data) throw {code: 'ERR_INVALID_DATA'}
    if (!this.#table.get(address)) return false
    this.#merge(address, data)
    return true
  }

  reset(): void {
    // Not promised: in a reader of the last events, too, it does nothing.
    if (this.#closed) return
    this.#together(() => this.#endAll())
  }

  close(): void {
    if (this.#closed) return
    this.#together(() => {
      this.#endAll()
      this.#closed = true
      this.#stack.removeListener('rpc:connect', this.#announced)
      this.#silent(() => {
        this.#ended = true
        const readers = this.#readers.splice(0)
        for (const reader of readers) if (reader.kind === 'events') reader.end()
        for (const reader of readers) if (reader.kind === 'entries') reader.end()
      })
    })
  }

  getState(address: unknown): unknown {
    this.#mustAnswer()
    if (!isAddress(address)) throw {code: 'ERR_INVALID_ADDRESS'}
    return this.#table.get(address)?.state
  }

  entries(): readonly Row[] {
    this.#mustAnswer()
    return this.#table.rows()
  }

  /** Hears everything that is dispatched from now on. The answer leaves. */
  read(kind: 'events' | 'entries', tell: (item: never) => void, end: () => void): () => void {
    this.#mustAnswer()
    const reader: Reader = {since: this.#seq, kind, tell, end}
    this.#readers.push(reader)
    if (kind === 'entries') tell(this.#table.rows() as never)
    return () => {
      this.#readers = this.#readers.filter((other) => other !== reader)
    }
  }

  #mustAnswer(): void {
    if (this.#ended) throw {code: 'ERR_CLOSED'}
  }

  // ---- Apply now, tell in order ----

  #dispatch(type: string, address: string, more: Partial<Telling> & {data?: Data; details?: unknown} = {}) {
    this.#stamp()
    const before = this.#table.get(address)?.key
    this.#table.apply(type, address, more.data ?? {}, this.#time)
    const key = this.#table.get(address)?.key ?? before
    this.#tellings.push({
      seq: ++this.#seq,
      event: type === 'updated' ? undefined : {type, address, key, details: more.details},
      rows: this.#table.rows(),
      settle: more.settle ?? nothing,
      effect: more.effect ?? nothing,
    })
    this.#tell()
  }

  /** What readers are not told of, but what waits for its turn among what they are. */
  #silent(effect: () => void): void {
    this.#stamp()
    this.#tellings.push({seq: ++this.#seq, isSilent: true, rows: [], settle: nothing, effect})
  }

  /** Event time never runs backwards, also where the log alone has an event: of a reserve, of a reset. */
  #stamp(): void {
    this.#time = Math.max(this.#time, this.#clock.now())
  }

  #tell(): void {
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#tellings.shift(); next; next = this.#tellings.shift()) {
      for (const kind of ['events', 'entries'] as const) {
        for (const reader of [...this.#readers]) {
          if (reader.kind !== kind || !this.#readers.includes(reader)) continue
          if (next.isSilent || reader.since >= next.seq) continue
          if (kind === 'entries') reader.tell(next.rows as never)
          else if (next.event) reader.tell(next.event as never)
        }
      }
      next.settle()
      next.effect()
    }
    this.#telling = false
  }

  /** Applies all before anybody is told of any. */
  #together(work: () => void): void {
    const outermost = !this.#telling
    this.#telling = true
    work()
    if (!outermost) return
    this.#telling = false
    this.#tell()
  }

  #merge(address: string, data: Data): void {
    const left = this.#table.left(address, data)
    if (Object.keys(left).length > 0) this.#dispatch('updated', address, {data: left})
  }

  #place(address: string): Place {
    let place = this.#places.find((other) => other.address === address)
    if (!place) {
      place = {address, links: []}
      this.#places.push(place)
    }
    return place
  }

  #callOff(some: {readonly answers: Settle[]} | undefined): void {
    for (const settle of some?.answers ?? []) settle(failure('ERR_CALLED_OFF'))
  }

  // ---- Attempts ----

  #try(place: Place, more: Settle[], data: Data): void {
    const {waiting, kept} = place
    place.waiting = undefined
    place.kept = {}
    const answers = [...(waiting?.answers ?? []), ...more]
    const attempt: Attempt = {answers, answered: false, over: false}
    place.attempt = attempt
    this.#dispatch('connecting', place.address, {
      // Not promised: what was kept for an entry that comes again is for the one that a reader begins before that.
      data: {...kept, ...waiting?.data, ...data},
      effect: () => this.#dial(place, attempt),
    })
  }

  #dial(place: Place, attempt: Attempt): void {
    if (place.attempt !== attempt) return
    if (attempt.answered) {
      // They connected to us before we dialled.
      place.attempt = undefined
      return
    }
    try {
      this.#stack.connect(place.address, (error, rpc) => this.#outcome(place, attempt, error, rpc as FakeRpc))
    } catch (error) {
      this.#failed(place, attempt, error)
    }
  }

  #failed(place: Place, attempt: Attempt, error: unknown): void {
    if (attempt.over) return
    attempt.over = true
    this.#fail(place, attempt, error)
  }

  #fail(place: Place, attempt: Attempt, error: unknown): void {
    if (place.attempt !== attempt) return
    place.attempt = undefined
    if (attempt.answered) return
    this.#dispatch('connecting-failed', place.address, {
      details: error,
      settle: () => {
        for (const settle of attempt.answers) settle({error})
      },
    })
  }

  #outcome(place: Place, attempt: Attempt, error: unknown, rpc: FakeRpc | undefined): void {
    if (error) return this.#failed(place, attempt, error)
    if (!rpc) return this.#failed(place, attempt, {code: 'ERR_NO_RPC'})
    this.#unclaimed = this.#unclaimed.filter((other) => other !== rpc)
    const isSecond = attempt.over
    attempt.over = true
    const seat = this.#seatOf(rpc)
    // A second answer: what is somebody's link stays so.
    if (isSecond && seat) return
    if (place.attempt !== attempt || isSecond) {
      if (seat) this.#lose(seat, rpc)
      return this.#closeForGood(rpc)
    }
    if (seat && seat !== place) this.#lose(seat, rpc)
    const refusal = seat === place ? undefined : this.#refusal(rpc)
    if (refusal || place.attempt !== attempt) {
      this.#closeForGood(rpc)
      return this.#fail(place, attempt, refusal)
    }
    if (seat !== place) this.#join(place, {rpc, isClient: this.#isClient.get(rpc)})
    if (place.attempt === attempt) place.attempt = undefined
  }

  /** Why an rpc that answers a dial cannot become a link. */
  #refusal(rpc: FakeRpc): {code: string} | undefined {
    if (rpc.id === ourKey) return {code: 'ERR_SELF'}
    // Not promised: a stack that is not ready refuses, too, what it announced while it was and gives us late.
    if (!this.#stack.ready()) return {code: 'ERR_NOT_READY'}
    if (rpc.closed || this.#never.includes(rpc)) return {code: 'ERR_DEAD_ON_ARRIVAL'}
    return undefined
  }

  // ---- Links ----

  readonly #announced = (rpc: FakeRpc, isClient: boolean): void => {
    this.#isClient.set(rpc, isClient)
    if (rpc.id === ourKey || !this.#isFree(rpc)) return
    if (!this.#stack.ready()) return this.#closeForGood(rpc)
    if (isClient) this.#unclaimed.push(rpc)
    else this.#seat({rpc, isClient})
  }

  /** What nobody claimed in this tick is someone else's. */
  endOfTick(): void {
    for (let rpc = this.#unclaimed.shift(); rpc; rpc = this.#unclaimed.shift()) {
      if (this.#isFree(rpc)) this.#seat({rpc, isClient: this.#isClient.get(rpc)})
    }
  }

  #isFree(rpc: FakeRpc): boolean {
    return !rpc.closed && !this.#never.includes(rpc) && !this.#seatOf(rpc)
  }

  #seatOf(rpc: FakeRpc): Place | undefined {
    return this.#places.find(({links}) => links.some((link) => link.rpc === rpc))
  }

  /** An rpc that is not of a dial of ours. */
  #seat(link: Link): void {
    const oldest = this.#table
      .rows()
      .find(([, data]) => data.key === link.rpc.id && data.state !== 'disconnecting')
    const address = oldest ? oldest[0] : link.rpc.stream.address
    if (isAddress(address)) this.#join(this.#place(address), link)
  }

  #join(place: Place, link: Link): void {
    this.#hear(link.rpc)
    const state = this.getState(place.address)
    if (state === 'connected' || state === 'disconnecting') {
      place.links.push(link)
      return this.#stamp()
    }
    // Not promised: one that comes when an entry has ended, before its reserve is announced, is the first.
    place.links.unshift(link)
    this.#connected(place)
  }

  #connected(place: Place): void {
    const [link] = place.links
    if (!link) return
    const {attempt, waiting, kept} = place
    const isNew = this.getState(place.address) === undefined
    place.kept = {}
    place.announced = link
    place.waiting = undefined
    if (attempt) attempt.answered = true
    const {rpc, isClient} = link
    this.#dispatch('connected', place.address, {
      details: {rpc, isClient},
      data: {...(isNew && kept), ...waiting?.data, rpcId: rpc.id, inbound: isClient === false},
      settle: () => {
        for (const settle of [...(attempt?.answers ?? []), ...(waiting?.answers ?? [])]) settle({value: rpc})
      },
    })
  }

  /** Closed by itself, or moved to where it belongs. */
  #lose(place: Place, rpc: FakeRpc): void {
    const closing = place.closing?.links.find(({link}) => link.rpc === rpc)
    if (closing && place.closing) {
      closing.closed = true
      return this.#answered(place, place.closing, closing)
    }
    place.links = place.links.filter((link) => link.rpc !== rpc)
    if (place.announced?.rpc === rpc && this.getState(place.address) === 'connected') this.#end(place)
    else this.#stamp()
  }

  #end(place: Place, settle = nothing): void {
    place.announced = undefined
    place.attempt = undefined
    place.kept = place.links.length > 0 ? this.#table.metadata(place.address) : {}
    this.#dispatch('disconnected', place.address, {settle, effect: () => this.#follow(place)})
  }

  /** What comes after `disconnected`: the next link, and those that waited. */
  #follow(place: Place): void {
    if (!this.#places.includes(place)) return
    const state = this.getState(place.address)
    if (state === 'connected' || state === 'disconnecting') return
    if (place.links.length > 0) this.#connected(place)
    else if (place.waiting) this.#try(place, [], {})
  }

  // ---- Closing ----

  #hangUp(place: Place, closing: Closing): void {
    if (place.closing !== closing) return
    closing.started = true
    for (const one of closing.links) {
      const answer = (closed: boolean, error?: unknown) => {
        if (one.answered) {
          // A close that answers after its time is a link that closed by itself.
          if (closed && place.closing !== closing) this.#lose(place, one.link.rpc)
          return
        }
        one.closed = closed
        if (!closed) closing.errors.push(error)
        this.#answered(place, closing, one)
      }
      if (one.answered) continue
      one.timer = this.#clock.setTimeout(() => answer(false, {code: 'ERR_CLOSE_TIMEOUT'}), this.#closeTimeout)
      this.#close(one.link.rpc, answer)
    }
    if (closing.links.length === 0) this.#allAnswered(place, closing)
    else if (closing.links.every(({answered}) => answered)) this.#allAnswered(place, closing)
  }

  #answered(place: Place, closing: Closing, one: Closing['links'][number]): void {
    one.answered = true
    this.#clock.clearTimeout(one.timer)
    if (closing.started && closing.links.every(({answered}) => answered)) this.#allAnswered(place, closing)
  }

  #allAnswered(place: Place, closing: Closing): void {
    if (place.closing !== closing) return
    place.closing = undefined
    place.links = place.links.filter((link) => !closing.links.some((one) => one.link === link && one.closed))
    if (closing.links.every(({closed}) => closed)) {
      // Not promised: with a link that came meanwhile, the entry comes again with its metadata here, too.
      return this.#end(place, () => {
        for (const settle of closing.answers) settle({value: true})
      })
    }
    const [error] = closing.errors
    this.#dispatch('disconnecting-failed', place.address, {
      details: error,
      settle: () => {
        for (const settle of closing.answers) settle({error})
      },
      effect: () => this.#handOver(place),
    })
  }

  #handOver(place: Place): void {
    if (!this.#places.includes(place) || this.getState(place.address) !== 'connected') return
    if (!place.links.some((link) => link === place.announced)) return this.#end(place)
    const {waiting} = place
    place.waiting = undefined
    for (const settle of waiting?.answers ?? []) settle({value: place.announced?.rpc})
  }

  #close(rpc: FakeRpc, answer: (closed: boolean, error?: unknown) => void): void {
    if (typeof rpc.close !== 'function' || typeof rpc.on !== 'function') return answer(true)
    try {
      rpc.close(true, (error) => answer(!error, error))
    } catch (error) {
      answer(false, error)
    }
  }

  #closeForGood(rpc: FakeRpc): void {
    this.#forbid(rpc)
    if (rpc.closed) return
    this.#unclosed.push(rpc)
    this.#close(rpc, (closed) => {
      if (closed) this.#unclosed = this.#unclosed.filter((other) => other !== rpc)
    })
  }

  #forbid(rpc: FakeRpc): void {
    this.#unclaimed = this.#unclaimed.filter((other) => other !== rpc)
    this.#never.push(rpc)
  }

  #hear(rpc: FakeRpc): void {
    if (this.#heard.includes(rpc) || typeof rpc.on !== 'function') return
    this.#heard.push(rpc)
    rpc.on('closed', () => {
      for (const place of this.#places.filter(({links}) => links.some((link) => link.rpc === rpc))) {
        this.#lose(place, rpc)
      }
    })
  }

  /** All of a reset that happens before anybody is told. */
  #endAll(): void {
    const closes: FakeRpc[] = []
    this.#silent(() => {
      for (const rpc of closes) this.#closeForGood(rpc)
    })
    const places = this.#places
    this.#places = []
    for (const [address, data] of this.#table.rows()) {
      const place = places.find((other) => other.address === address)
      const {attempt, closing} = place ?? {}
      for (const one of closing?.links ?? []) this.#clock.clearTimeout(one.timer)
      if (data.state !== 'disconnecting') {
        this.#dispatch('disconnecting', address, {
          settle: () => this.#callOff(attempt?.answered ? undefined : attempt),
        })
      }
      this.#dispatch('disconnected', address, {
        settle: () => {
          for (const settle of closing?.answers ?? []) settle({value: true})
        },
      })
    }
    for (const {waiting} of places) this.#callOff(waiting)
    const links = places.flatMap((place) => place.links)
    for (const place of places) {
      Object.assign(place, {
        links: [],
        announced: undefined,
        attempt: undefined,
        closing: undefined,
        waiting: undefined,
      })
    }
    const rpcs = [
      ...links.map(({rpc}) => rpc),
      ...this.#unclaimed.splice(0),
      ...Object.entries(this.#stack.peers).flatMap(([id, peers]) => (id === ourKey ? [] : peers)),
      // Not promised: what the hub once closed and did not get closed is among these, also with our own id.
      ...this.#unclosed,
    ]
    for (const rpc of rpcs) this.#forbid(rpc)
    closes.push(...new Set(rpcs))
  }
}
