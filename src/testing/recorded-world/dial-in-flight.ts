import type {Connected, Connecting, ConnectingFailed, ErrorRecord, Recorded as Stamped} from '../../events'
import {crossing} from '../../outcomes/announced-link'
import type {Findings} from './findings'
import type {Moment, Outcome, RecordedDial, RecordedLink} from './recorded'

interface Open {
  readonly address: string
  readonly begin: Moment
  /** Its number; undefined where it began before the log did. */
  readonly attempt: number | undefined
  readonly seq: number
}

/** How a dial ended that an inbound link overtook, as far as the log tells. */
const overtakenError: ErrorRecord = {message: 'their connection was there first', name: 'Error'}

/** The dial of one address, while a log is read. */
export class DialInFlight {
  readonly #findings: Findings
  #open: Open | undefined
  /** A dial that took so long that an inbound link was announced: it may still succeed. */
  #overtaken: {readonly dial: RecordedDial; readonly by: RecordedLink} | undefined

  constructor(findings: Findings) {
    this.#findings = findings
  }

  /** When it began; undefined where none is in flight. */
  get began(): number | undefined {
    return this.#open?.begin.time
  }

  begin({address, attempt, seq}: Stamped<Connecting>): void {
    this.#open = {address, begin: this.#findings.now, attempt, seq}
  }

  /** It is in flight where the log begins. */
  beginBefore(address: string, time: number): void {
    this.#open = {address, begin: {...this.#findings.now, time}, attempt: undefined, seq: 0}
  }

  failed({during, error}: Stamped<ConnectingFailed>): void {
    const open = this.#takeOpen()
    const {order} = this.#findings.now
    if (open) this.#settle(open, {order, isSync: during === open.seq, error})
  }

  /**
   * It was called off, or the log ends. Where that was before the readers were told of its beginning, it is never made.
   *
   * @param during the event that was being told then
   */
  callOff(during: number | undefined): void {
    const open = this.#takeOpen()
    if (open && !isBeforeIt(open, during)) this.#settle(open, undefined)
  }

  /**
   * A link is announced.
   *
   * @param isKnown whether it was there before
   * @returns whether it is what came of the dial
   */
  announced(event: Stamped<Connected>, link: RecordedLink, isKnown: boolean): boolean {
    const {attempt, during, inbound} = event
    const {order, time} = this.#findings.now
    const open = this.#takeOpen()
    if (!open) return false
    const isAnswer = !isKnown && !inbound && (open.attempt ?? attempt) === attempt
    if (isAnswer) this.#settle(open, {order, isSync: during === open.seq, link})
    if (isAnswer || (isKnown && isBeforeIt(open, during))) return isAnswer
    // Behind the link, which waits for the dial.
    const dial = this.#settle(open, {order: order + 0.5, isSync: false, error: overtakenError})
    if (time - open.begin.time >= crossing) this.#overtaken = {dial, by: link}
    return false
  }

  /**
   * A further link of ours is there. If it is that of the dial, an inbound link was announced because the dial took too
   * long: that one had waited for it as long as links do.
   */
  succeededLate(link: RecordedLink): boolean {
    if (!this.#overtaken) return false
    const {now} = this.#findings
    const {dial, by} = this.#overtaken
    dial.lasted = Math.max(0, now.time - dial.begin.time)
    dial.outcome = {order: now.order, isSync: false, link}
    by.begin = {...by.begin, time: Math.max(dial.begin.time, by.begin.time - crossing)}
    this.#overtaken = undefined
    return true
  }

  /** The entry ends: a dial that was overtaken has no part in what comes. */
  forget(): void {
    this.#overtaken = undefined
  }

  #takeOpen(): Open | undefined {
    const open = this.#open
    this.#open = undefined
    return open
  }

  #settle({address, begin}: Open, outcome: Outcome | undefined): RecordedDial {
    const lasted = Math.max(0, this.#findings.now.time - begin.time)
    const dial: RecordedDial = {address, begin, lasted, outcome}
    this.#findings.dialled(dial)
    return dial
  }
}

function isBeforeIt({seq}: Open, during: number | undefined): boolean {
  return during !== undefined && during <= seq
}
