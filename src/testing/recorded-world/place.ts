import type {
  Connected,
  Disconnected,
  Disconnecting,
  DisconnectingFailed,
  PeerEvent,
  Released,
  Reserved,
  Recorded as Stamped,
} from '../../events'
import {DialInFlight} from './dial-in-flight'
import type {Findings} from './findings'
import type {Moment, RecordedLink} from './recorded'
import {RecordedClosing} from './recorded-closing'

/** Links that follow a `connected` at once had waited with the announced one, and were there before it. */
interface Waited extends Moment {
  count: number
  /** The announced one, where it had waited for a dial that was called off: the others were closed with it. */
  readonly like: RecordedLink | undefined
}

/** How it stands with one address, while a log is read. */
export class Place {
  readonly #findings: Findings
  readonly dial: DialInFlight
  announced: RecordedLink | undefined
  /** The links in reserve, by their numbers. */
  readonly reserve = new Map<number, RecordedLink>()
  /** The latest `connected`, which is followed by the links that had waited with this one. */
  #waited: Waited | undefined
  /** The link that was announced until a newer one took its place: the log has it in reserve next. */
  #displaced: RecordedLink | undefined
  /** The link that may have waited for a dial that was called off. */
  #hidden: RecordedLink | undefined
  #closing: RecordedClosing | undefined
  /** The disconnect that has just failed. */
  #failed: RecordedClosing | undefined

  constructor(findings: Findings) {
    this.#findings = findings
    this.dial = new DialInFlight(findings)
  }

  read(event: Stamped<PeerEvent>): void {
    switch (event.type) {
      case 'connecting':
        return this.dial.begin(event)
      case 'connecting-failed':
        return this.dial.failed(event)
      case 'connected':
        return this.#connected(event)
      case 'disconnecting':
        return this.#disconnecting(event)
      case 'disconnecting-failed':
        return this.#disconnectingFailed(event)
      case 'disconnected':
        return this.#disconnected(event)
      case 'reserved':
        return this.#reserved(event)
      case 'released':
        return this.#released(event)
      case 'updated':
        return
      default:
        return event satisfies never
    }
  }

  /**
   * The hub let go of everything, or the log ends: what had not ended by then, nobody knows how it would have.
   *
   * @param during the event that was being told then
   */
  leave(during?: number): void {
    this.dial.callOff(during)
    this.dial.forget()
    if (this.#closing && this.#hidden) this.#findings.arrived(this.#hidden)
    this.#closing?.cutOff(this.#findings.now.order)
    this.reserve.clear()
    this.announced = this.#displaced = this.#hidden = this.#closing = this.#failed = undefined
  }

  #connected(event: Stamped<Connected>): void {
    const hidden = this.#hidden
    const known = this.reserve.get(event.link) ?? hidden
    const link = known ?? this.#link(event)
    if (hidden) hidden.key = event.key
    link.inferredType ??= event.inferredType
    this.#hidden = undefined
    this.#waited = {...this.#findings.now, count: 0, like: hidden}
    this.reserve.delete(event.link)
    this.announced = link
    if (!this.dial.announced(event, link, known !== undefined) && !known) this.#findings.arrived(link)
  }

  #disconnecting(event: Stamped<Disconnecting>): void {
    this.#hidden = this.#hiddenLink(event)
    this.dial.callOff(event.during)
    this.dial.forget()
    this.#closing = new RecordedClosing(event, this.announced ?? this.#hidden, this.reserve)
  }

  /**
   * The link that may have waited, unannounced, for a dial that is called off. The log does not tell of it, but of
   * closing it.
   */
  #hiddenLink({address, key, time}: Stamped<Disconnecting>): RecordedLink | undefined {
    const {began} = this.dial
    if (began === undefined) return undefined
    const begin = {time: Math.max(began, time - 1), order: this.#findings.now.order - 0.5}
    return {address, key, isClient: false, inferredType: undefined, begin, end: undefined, closes: []}
  }

  #disconnectingFailed(event: Stamped<DisconnectingFailed>): void {
    if (this.#hidden) this.#findings.arrived(this.#hidden)
    this.#closing?.failed(event, this.#findings.now.order)
    this.#failed = this.#closing
    this.#closing = undefined
  }

  #disconnected(event: Stamped<Disconnected>): void {
    const {announced} = this
    if (this.#closing) {
      if (this.#hidden && event.cause === 'stack') this.#findings.arrived(this.#hidden)
      this.#closing.ended(event, this.#findings.now.order)
      this.#hidden = undefined
    } else if (announced && !this.#failed?.didClose(event)) {
      if (event.cause === 'hub') this.#displaced = announced
      else this.#ended(announced, event)
    }
    this.announced = this.#closing = this.#failed = undefined
    this.dial.forget()
  }

  #reserved(event: Stamped<Reserved>): void {
    if (this.reserve.has(event.link)) return
    const displaced = event.cause === 'hub' ? this.#displaced : undefined
    const link = displaced ?? this.#link(event)
    this.reserve.set(event.link, link)
    const waited = this.#isOfWaited()
    if (displaced) this.#displaced = undefined
    else if (event.inbound || !this.dial.succeededLate(link)) {
      if (waited) beginBefore(link, waited)
      this.#findings.arrived(link)
    }
  }

  #isOfWaited(): Waited | undefined {
    const waited = this.#waited
    const {order, time} = this.#findings.now
    if (!waited || time !== waited.time || order !== waited.order + waited.count + 1) return undefined
    waited.count++
    return waited
  }

  #released(event: Stamped<Released>): void {
    const link = this.reserve.get(event.link)
    this.reserve.delete(event.link)
    if (link && !this.#closing?.released(event, this.#findings.now.order)) this.#ended(link, event)
  }

  /** The remote ended a link, if it is not the late answer of a close. */
  #ended(link: RecordedLink, {cause, error}: Stamped<Disconnected | Released>): void {
    const {now} = this.#findings
    const close = cause === 'stack' ? link.closes.pop() : undefined
    if (!close) link.end = {...now, error}
    else {
      const {since} = close
      link.closes.push({since, took: now.time - since, order: now.order, isSync: false, isLate: true})
    }
  }

  #link(event: Stamped<Connected | Reserved>): RecordedLink {
    const {address, inbound, key} = event
    const isClient = event.type === 'connected' ? event.isClient : !inbound
    const inferredType = event.type === 'connected' ? event.inferredType : undefined
    const begin = this.#findings.now
    return {address, key, isClient, inferredType, begin, end: undefined, closes: []}
  }
}

function beginBefore(link: RecordedLink, {order, count, like}: Waited): void {
  const begin = like?.begin ?? {time: link.begin.time, order}
  link.begin = {...begin, order: begin.order - 0.25 / count}
  if (like) link.closes.push(...like.closes)
}
